"""What a person looks like: build, skin, hair and clothes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.athlete import Sex
from inference.simulator.venue.materials import Colour


class Suit(StrEnum):
    """What somebody wears; clothes are a coach's shirt and trousers."""

    BRIEFS = "briefs"
    TRUNKS = "trunks"
    ONE_PIECE = "one-piece"
    CLOTHES = "clothes"


class Hair(StrEnum):
    """How hair is worn."""

    SHORT = "short"
    BUN = "bun"
    CAP = "cap"
    BALD = "bald"


_SKINS = (
    (0.70, 0.80, 0.95),
    (0.60, 0.73, 0.91),
    (0.50, 0.64, 0.85),
    (0.42, 0.55, 0.76),
    (0.30, 0.41, 0.60),
    (0.20, 0.28, 0.43),
    (0.15, 0.20, 0.31),
)
_HAIRS = ((0.07, 0.08, 0.10), (0.12, 0.16, 0.24), (0.20, 0.30, 0.44), (0.40, 0.62, 0.80), (0.15, 0.24, 0.50))


@dataclass(frozen=True)
class Appearance:
    """Build and colours of a person; colours are blue, green, red in [0, 1].

    girth multiplies the thickness of trunk and limbs, shoulders that of the shoulders' width, hips that of the hips'.
    """

    sex: Sex = "male"
    girth: float = 1.0
    shoulders: float = 1.0
    hips: float = 1.0
    skin: Colour = _SKINS[1]
    hair: Colour = _HAIRS[1]
    hair_style: Hair = Hair.SHORT
    suit: Suit = Suit.BRIEFS
    suit_colour: Colour = (0.45, 0.18, 0.08)
    second_colour: Colour = (0.2, 0.2, 0.2)

    @classmethod
    def random(cls, rng: np.random.Generator, *, sex: Sex = "male", is_diver: bool = True) -> Self:
        """Draw an appearance.

        Args:
            rng: draws everything.
            sex: of the person.
            is_diver: slim and in a swimsuit; others wear clothes now and then and are less slim.
        """
        is_male = sex == "male"
        suit = rng.choice([Suit.BRIEFS, Suit.TRUNKS], p=[0.75, 0.25]) if is_male else Suit.ONE_PIECE
        style = (
            rng.choice([Hair.SHORT, Hair.CAP, Hair.BALD], p=[0.85, 0.1, 0.05])
            if is_male
            else rng.choice([Hair.BUN, Hair.CAP], p=[0.85, 0.15])
        )
        if not is_diver and rng.random() < 0.5:
            suit = Suit.CLOTHES
        return cls(
            sex=sex,
            girth=float(rng.normal(1.0, 0.05) if is_diver else rng.normal(1.1, 0.1)),
            shoulders=float(rng.normal(1.02 if is_male else 0.93, 0.03)),
            hips=float(rng.normal(0.97 if is_male else 1.05, 0.03)),
            skin=_varied(_SKINS[int(rng.integers(len(_SKINS)))], rng, 0.05),
            hair=_varied(_HAIRS[int(rng.integers(len(_HAIRS)))], rng, 0.15),
            hair_style=Hair(style),
            suit=Suit(suit),
            suit_colour=_cloth(rng),
            second_colour=_cloth(rng),
        )


def _varied(colour: Colour, rng: np.random.Generator, amount: float) -> Colour:
    return _colour(np.array(colour) * rng.normal(1.0, amount) * rng.normal(1.0, amount / 3, 3))


def _cloth(rng: np.random.Generator) -> Colour:
    """Dark blue, black, red or anything."""
    usual = ((0.40, 0.16, 0.06), (0.10, 0.09, 0.09), (0.15, 0.12, 0.70), (0.55, 0.35, 0.10), (0.25, 0.40, 0.10))
    if rng.random() < 0.7:
        return _varied(usual[int(rng.integers(len(usual)))], rng, 0.15)
    return _colour(rng.uniform(0.05, 0.9, 3))


def _colour(values: FloatArray) -> Colour:
    blue, green, red = (float(value) for value in np.clip(values, 0.02, 1.0))
    return blue, green, red
