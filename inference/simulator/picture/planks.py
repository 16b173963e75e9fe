"""Springboards, which bend: drawn anew in every picture."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.cone_painter import Layer
from inference.simulator.venue.board_poses import FULCRUM_FROM_TIP_M, PLANK_LENGTH_M, PLANK_THICKNESS_M, PlacedBoard
from inference.simulator.venue.lighting import Lighting
from inference.simulator.venue.materials import Colour

_Bytes = npt.NDArray[np.uint8]

_STATIONS = 12
_SHIFT = 4


def plank_line(deflection_m: float) -> FloatArray:
    """(stations, 2) x and height above the resting top, from the rear end to the tip, of a bent springboard.

    The part beyond the fulcrum bends like a cantilever with a load at its tip.

    Args:
        deflection_m: height of the tip above its rest; negative when pressed down.
    """
    x = np.linspace(-PLANK_LENGTH_M, 0.0, _STATIONS)
    share = np.clip((x + FULCRUM_FROM_TIP_M) / FULCRUM_FROM_TIP_M, 0, 1)
    return np.stack([x, deflection_m * share**2 * (3 - share) / 2], axis=-1)


def draw_plank(
    placed: PlacedBoard, deflection_m: float, camera: Camera, frame: float, light: Lighting, colour: Colour
) -> Layer | None:
    """Draw one springboard; None where the camera does not see it.

    Args:
        placed: the springboard.
        deflection_m: height of its tip above its rest.
        camera: that sees it.
        frame: the camera's frame.
        light: by which it is seen.
        colour: of its top.
    """
    line = plank_line(deflection_m)
    half, top = placed.half_width_m, placed.board.height_m
    edges = {}
    for name, aside, drop in (("tl", half, 0), ("tr", -half, 0), ("bl", half, 1), ("br", -half, 1)):
        points = np.stack([line[:, 0], np.full(len(line), aside), top + line[:, 1] - drop * PLANK_THICKNESS_M], axis=-1)
        edges[name] = camera.project(placed.pose.to_pool(points), frame)
    if min(float(depth.min()) for _, depth in edges.values()) < 0.2:
        return None
    everything = np.concatenate([image for image, _ in edges.values()])
    low = np.maximum(np.floor(everything.min(axis=0)).astype(int) - 2, 0)
    high = np.minimum(np.ceil(everything.max(axis=0)).astype(int) + 3, camera.size)
    if (low >= high).any():
        return None
    eye = placed.pose.to_board(camera.position_m)
    is_from_above = eye[2] > top
    side = "l" if eye[1] > 0 else "r"
    faces = [
        (np.concatenate([edges["t" + side][0], edges["b" + side][0][::-1]]), 0.50),
        (np.stack([edges[name][0][-1] for name in ("tl", "tr", "br", "bl")]), 0.62),
        (
            np.concatenate([edges["tl"][0], edges["tr"][0][::-1]])
            if is_from_above
            else np.concatenate([edges["bl"][0], edges["br"][0][::-1]]),
            1.0 if is_from_above else 0.32,
        ),
    ]
    level = np.array(light.above) + np.array(light.main) * max(light.direction[2], 0)
    paint = np.array(colour) * level * 255
    picture = np.zeros((high[1] - low[1], high[0] - low[0], 3), np.uint8)
    cover = np.zeros(picture.shape[:2], np.uint8)
    seam = edges[("t" if is_from_above else "b") + side][0]
    _line(picture, cover, seam - low, np.clip(paint * 0.5, 0, 255))
    for outline, brightness in faces:
        _fill(picture, cover, outline - low, np.clip(paint * brightness, 0, 255))
    (left_image, left_depth), (right_image, right_depth) = edges["tl"], edges["tr"]
    depths = _plane_depths(
        np.concatenate([left_image, right_image]) - low, np.concatenate([left_depth, right_depth]), cover.shape
    )
    shown = np.where(cover > 0, depths, np.inf).astype(np.float32)
    share = np.asarray(cover / np.float32(255), np.float32)
    return Layer(int(low[0]), int(low[1]), picture.astype(np.float32), share, shown)


def _fill(picture: _Bytes, cover: _Bytes, outline: FloatArray, colour: FloatArray) -> None:
    points = np.round((outline - 0.5) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(picture, [points], tuple(float(value) for value in colour), cv2.LINE_AA, _SHIFT)
    cv2.fillPoly(cover, [points], 255, cv2.LINE_AA, _SHIFT)


def _line(picture: _Bytes, cover: _Bytes, line: FloatArray, colour: FloatArray) -> None:
    points = np.round((line - 0.5) * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(
        picture,
        [points],
        isClosed=False,
        color=tuple(float(value) for value in colour),
        thickness=1,
        lineType=cv2.LINE_AA,
        shift=_SHIFT,
    )
    cv2.polylines(cover, [points], isClosed=False, color=255, thickness=1, lineType=cv2.LINE_AA, shift=_SHIFT)


def _plane_depths(image: FloatArray, depth: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """(rows, columns) depths of the plane that fits a nearly flat face; one over the depth is linear in the picture."""
    terms = np.concatenate([image, np.ones((len(image), 1))], axis=1)
    (across, down, base), *_ = np.linalg.lstsq(terms, 1 / depth, rcond=None)
    rows, columns = shape
    inverse = (np.arange(columns) + 0.5) * across + (np.arange(rows)[:, None] + 0.5) * down + base
    near, far = depth.min(), depth.max()
    return np.asarray(np.clip(1 / np.maximum(inverse, 1e-6), near, far))
