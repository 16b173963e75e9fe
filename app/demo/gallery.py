"""The gallery: contact sheets of simulated dives of every group and position, seen from the side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.demo.lettering import Colour, Picture, draw_text
from inference.diving.boards import Board
from inference.diving.codes import GROUP_NAMES, describe, parse
from inference.progress import CancelToken, Progress
from inference.results import FloatArray
from inference.simulator.footage.recording import Recording
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.person import Person
from inference.simulator.picture.camera import Camera, aim_angles
from inference.simulator.venue.board_poses import PlacedBoard
from inference.simulator.venue.venue import Venue

SHEETS: Mapping[int, tuple[tuple[str, str], ...]] = {
    1: (("101A", "springboard-3"), ("103B", "springboard-3"), ("105C", "springboard-3")),
    2: (("201A", "springboard-3"), ("203B", "springboard-3"), ("205C", "springboard-3")),
    3: (("301A", "springboard-3"), ("303B", "springboard-3"), ("305C", "springboard-3")),
    4: (("401A", "springboard-3"), ("403B", "springboard-3"), ("405C", "springboard-3")),
    5: (
        ("5111A", "springboard-3"),
        ("5132D", "springboard-3"),
        ("5152B", "springboard-3"),
        ("5253B", "platform-10"),
        ("5337D", "springboard-3"),
    ),
    6: (("600A", "platform-10"), ("612B", "platform-10"), ("626C", "platform-10"), ("6243D", "platform-10")),
}
"""The dives of each group's sheet with their boards."""

MOMENTS = 10
CELL_WIDTH, CELL_HEIGHT = 168, 204
VIEW_HEIGHT_M = 3.1
"""What a cell shows from top to bottom."""

_ENLARGEMENT = 2
FRAME_SIZE = (1600, 1200)
_DISTANCE_M = 13.0
_FPS = 100
_BEFORE_S = 0.12
_QUALITY = 86

_EDGE, _GAP = 16, 4
_TITLE_HEIGHT, _HEADER_HEIGHT, _FOOT_HEIGHT = 58, 30, 20
_PAPER: Colour = (34, 30, 26)
_WHITE: Colour = (245, 243, 240)
_GREY: Colour = (176, 168, 160)
_ACCENT: Colour = (64, 176, 255)


@dataclass(frozen=True)
class Strip:
    """One dive in pictures: seconds since take-off and (CELL_HEIGHT, CELL_WIDTH, 3) BGR of each moment."""

    code: str
    board: Board
    flight_s: float
    moments: tuple[tuple[float, Picture], ...]


def draw_gallery(
    folder: Path, *, progress: Progress | None = None, cancel: CancelToken | None = None
) -> Iterator[Path]:
    """Draw a sheet for every group into a folder, which is made.

    Yields:
        Each JPEG file once it is written; the same at every run.

    Raises:
        OSError: if a file cannot be written.
        Cancelled: if cancelled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done, count = 0, sum(map(len, SHEETS.values()))
    for group, dives in SHEETS.items():
        strips = []
        for code, board in dives:
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(done / count, code)
            strips.append(strip_of(code, Board.from_key(board)))
            done += 1
        path = folder / f"group-{group}-{GROUP_NAMES[group]}.jpg"
        sheet = lay_out(f"Group {group}: {GROUP_NAMES[group]}", strips)
        path.write_bytes(cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes())
        yield path


def strip_of(code: str, board: Board, *, moments: int = MOMENTS, size: tuple[int, int] = FRAME_SIZE) -> Strip:
    """A dive from shortly before the take-off to the entry, in pictures at equal distances in time."""
    recording = side_view(code, board, size=size)
    (dive,) = recording.dives
    times = np.linspace(dive.take_off_s - _BEFORE_S, dive.entry_s, moments)
    pictures = []
    for seconds in times:
        frame = min(round(float(seconds) * _FPS), recording.frame_count - 1)
        ((picture, _),) = recording.pictures(frame, frame + 1)
        centre, depth = recording.camera.project(recording.path_m(0, np.array([frame / _FPS]))[0], frame)
        height = VIEW_HEIGHT_M * recording.camera.focal_px / float(depth)
        pictures.append((frame / _FPS - dive.take_off_s, _cut_out(picture, centre, height)))
    return Strip(code, board, dive.entry_s - dive.take_off_s, tuple(pictures))


def side_view(code: str, board: Board, *, size: tuple[int, int] = FRAME_SIZE, seed: int = 2) -> Recording:
    """A dive as the judges see it, from the diver's right: the camera looks across the flight and stands still."""
    rng = np.random.default_rng(seed)
    venue = Venue.random(rng, boards=[board], is_indoor=True)
    placed = venue.placed(board)
    act = DiveAct(placed, parse(code), Person.random(rng), 1.0, int(rng.integers(2**31)))
    motion = dive_motion_of(act.actors()[0])
    frame_count = round((1.0 + motion.entry_s - motion.take_off_s + 0.5) * _FPS)
    position, target, height_m = _beside(venue, placed)
    away = float(np.linalg.norm(position - target))
    angles = np.append(aim_angles(position, target), 0.0)[None]
    camera = Camera(size, _FPS, 0.96 * size[1] * away / height_m, position, angles, 1 / 500)
    return Recording(venue, camera, frame_count, (act,), int(rng.integers(2**31)), quality=20)


def lay_out(title: str, strips: Sequence[Strip]) -> Picture:
    """(height, width, 3) BGR: a title and a row for every dive."""
    row_height = _HEADER_HEIGHT + CELL_HEIGHT + _FOOT_HEIGHT
    width = 2 * _EDGE + max(len(strip.moments) for strip in strips) * (CELL_WIDTH + _GAP) - _GAP
    sheet = np.full((_TITLE_HEIGHT + len(strips) * row_height + _EDGE, width, 3), _PAPER, np.uint8)
    draw_text(sheet, title, _EDGE, 38, 17, _WHITE, is_bold=True)
    for number, strip in enumerate(strips):
        top = _TITLE_HEIGHT + number * row_height
        x = draw_text(sheet, strip.code, _EDGE, top + 20, 13, _ACCENT, is_bold=True)
        words = describe(parse(strip.code)).replace("½", " 1/2").replace("  ", " ")
        draw_text(sheet, f"{words}   {strip.board.label}   {strip.flight_s:.2f} s", x + 12, top + 20, 11, _GREY)
        for column, (seconds, picture) in enumerate(strip.moments):
            left, cell_top = _EDGE + column * (CELL_WIDTH + _GAP), top + _HEADER_HEIGHT
            sheet[cell_top : cell_top + CELL_HEIGHT, left : left + CELL_WIDTH] = picture
            draw_text(sheet, f"{seconds:+.2f} s", left + 4, cell_top + CELL_HEIGHT + 14, 9, _GREY)
    return sheet


def _beside(venue: Venue, placed: PlacedBoard) -> tuple[FloatArray, FloatArray, float]:
    """Where the camera stands and looks, and how much of the height it has to show there, in metres."""
    top = placed.board.height_m + 3.2
    target = placed.pose.to_pool([0.6, 0.0, top / 2 - 0.2])
    position = placed.pose.to_pool([0.6, -_DISTANCE_M, 0.8 * placed.board.height_m + 0.7])
    low, high = venue.grounds.low, venue.grounds.high
    position[:2] = np.clip(position[:2], np.asarray(low)[:2] + 0.6, np.asarray(high)[:2] - 0.6)
    return position, target, top + 0.8


def _cut_out(picture: Picture, centre: FloatArray, height: float) -> Picture:
    """What is around a point of the picture, so many px high, as a cell; beyond the edges the last pixels go on."""
    scale = CELL_HEIGHT / height
    corner = centre - np.array([CELL_WIDTH, CELL_HEIGHT]) / scale / 2
    large = scale * _ENLARGEMENT
    # Image coordinates have a pixel's centre at a half, OpenCV's indices at whole numbers.
    move = np.array(
        [[large, 0, -corner[0] * large + large / 2 - 0.5], [0, large, -corner[1] * large + large / 2 - 0.5]]
    )
    size = (CELL_WIDTH * _ENLARGEMENT, CELL_HEIGHT * _ENLARGEMENT)
    whole = cv2.warpAffine(picture, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(whole, (CELL_WIDTH, CELL_HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
