"""The boards dives start from: springboards of 1 and 3 m, platforms of 1, 3, 5, 7.5 and 10 m."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast

BoardKind = Literal["springboard", "platform"]

_HEIGHTS_M: Final[dict[str, tuple[float, ...]]] = {
    "springboard": (1.0, 3.0),
    "platform": (1.0, 3.0, 5.0, 7.5, 10.0),
}


@dataclass(frozen=True, slots=True, order=True)
class Board:
    """A springboard or platform at its height above the water; boards sort by kind, then height.

    Raises:
        ValueError: if there is no such board in diving.
    """

    kind: BoardKind
    height_m: float

    def __post_init__(self) -> None:
        if self.height_m not in _HEIGHTS_M.get(self.kind, ()):
            known = ", ".join(_keys())
            raise ValueError(f"no board '{self.kind}-{self.height_m:g}'; the boards are {known}")

    @property
    def key(self) -> str:
        """Short stable name for storage and files, such as "springboard-3" or "platform-7.5"."""
        return f"{self.kind}-{self.height_m:g}"

    @property
    def label(self) -> str:
        """Name for people, such as "3 m springboard"."""
        return f"{self.height_m:g} m {self.kind}"

    @property
    def is_springboard(self) -> bool:
        """Whether this is a springboard."""
        return self.kind == "springboard"

    @classmethod
    def from_key(cls, key: str) -> Board:
        """The board with this key.

        Raises:
            ValueError: if no board has it.
        """
        board = _BY_KEY.get(key)
        if board is None:
            raise ValueError(f"no board '{key}'; the boards are {', '.join(_keys())}")
        return board


def _keys() -> list[str]:
    return [f"{kind}-{height_m:g}" for kind, heights_m in _HEIGHTS_M.items() for height_m in heights_m]


BOARDS: Final[tuple[Board, ...]] = tuple(
    Board(cast("BoardKind", kind), height_m) for kind, heights_m in _HEIGHTS_M.items() for height_m in heights_m
)
"""All seven boards, springboards first, each kind from low to high."""

_BY_KEY: Final = {board.key: board for board in BOARDS}
