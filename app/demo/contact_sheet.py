"""A contact sheet: each dive as a row of numbered pictures with the path drawn over them and the facts above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.demo.lettering import Colour, Picture, draw_text
from inference.results import FloatArray, FrameTime, Interval, Trajectory
from inference.time_code import time_code

if TYPE_CHECKING:
    from app.document.records import Dive
    from inference.video.reader import FrameReader

PICTURES = 8
PICTURE_WIDTH, PICTURE_HEIGHT = 228, 320
GAP, EDGE = 10, 28
TITLE_HEIGHT, HEADER_HEIGHT, FOOT_HEIGHT = 92, 50, 30
MARGIN_SHARE = 0.22
"""Room around the path, as a share of its height, so that the whole body fits in."""

PAPER, CARD = (34, 30, 26), (48, 43, 38)
WHITE, GREY, ACCENT = (245, 243, 240), (176, 168, 160), (64, 176, 255)
FUTURE = (214, 206, 196)


@dataclass(frozen=True, slots=True)
class SheetDive:
    """One row of the sheet."""

    dive: Dive
    trajectory: Trajectory | None


def draw_contact_sheet(title: str, subtitle: str, rows: Sequence[SheetDive], reader: FrameReader) -> Picture:
    """Lay out all dives on one sheet.

    Args:
        title: in large letters at the top.
        subtitle: in small letters below it.
        rows: the dives, in the order of the sheet.
        reader: of the video they are in.

    Returns:
        (height, width, 3) BGR.

    Raises:
        VideoError: if a frame cannot be read.
    """
    row_height = HEADER_HEIGHT + PICTURE_HEIGHT + FOOT_HEIGHT + GAP
    width = 2 * EDGE + PICTURES * (PICTURE_WIDTH + GAP) - GAP
    sheet = np.full((TITLE_HEIGHT + len(rows) * row_height + EDGE, width, 3), PAPER, np.uint8)
    draw_text(sheet, title, EDGE, 46, 20, WHITE, is_bold=True)
    draw_text(sheet, subtitle, EDGE, 76, 11, GREY)
    for number, row in enumerate(rows, start=1):
        top = TITLE_HEIGHT + (number - 1) * row_height
        _draw_row(sheet[top : top + row_height], number, row, reader)
    return sheet


def dive_facts(dive: Dive, trajectory: Trajectory | None) -> list[str]:
    """What is known of a dive, in short phrases; metres come from gravity and the path's curvature."""
    interval = dive.interval
    facts = [f"frames {interval.start.frame} to {interval.end.frame}", f"{interval.duration_s:.2f} s in the air"]
    scale = trajectory.path.metres_per_pixel if trajectory is not None else None
    if trajectory is not None and scale is not None:
        path = trajectory.path
        apex_s = min(max(path.apex_s, interval.start.seconds), interval.end.seconds)
        take_off, apex = path.at([interval.start.seconds, apex_s])
        speed = float(np.hypot(path.vx, path.vy + path.ay * (interval.end.seconds - path.origin_s)))
        facts += [f"rises {(take_off[1] - apex[1]) * scale:.1f} m", f"enters at {speed * scale:.1f} m/s"]
    facts += [text for text in (dive.board, dive.code) if text]
    if dive.score is not None:
        facts.append(f"score {dive.score:.2f}")
    return [*facts, str(dive.status)]


def _draw_row(card: Picture, number: int, row: SheetDive, reader: FrameReader) -> None:
    interval = row.dive.interval
    x = draw_text(card, f"Dive {number}", EDGE, 32, 14, ACCENT, is_bold=True)
    x = draw_text(card, time_code(interval.start.seconds), x + 14, 32, 14, WHITE)
    draw_text(card, "   ".join(dive_facts(row.dive, row.trajectory)), x + 26, 32, 10.5, GREY)
    frames = np.unique(np.linspace(interval.start.frame, interval.end.frame, PICTURES).round().astype(int))
    times = [reader.index.time(int(frame)) for frame in frames]
    window = _window_size(row.trajectory, times, (reader.index.width, reader.index.height))
    for column, time in enumerate(times):
        left = EDGE + column * (PICTURE_WIDTH + GAP)
        picture = _picture(reader.read(time.frame), time, interval, row.trajectory, window)
        card[HEADER_HEIGHT : HEADER_HEIGHT + PICTURE_HEIGHT, left : left + PICTURE_WIDTH] = picture
        foot = HEADER_HEIGHT + PICTURE_HEIGHT
        card[foot : foot + FOOT_HEIGHT, left : left + PICTURE_WIDTH] = CARD
        draw_text(card, str(time.frame), left + 9, foot + 20, 10.5, WHITE, is_bold=True)
        since = f"{time.seconds - interval.start.seconds:+.2f} s"
        draw_text(card, since, left + PICTURE_WIDTH - 70, foot + 20, 10.5, GREY)


def _window_size(
    trajectory: Trajectory | None, times: Sequence[FrameTime], frame_size: tuple[int, int]
) -> tuple[float, float]:
    """Width and height in px of what every picture of a dive shows: the path and room for the body around it."""
    width, height = float(frame_size[0]), float(frame_size[1])
    if trajectory is not None:
        curve = trajectory.path.at(np.linspace(times[0].seconds, times[-1].seconds, 60))
        extent = np.ptp(curve, axis=0)
        height = min(height, float(extent[1]) * (1 + 2 * MARGIN_SHARE))
        width = min(width, float(extent[0]) + 2 * MARGIN_SHARE * float(extent[1]))
    shape = PICTURE_WIDTH / PICTURE_HEIGHT
    return max(width, height * shape), max(height, width / shape)


def _picture(
    frame: Picture, time: FrameTime, interval: Interval, trajectory: Trajectory | None, window: tuple[float, float]
) -> Picture:
    """One frame cut around the path, with the part flown in colour and the part to come as a fine line."""
    centre = np.array([frame.shape[1] / 2, frame.shape[0] / 2])
    curve = None
    if trajectory is not None:
        seconds = np.linspace(interval.start.seconds, interval.end.seconds, 120)
        curve = trajectory.curve_in_frame(time.frame, seconds)
        centre = (curve.min(axis=0) + curve.max(axis=0)) / 2
    corner = _inside(centre - np.divide(window, 2), window, frame.shape)
    scale = PICTURE_WIDTH / window[0]
    shrink = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    whole = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=shrink)
    move = np.array([[1, 0, -corner[0] * scale], [0, 1, -corner[1] * scale]], dtype=np.float64)
    size = (PICTURE_WIDTH, PICTURE_HEIGHT)
    picture = np.asarray(cv2.warpAffine(whole, move, size, borderValue=CARD), dtype=np.uint8)
    if trajectory is not None and curve is not None:
        drawn = (curve - corner) * scale
        flown = seconds <= time.seconds + 1e-9
        _line(picture, drawn[~flown], FUTURE, 1)
        _line(picture, drawn[flown], ACCENT, 2)
        now = (trajectory.image_points([time])[0] - corner) * scale
        _ring(picture, now)
    return picture


def _inside(corner: FloatArray, window: tuple[float, float], shape: tuple[int, ...]) -> FloatArray:
    """The window's corner moved so that it shows as little beyond the frame's edge as it can."""
    spare = np.array([shape[1] - window[0], shape[0] - window[1]])
    inside: FloatArray = np.where(spare >= 0, np.clip(corner, 0, np.maximum(spare, 0)), spare / 2)
    return inside


def _line(picture: Picture, points: FloatArray, colour: Colour, thickness: int) -> None:
    whole = np.round(points * 16).astype(np.int32)
    cv2.polylines(picture, [whole], isClosed=False, color=colour, thickness=thickness, lineType=cv2.LINE_AA, shift=4)


def _ring(picture: Picture, centre: FloatArray) -> None:
    x, y = (int(value) for value in np.round(centre * 16))
    cv2.circle(picture, (x, y), 5 * 16, WHITE, 2, cv2.LINE_AA, 4)
    cv2.circle(picture, (x, y), 3 * 16, ACCENT, -1, cv2.LINE_AA, 4)
