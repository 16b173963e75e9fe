"""What the canvas draws over a frame for one dive: its path, handles and candidates, in that frame's coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from inference.results import FloatArray

HANDLES = ("take-off", "apex", "entry")


@dataclass(frozen=True, slots=True, eq=False)
class PathOverlay:
    """A dive's path in image coordinates of the frame that is shown (px).

    Args:
        curve: (N, 2) points along the path in order of time.
        split_index: curve[:split_index] is past, the rest is still to come; the frame shown lies between the two.
        handles: location of "take-off", "apex" and "entry"; those left out are not drawn.
        diver: where the path puts the diver in this frame, None outside the flight.
        candidates: (M, 2) candidate locations.
        candidate_is_inlier: (M,) whether each supports the path.
        candidate_is_now: (M,) whether each belongs to the frame that is shown.
        editable: whether handles can be dragged and candidates be clicked.

    Raises:
        ValueError: if an array has another shape or a handle another name.
    """

    curve: FloatArray
    split_index: int = 0
    handles: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    diver: tuple[float, float] | None = None
    candidates: FloatArray = field(default_factory=lambda: np.empty((0, 2)))
    candidate_is_inlier: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    candidate_is_now: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    editable: bool = True

    def __post_init__(self) -> None:
        count = len(self.candidates)
        if self.curve.ndim != 2 or self.curve.shape[1] != 2:
            raise ValueError(f"the curve has shape {self.curve.shape}, expected (N, 2)")
        if self.candidates.shape != (count, 2):
            raise ValueError(f"the candidates have shape {self.candidates.shape}, expected (M, 2)")
        if self.candidate_is_inlier.shape != (count,) or self.candidate_is_now.shape != (count,):
            raise ValueError(f"{count} candidates need {count} inlier and current-frame flags")
        unknown = set(self.handles) - set(HANDLES)
        if unknown:
            raise ValueError(f"unknown handles {sorted(unknown)}, expected some of {HANDLES}")

    def with_handle(self, handle: str, x: float, y: float) -> PathOverlay:
        """The same overlay with one handle elsewhere."""
        return replace(self, handles={**self.handles, handle: (x, y)})
