"""Who is there: people drawn at random, build and looks together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from inference.simulator.body.athlete import Athlete, Sex
from inference.simulator.people.appearance import Appearance

_STATURES_M: dict[Sex, tuple[float, float]] = {"male": (1.70, 0.06), "female": (1.61, 0.05)}
_BODY_MASS_INDICES: dict[Sex, tuple[float, float]] = {"male": (22.6, 1.3), "female": (20.8, 1.2)}


@dataclass(frozen=True)
class Person:
    """One person's body and looks."""

    athlete: Athlete
    appearance: Appearance

    @classmethod
    def random(cls, rng: np.random.Generator, *, is_diver: bool = True) -> Self:
        """Draw a person; divers are slim and wear swimsuits."""
        sex: Sex = "male" if rng.random() < 0.5 else "female"
        stature = float(np.clip(rng.normal(*_STATURES_M[sex]), 1.45, 1.90))
        index = float(np.clip(rng.normal(*_BODY_MASS_INDICES[sex]), 17.5, 27.0))
        athlete = Athlete(stature, index * stature**2, sex)
        return cls(athlete, Appearance.random(rng, sex=sex, is_diver=is_diver))
