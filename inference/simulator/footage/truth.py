"""The exact truth of a diver in single frames: keypoints, box, centre of mass and camera.

Everything is in the conventions of the divereview-dataset: image coordinates in px with the centre of the top-left
pixel at (0.5, 0.5), camera space and world in millimetres, the world's z up from the water.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from inference.dataset.schema import FrameLabels, Keypoint, Visibility
from inference.results import FloatArray, FrameTime
from inference.simulator.people.actors import Actor
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.renderer import Renderer

_MM = 1000.0
_PX_DIGITS, _MM_DIGITS = 4, 3
"""Digits kept: ten-thousandths of a pixel and thousandths of a millimetre, far below what anybody can see."""
_VISIBILITIES = tuple(Visibility)
_NEAR_M = 0.05


@dataclass(frozen=True, eq=False)
class DiverTruth:
    """One diver in n frames.

    Args:
        dives: (n,) number of the dive in its video.
        frames: (n,) frame numbers.
        keypoints: (n, 17, 2) px; NaN for what is behind the camera.
        visibility: (n, 17) places in `Visibility`.
        keypoints_3d: (n, 17, 3) camera space, mm.
        boxes: (n, 4) left, top, width, height in px inside the picture; NaN where the diver is out of it.
        centres: (n, 2) centre of mass, px.
        centres_3d: (n, 3) camera space, mm.
        world_to_camera: (n, 3, 4), mm.
    """

    dives: npt.NDArray[np.int64]
    frames: npt.NDArray[np.int64]
    keypoints: FloatArray
    visibility: npt.NDArray[np.int64]
    keypoints_3d: FloatArray
    boxes: FloatArray
    centres: FloatArray
    centres_3d: FloatArray
    world_to_camera: FloatArray

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Several pieces as one, in the order given; at least one piece."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))

    @classmethod
    def load(cls, path: Path) -> Self:
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(*(arrays[each.name] for each in fields(cls)))

    def save(self, path: Path) -> None:
        """Write an uncompressed .npz file."""
        with path.open("wb") as file:
            np.savez(file, **{each.name: getattr(self, each.name) for each in fields(self)})

    def of_dive(self, dive: int) -> Self:
        """The frames of one dive, in their order."""
        chosen = np.flatnonzero(self.dives == dive)
        chosen = chosen[np.argsort(self.frames[chosen], kind="stable")]
        return type(self)(*(getattr(self, each.name)[chosen] for each in fields(self)))

    def labels(self, times: Sequence[FrameTime]) -> tuple[FrameLabels, ...]:
        """Records for a data set; times are those of `frames`."""
        return tuple(self._labels(row, time) for row, time in enumerate(times))

    def _labels(self, row: int, time: FrameTime) -> FrameLabels:
        points = zip(self.keypoints[row], self.visibility[row], strict=True)
        keypoints = tuple(
            None if np.isnan(point).any() else Keypoint(*_point_2d(point), _VISIBILITIES[visibility])
            for point, visibility in points
        )
        left, top, width, height = _rounded(self.boxes[row], _PX_DIGITS)
        centre, centre_3d = self.centres[row], self.centres_3d[row]
        return FrameLabels(
            time=time,
            keypoints=keypoints,
            keypoints_3d=tuple(_point_3d(point) for point in self.keypoints_3d[row]),
            box=None if np.isnan(self.boxes[row]).any() else (left, top, width, height),
            centre_of_mass=None if np.isnan(centre).any() else _point_2d(centre),
            centre_of_mass_3d=_point_3d(centre_3d),
            world_to_camera=tuple(float(value) for value in self.world_to_camera[row].reshape(12)),
        )


def diver_truth(renderer: Renderer, diver: Actor, actors: Sequence[Actor], dive: int, frame: int) -> DiverTruth:
    """The truth about a diver in one frame.

    Args:
        renderer: of the video.
        diver: who dives.
        actors: everybody who may hide the diver.
        dive: number of the dive in its video.
        frame: frame number.
    """
    camera = renderer.camera
    states = diver.states(np.array([frame / camera.fps]))
    joints = diver.board_pose.to_pool(states.joints[0])
    centre = diver.board_pose.to_pool(states.centre_of_mass[0])
    names = renderer.joint_visibility(frame, diver, actors)
    return DiverTruth(
        dives=np.array([dive]),
        frames=np.array([frame]),
        keypoints=_in_picture(camera, joints, frame)[None],
        visibility=np.array([[_VISIBILITIES.index(Visibility(str(name))) for name in names]]),
        keypoints_3d=_in_camera_mm(camera, joints, frame)[None],
        boxes=_box(camera, diver, frame)[None],
        centres=_in_picture(camera, centre, frame)[None],
        centres_3d=_in_camera_mm(camera, centre, frame)[None],
        world_to_camera=world_to_camera_mm(camera, frame)[None],
    )


def world_to_camera_mm(camera: Camera, frame: int) -> FloatArray:
    """(3, 4) from homogeneous pool world to camera space, both in millimetres."""
    rotation = camera.rotation(frame)
    shift = -_MM * rotation @ np.asarray(camera.position_m)
    return np.concatenate([rotation, shift[:, None]], axis=1)


def _in_picture(camera: Camera, points: FloatArray, frame: int) -> FloatArray:
    """(..., 2) px of (..., 3) points of pool world; NaN behind the camera."""
    image, depths = camera.project(points, frame)
    return np.where((depths > _NEAR_M)[..., None], image, np.nan)


def _in_camera_mm(camera: Camera, points: FloatArray, frame: int) -> FloatArray:
    in_camera: FloatArray = _MM * (points - camera.position_m) @ camera.rotation(frame).T
    return in_camera


def _box(camera: Camera, diver: Actor, frame: int) -> FloatArray:
    """(4,) around the whole body, its flesh included, cut off at the edges of the picture."""
    cones = diver.cones(diver.states(np.array([frame / camera.fps])))
    corners = []
    for points, radii in ((cones.starts[0], cones.start_radii), (cones.ends[0], cones.end_radii)):
        image, depths = camera.project(points, frame)
        if depths.min() <= _NEAR_M:
            return np.full(4, np.nan)
        reach = (radii * camera.focal_px / depths)[:, None]
        corners += [image - reach, image + reach]
    everything = np.concatenate(corners)
    low, high = np.maximum(everything.min(axis=0), 0), np.minimum(everything.max(axis=0), camera.size)
    return np.concatenate([low, high - low]) if (low < high).all() else np.full(4, np.nan)


def _rounded(values: FloatArray, digits: int) -> list[float]:
    rounded: list[float] = np.round(values, digits).tolist()
    return rounded


def _point_2d(point: FloatArray) -> tuple[float, float]:
    x, y = _rounded(point, _PX_DIGITS)
    return x, y


def _point_3d(point: FloatArray) -> tuple[float, float, float]:
    x, y, z = _rounded(point, _MM_DIGITS)
    return x, y, z
