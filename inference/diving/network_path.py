"""The path of a dive through the places that the detector names in each picture (thesis section 5.4.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from inference.diving.trajectory import fit_path
from inference.results import GRAVITY_M_S2, CameraMotion, Candidate, Trajectory

LEAST_SCORE = 0.1
"""Places where the detector sees less of a dive than this are left out."""

LEAST_PICTURES = 6
"""Pictures of a dive that a path must go through."""

_TAU_SHARE = 8 / math.sqrt(320 * 180)
_PICTURE_M = (1.5, 80.0)
_LEAST_SHARE = 0.3
_ROUNDS = 3


def path_through(
    candidates: Sequence[Candidate], camera: CameraMotion, full_size: tuple[int, int], *, slow_motion: float = 1.0
) -> Trajectory | None:
    """The ballistic path that most candidates of a dive lie on.

    Somebody who stands near the board may be named in more pictures than the diver. But gravity gives every path a
    scale: where it would make the picture a hand's breadth or a stadium wide, the candidates on it are set aside, and
    the rest is tried.

    Args:
        candidates: from start to end of the dive, several of a frame or none.
        camera: its motion meanwhile.
        full_size: (width, height) of the video.
        slow_motion: video seconds for a second of real time.

    Returns:
        The path with all candidates, marked; None if too few pictures agree on one that a diver could take.
    """
    tau_px = _TAU_SHARE * math.sqrt(full_size[0] * full_size[1])
    least = max(LEAST_PICTURES, math.ceil(_LEAST_SHARE * len({candidate.frame for candidate in candidates})))
    places = list(range(len(candidates)))
    for _ in range(_ROUNDS):
        if len({candidates[place].frame for place in places}) < least:
            return None
        found = fit_path([candidates[place] for place in places], camera, tau_px=tau_px)
        on_path = {place for place, one in zip(places, found.candidates, strict=True) if one.is_inlier}
        if len({candidates[place].frame for place in on_path}) < least:
            return None
        if is_fall(found, full_size, slow_motion):
            marked = [replace(one, is_inlier=place in on_path) for place, one in enumerate(candidates)]
            return replace(found, candidates=tuple(marked))
        places = [place for place in places if place not in on_path]
    return None


def is_fall(trajectory: Trajectory, full_size: tuple[int, int], slow_motion: float) -> bool:
    """Whether gravity makes the picture about as high as pictures of divers are."""
    acceleration = trajectory.path.ay * slow_motion**2
    if acceleration <= 0:
        return False
    shortest, longest = _PICTURE_M
    return shortest <= min(full_size) * GRAVITY_M_S2 / acceleration <= longest
