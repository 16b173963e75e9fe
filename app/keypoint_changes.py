"""What the commands for keypoints change: values in, what to place and what to give back out. Knows no Qt."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from app.document.records import PlacedKeypoint, Visibility
from inference.results import FloatArray, FrameTime

LIMBS: Final = (
    ("clavicle", "shoulder", "elbow", "wrist", "hand"),
    ("hip", "knee", "ankle", "foot", "toe"),
    ("eye", "ear"),
)
"""Joints of one limb, or of one side of the head, without their side."""


@dataclass(frozen=True, slots=True)
class PoseJoint:
    """One joint of a pose: its place in image coordinates (px), and where a model sees it, if one does.

    A place that is not the model's was given by a person (is_human) or interpolated for one (is_interpolated). The
    depth is as in `Keypoint`; is_depth_human says that it is a person's, too.
    """

    x: float
    y: float
    visibility: Visibility = Visibility.VISIBLE
    is_human: bool = False
    predicted: tuple[float, float] | None = None
    is_interpolated: bool = False
    depth: float | None = None
    predicted_depth: float | None = None
    is_depth_human: bool = False

    @property
    def is_placed(self) -> bool:
        """Whether its place is not the model's."""
        return self.is_human or self.is_interpolated


Pose = Mapping[str, PoseJoint]
"""The joints of a frame by their names."""


@dataclass(frozen=True, slots=True)
class KeypointChanges:
    """Keypoints to place, and frame and name of placed ones whose predicted ones are to count again.

    One that is in both is placed, and loses the depth that it was given before.
    """

    placed: tuple[PlacedKeypoint, ...] = ()
    cleared: tuple[tuple[int, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.placed or self.cleared)

    def __add__(self, other: KeypointChanges) -> KeypointChanges:
        return KeypointChanges(self.placed + other.placed, self.cleared + other.cleared)


def swap_sides(pose: Pose, time: FrameTime, joints: Collection[str] | None = None) -> KeypointChanges:
    """Exchange left and right, and how far away both are.

    A joint that gets to where the model sees it is given back to the model, and a depth that gets to be the model's
    too, so that a second swap leaves nothing behind. Of a pair of which one joint alone is there, what was placed
    changes sides. What is interpolated stays so.

    Args:
        pose: of one frame.
        time: of that frame.
        joints: those to exchange with their counterparts; None for all.
    """
    placed, cleared = [], []
    for left in sorted({_left(name) for name in (pose if joints is None else joints) if other_side(name) is not None}):
        right = other_side(left) or left
        for name, source in ((left, pose.get(right)), (right, pose.get(left))):
            joint = pose.get(name)
            if source is not None and (joint is not None or source.is_placed):
                depth = None if joint is not None and source.depth == joint.predicted_depth else source.depth
                is_models = joint is not None and joint.predicted == (source.x, source.y) and depth is None
                if is_models and not _is_hidden(source):
                    cleared.append((time.frame, name))
                    continue
                placed.append(
                    PlacedKeypoint(time, name, source.x, source.y, source.visibility, source.is_interpolated, depth)
                )
                if depth is None and joint is not None and joint.depth != joint.predicted_depth:
                    cleared.append((time.frame, name))
            elif joint is not None and joint.is_placed:
                cleared.append((time.frame, name))
    return KeypointChanges(tuple(placed), tuple(cleared))


def other_side(joint: str) -> str | None:
    """The joint on the other side of the body; None for one in the middle."""
    for one, other in (("left_", "right_"), ("right_", "left_")):
        if joint.startswith(one):
            return other + joint.removeprefix(one)
    return None


def limb_of(joint: str) -> tuple[str, ...]:
    """The joints of the limb that a joint belongs to, on its side; the joint alone if it is on no limb."""
    side, _, part = joint.partition("_")
    parts = next((limb for limb in LIMBS if part in limb), ())
    return tuple(f"{side}_{each}" for each in parts) if other_side(joint) is not None and parts else (joint,)


def copy_pose(pose: Pose, time: FrameTime, moved: tuple[float, float] = (0.0, 0.0)) -> KeypointChanges:
    """Put all joints of another frame's pose into a frame, as a person's, as far away as they are there.

    Args:
        pose: of the other frame.
        time: of the frame that it is put into.
        moved: how far the diver has moved from that frame to this one (px).
    """
    across, down = moved
    placed = [
        PlacedKeypoint(time, name, joint.x + across, joint.y + down, joint.visibility, depth=joint.depth)
        for name, joint in pose.items()
    ]
    return KeypointChanges(tuple(placed), tuple((time.frame, each.name) for each in placed if each.depth is None))


def clear_pose(pose: Pose, frame: int) -> KeypointChanges:
    """Give all joints of a frame back to the model."""
    return KeypointChanges(cleared=tuple((frame, name) for name, joint in pose.items() if joint.is_placed))


def interpolate(poses: Sequence[Pose], times: Sequence[FrameTime], frames: range) -> KeypointChanges:
    """Place joints between frames in which a person placed them; see `inference.pose.keypoint_interpolation`.

    What is written is marked as interpolated. What a person placed stays as it is; what was interpolated before counts
    for nothing and is written anew. A joint is as visible as in the correction before. Its depth is interpolated where
    the corrections before and after both have a person's, and is otherwise left to the model.

    Args:
        poses: of consecutive frames, with all corrections that the splines are to go through.
        times: of those frames.
        frames: in which joints are placed.
    """
    from inference.pose.keypoint_interpolation import interpolate_keypoints

    names = sorted({name for pose in poses for name, joint in pose.items() if joint.is_human})
    corrected, predicted = np.full((2, len(poses), len(names), 3), np.nan)
    for place, pose in enumerate(poses):
        for joint, name in enumerate(names):
            known = pose.get(name)
            if known is not None:
                corrected[place, joint], predicted[place, joint] = _corrected(known), _predicted(known)
    seconds = np.array([time.seconds for time in times])
    found = interpolate_keypoints(seconds, corrected[..., :2], predicted[..., :2])
    depths = interpolate_keypoints(seconds, corrected[..., 2:], predicted[..., 2:])[..., 0]
    depths[~_are_between_depths(corrected)] = np.nan
    placed = []
    for joint, name in enumerate(names):
        visibility = Visibility.VISIBLE
        for place, (pose, time) in enumerate(zip(poses, times, strict=True)):
            if np.isfinite(corrected[place, joint, 0]):
                visibility = pose[name].visibility
            elif time.frame in frames and np.isfinite(found[place, joint, 0]):
                x, y = found[place, joint].tolist()
                depth = float(depths[place, joint]) if np.isfinite(depths[place, joint]) else None
                placed.append(PlacedKeypoint(time, name, x, y, visibility, is_interpolated=True, depth=depth))
    return KeypointChanges(tuple(placed))


def _corrected(joint: PoseJoint) -> tuple[float, float, float]:
    """x, y and depth by a person."""
    if not joint.is_human:
        return np.nan, np.nan, np.nan
    return joint.x, joint.y, joint.depth if joint.is_depth_human and joint.depth is not None else np.nan


def _predicted(joint: PoseJoint) -> tuple[float, float, float]:
    """x, y and depth by a model."""
    return *(joint.predicted or (np.nan, np.nan)), np.nan if joint.predicted_depth is None else joint.predicted_depth


def _are_between_depths(corrected: FloatArray) -> npt.NDArray[np.bool_]:
    """(frames, joints) whether the last correction up to a frame and the first one from it on have a depth."""
    has_depth = np.zeros(corrected.shape[:2], bool)
    for joint in range(corrected.shape[1]):
        knots = np.flatnonzero(np.isfinite(corrected[:, joint, 0]))
        for before, after in itertools.pairwise(knots.tolist()):
            has_depth[before : after + 1, joint] = np.isfinite(corrected[[before, after], joint, 2]).all()
    return has_depth


def gap_around(labelled: Sequence[int], frame: int) -> range | None:
    """The frames between the last corrected one before a frame and the first one after it, both left out.

    Args:
        labelled: frames in which a person placed a keypoint, in order.
        frame: looked at, corrected itself or not.

    Returns:
        None if there is no corrected frame on one of the two sides.
    """
    before, after = [each for each in labelled if each < frame], [each for each in labelled if each > frame]
    return range(before[-1] + 1, after[0]) if before and after else None


def _left(joint: str) -> str:
    return joint if joint.startswith("left_") else other_side(joint) or joint


def _is_hidden(joint: PoseJoint) -> bool:
    return joint.visibility is not Visibility.VISIBLE
