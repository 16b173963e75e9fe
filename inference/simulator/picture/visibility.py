"""Which points a body, or another one, hides from the camera."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.skeletons import CANONICAL_17
from inference.results import FloatArray
from inference.simulator.picture.cone_shading import DrawnCones

_FLESH_M = 0.035
"""A point this close to a cone is a joint inside the flesh that it stands for."""


JOINT_FLESH_M: Final = np.array(
    [0.03, 0.06, 0.06, 0.04, 0.03, 0.06, 0.04, 0.03, 0.10, 0.055, 0.04, 0.10, 0.055, 0.04, 0.11, 0.10, 0.09]
)
"""(17,) metres of flesh around the joints of the canonical skeleton, at a stature of 1.70 m."""


IS_CORE_JOINT: Final = np.isin(CANONICAL_17.joints, ("head_top", "neck", "pelvis", "spine", "head"))
"""(17,) joints of the body's middle, which its own trunk and head never hide."""


def hidden_by_cones(
    image: FloatArray, depths: FloatArray, cones: DrawnCones, ignored: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.bool_]:
    """(n,) whether the surface of a cone that does not itself hold a point lies before it.

    Args:
        image: (n, 2) image coordinates of points.
        depths: (n,) their depths in metres.
        cones: everything that may hide them.
        ignored: (n, cones) which cones do not count for which points; None if all count.
    """
    along = cones.ends - cones.starts
    square = np.maximum((along**2).sum(axis=1), 1e-9)
    offset = image[:, None] - cones.starts[None]
    share = np.clip((offset * along).sum(axis=2) / square, 0, 1)
    distance = np.linalg.norm(offset - share[..., None] * along, axis=2)
    radius = cones.start_radii + share * (cones.end_radii - cones.start_radii)
    rise = np.sqrt(np.maximum(radius**2 - distance**2, 0)) * cones.metres_per_px
    middle = cones.start_depths + share * (cones.end_depths - cones.start_depths)
    away = np.hypot(distance * cones.metres_per_px, middle - depths[:, None])
    holds = away < radius * cones.metres_per_px + _FLESH_M
    before = (distance < radius) & (middle - rise < depths[:, None]) & ~holds
    if ignored is not None:
        before &= ~ignored
    hidden: npt.NDArray[np.bool_] = before.any(axis=1)
    return hidden
