"""Clips of dives with their labels, kept on disk in parts that are complete or absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from inference.diving.code_decoding import ATTRIBUTES, attribute_values
from inference.diving.codes import parse
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.models.c3d import CLASSES

Picture = npt.NDArray[np.uint8]
_SHAPE = (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3)


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One dive as the classifier sees it.

    Args:
        pictures: (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) BGR.
        code: the dive's code.
        board: the board's key; empty if not known.
        turns: (CLIP_PICTURES, 2) half-somersaults and half-twists turned so far; NaN where nobody knows.
    """

    pictures: Picture
    code: str
    board: str = ""
    turns: npt.NDArray[np.float32] | None = None


class ClipSet:
    """Clips that can be asked for one by one; pictures stay on disk until then.

    Args:
        parts: (clips, CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) BGR of each part.
        codes: of all clips, in their order.
        boards: their boards' keys, empty where not known.
        turns: (clips, CLIP_PICTURES, 2), see `Clip`.
    """

    def __init__(
        self, parts: Sequence[Picture], codes: Sequence[str], boards: Sequence[str], turns: npt.NDArray[np.float32]
    ) -> None:
        self.parts = list(parts)
        self._begins = np.cumsum([0, *(len(part) for part in parts)])
        self.codes, self.boards, self.turns = list(codes), list(boards), turns
        self.labels = labels_of(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def pictures(self, number: int) -> Picture:
        """(CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) BGR of a clip."""
        part = int(np.searchsorted(self._begins, number, side="right")) - 1
        return np.array(self.parts[part][number - self._begins[part]])

    @classmethod
    def of(cls, clips: Sequence[Clip]) -> Self:
        """Clips that are all in memory."""
        pictures = np.stack([clip.pictures for clip in clips]) if clips else np.empty((0, *_SHAPE), np.uint8)
        return cls([pictures], [clip.code for clip in clips], [clip.board for clip in clips], _turns(clips))

    @classmethod
    def join(cls, sets: Sequence[ClipSet]) -> Self:
        """The clips of several sets, one set after the other."""
        turns = [each.turns for each in sets] or [np.empty((0, CLIP_PICTURES, 2), np.float32)]
        return cls(
            [part for each in sets for part in each.parts],
            [code for each in sets for code in each.codes],
            [board for each in sets for board in each.boards],
            np.concatenate(turns),
        )


def labels_of(codes: Sequence[str]) -> Mapping[str, npt.NDArray[np.int64]]:
    """(codes,) places in `CLASSES` by attribute; -1 for what has none, such as a code that is not known."""
    rows = []
    for code in codes:
        values = attribute_values(parse(code)) if code else {}
        rows.append(
            [CLASSES[name].index(values[name]) if values.get(name) in CLASSES[name] else -1 for name in CLASSES]
        )
    table = np.array(rows, np.int64).reshape(-1, len(CLASSES))
    return {name: table[:, column] for column, name in enumerate(CLASSES)}


def write_part(path: Path, clips: Sequence[Clip]) -> None:
    """Write clips such that `read_part` finds all of them or none.

    Args:
        path: of the pictures, ending in .npy; what else there is goes beside it.
        clips: what to write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _facts_path(path).open("wb") as file:
        np.savez(
            file,
            codes=np.array([clip.code for clip in clips], "U16"),
            boards=np.array([clip.board for clip in clips], "U16"),
            turns=_turns(clips),
        )
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.save(file, np.stack([clip.pictures for clip in clips]) if clips else np.empty((0, *_SHAPE), np.uint8))
    unfinished.replace(path)


def read_part(path: Path) -> ClipSet:
    """What `write_part` wrote; the pictures are mapped, not read.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is something else.
    """
    pictures: Picture = np.load(path, mmap_mode="r", allow_pickle=False)
    with np.load(_facts_path(path), allow_pickle=False) as facts:
        codes, boards, turns = facts["codes"].tolist(), facts["boards"].tolist(), facts["turns"]
    if pictures.dtype != np.uint8 or pictures.shape != (len(codes), *_SHAPE):
        raise ValueError(f"{path} does not hold clips")
    return ClipSet([pictures], codes, boards, turns)


def _facts_path(path: Path) -> Path:
    return path.with_suffix(".npz")


def _turns(clips: Sequence[Clip]) -> npt.NDArray[np.float32]:
    unknown = np.full((CLIP_PICTURES, 2), np.nan, np.float32)
    rows = [unknown if clip.turns is None else clip.turns for clip in clips]
    return np.stack(rows) if rows else np.empty((0, CLIP_PICTURES, 2), np.float32)


if set(CLASSES) != set(ATTRIBUTES):
    raise AssertionError("classifiers tell the attributes that codes are decoded from")
