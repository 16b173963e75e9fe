"""The planes in which a 3D pose model draws its heatmaps, one marginal each (thesis section 4.2.2, eq. 4.2).

A plane is named by the coordinate along its columns and then the one along its rows, as MargiPose does: zy has z along
the columns and y, as in the picture, along the rows; xz has x, as in the picture, along the columns and z along the
rows. Depth is normalised like the others: -1 to 1 over the crop's reach around the root, growing away from the camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, Protocol, TypeVar, get_args

Plane = Literal["xy", "zy", "xz"]
PLANES: Final[tuple[Plane, ...]] = get_args(Plane)

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom, normalised."""


class InPlane(Protocol):
    """What belongs to a plane."""

    @property
    def plane(self) -> Plane:
        """Which."""
        ...


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """For a person."""
        ...


Member = TypeVar("Member", bound=InPlane)


def has_depth(plane: Plane) -> bool:
    """Whether nothing was photographed from where one looks at this plane."""
    return "z" in plane


def axes_of(plane: Plane) -> list[int]:
    """The places in (x, y, z) of the coordinates along a plane's columns and rows."""
    return ["xyz".index(axis) for axis in plane]


def edges_in(plane: Plane, edges: Edges) -> Edges:
    """The outer edges of the heatmaps of a plane, of which those along z always go from -1 to 1.

    Args:
        plane: of the heatmaps.
        edges: of those in xy, in the crop.
    """
    left, top, right, bottom = edges
    first, last = (left, top, -1.0), (right, bottom, 1.0)
    column, row = axes_of(plane)
    return first[column], first[row], last[column], last[row]


def stage_names(stages: Sequence[Named]) -> tuple[str, ...]:
    """Each stage once, however many planes it has."""
    return tuple(dict.fromkeys(stage.name for stage in stages))


def last_in_picture(stages: Sequence[Member]) -> Member | None:
    """The last stage's heatmaps in xy, which are the model's output over the picture; None if none are in xy."""
    return next((stage for stage in reversed(stages) if stage.plane == "xy"), None)
