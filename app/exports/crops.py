"""Tracked crops: for each dive a video that follows the diver, and 16 still frames for classifiers.

Every crop is a square of constant side whose middle lies on the dive's path in each frame; where it reaches over the
border of the picture it is black. A crop's pixel (column, row) shows the image coordinate
(x - side / 2 + (column + 0.5) · side / output, likewise for y), where (x, y) is the location in `trajectories.csv`.

- `videos/NAME-001.mp4`: every frame from start to end, both included, H.264, with the time stamps of the video less
  that of the start frame.
- `clips/NAME-001/00.png` to `15.png`: 16 frames spread evenly from start to end, both included; a dive of fewer frames
  repeats some.
- `crops.csv`: one row for each dive with its files, sides, frames, split and dive-code attributes. A dive without a
  path has a row without files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.records import Dive, Video
from app.exports.csv_files import Cell, write_csv
from app.exports.errors import ExportError
from app.exports.request import ExportRequest
from app.exports.selection import VideoSelection, select_dives
from app.exports.video_source import open_frames, require_video
from inference.dataset.code_attributes import ATTRIBUTES, code_attributes
from inference.dataset.errors import DatasetError
from inference.dataset.splits import split_videos
from inference.diving.boards import Board
from inference.results import FrameTime, Trajectory
from inference.video.errors import VideoError

if TYPE_CHECKING:
    from inference.diving.crops import Picture
    from inference.video.reader import FrameReader

VIDEOS_FOLDER = "videos"
CLIPS_FOLDER = "clips"
HEADER = (
    "video",
    "number",
    "dive",
    "split",
    "crop",
    "clip",
    "start_frame",
    "end_frame",
    "clip_frames",
    "side_px",
    "output_px",
    "board",
    "code",
    *ATTRIBUTES,
    "status",
)

MIN_SIDE_PX = 16
MAX_SIDE_PX = 4096

_TICKS_PER_SECOND = 90_000


@dataclass(frozen=True, slots=True)
class _Crop:
    """One dive to cut, and where its files go."""

    dive: Dive
    number: int
    name: str
    trajectory: Trajectory
    side_px: int
    output_px: int


def write_crops(request: ExportRequest) -> None:
    """Write the crops of all dives that have a path.

    Raises:
        ExportError: if there is no dive to export, none has a path, or a video is missing or has changed.
        Cancelled: if the export was cancelled.
    """
    selections = [selection for selection in select_dives(request) if selection.dives]
    _check_side(request)
    for selection in selections:  # before the first crop is cut
        require_video(selection.video)
    for name in (VIDEOS_FOLDER, CLIPS_FOLDER):
        (request.folder / name).mkdir()
    splits = split_videos((each.video.fingerprint for each in selections), request.split_fractions, request.seed)
    count = sum(len(selection.dives) for selection in selections)
    rows: list[tuple[Cell, ...]] = []
    for selection in selections:
        with open_frames(selection.video, request.cancel) as reader:
            for dive, number in zip(selection.dives, selection.numbers, strict=True):
                request.report(len(rows) / count, f"cutting dive {number} of {selection.name}")
                crop = _plan(request, selection, dive, number)
                if crop is not None:
                    _write_crop(request, reader, crop)
                rows.append(_row(selection, dive, number, splits[selection.video.fingerprint], crop))
    if not any((request.folder / VIDEOS_FOLDER).iterdir()):
        raise ExportError("None of the dives has a path to follow; draw paths, or leave the crops out.")
    write_csv(request.folder / "crops.csv", HEADER, rows)
    request.report(1.0, "wrote tracked crops")


def _check_side(request: ExportRequest) -> None:
    for side in (request.crop_side_px, request.crop_output_px):
        if side is not None and not MIN_SIDE_PX <= side <= MAX_SIDE_PX:
            raise ExportError(f"Crops of {side} px cannot be made; choose from {MIN_SIDE_PX} to {MAX_SIDE_PX} px.")


def _plan(request: ExportRequest, selection: VideoSelection, dive: Dive, number: int) -> _Crop | None:
    trajectory = request.document.trajectory(dive.id)
    if trajectory is None:
        return None
    side = request.crop_side_px or _default_side(selection.video, dive, trajectory)
    output = request.crop_output_px or side
    # H.264 stores colour at half the resolution, so its pictures have even sides.
    return _Crop(dive, number, f"{selection.name}-{number:03d}", trajectory, side, output + output % 2)


def _default_side(video: Video, dive: Dive, trajectory: Trajectory) -> int:
    from inference.diving.crops import crop_side_px

    try:
        board = Board.from_key(dive.board) if dive.board else None
    except ValueError:
        board = None
    return crop_side_px(trajectory, dive.interval, board, (video.width, video.height))


def _write_crop(request: ExportRequest, reader: FrameReader, crop: _Crop) -> None:
    """Write video and stills of one dive in one pass over its frames."""
    clip_folder = request.folder / CLIPS_FOLDER / crop.name
    clip_folder.mkdir()
    path = request.folder / VIDEOS_FOLDER / f"{crop.name}.mp4"
    frames = _with_stills(_cut_frames(request, reader, crop), crop, clip_folder)
    try:
        write_video(path, frames, crop.output_px, reader.index.average_fps)
    except VideoError as error:
        raise ExportError(f"Dive {crop.number} cannot be cut out: {error}") from error


def _with_stills(
    frames: Iterator[tuple[FrameTime, Picture]], crop: _Crop, folder: Path
) -> Iterator[tuple[FrameTime, Picture]]:
    """Pass the frames on and write the stills; for a damaged frame the next one stands in, or the last."""
    from inference.diving.crops import clip_frames

    wanted = clip_frames(crop.dive.start.frame, crop.dive.end.frame)
    position = 0
    last: Picture | None = None
    for time, last in frames:
        while position < len(wanted) and wanted[position] <= time.frame:
            _write_png(folder / f"{position:02d}.png", last)
            position += 1
        yield time, last
    if last is None:
        raise ExportError(f"Dive {crop.number} cannot be cut out: all its frames are damaged.")
    for missing in range(position, len(wanted)):
        _write_png(folder / f"{missing:02d}.png", last)


def _write_png(path: Path, picture: Picture) -> None:
    import cv2

    # OpenCV opens no path with letters beyond ASCII on Windows, so Python writes the file.
    _, encoded = cv2.imencode(".png", picture)
    path.write_bytes(encoded.tobytes())


def _cut_frames(request: ExportRequest, reader: FrameReader, crop: _Crop) -> Iterator[tuple[FrameTime, Picture]]:
    """The crops of one dive in order."""
    from inference.diving.crops import cut_crop

    for time, picture in reader.frames(crop.dive.start.frame, crop.dive.end.frame + 1):
        if request.cancel is not None:
            request.cancel.raise_if_cancelled()
        x, y = crop.trajectory.image_points([time])[0].tolist()
        yield time, cut_crop(picture, (x, y), crop.side_px, crop.output_px)


def write_video(path: Path, frames: Iterator[tuple[FrameTime, Picture]], side_px: int, average_fps: float) -> None:
    """Write square BGR pictures as H.264 in MP4, each at its time less that of the first.

    Args:
        path: the file.
        frames: times and (side_px, side_px, 3) pictures in order.
        side_px: an even number.
        average_fps: stated in the file; the time stamps are those of the frames.

    Raises:
        ExportError: if the encoder refuses.
        OSError: if the file cannot be written.
    """
    import av

    try:
        _encode(path, frames, side_px, average_fps)
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise ExportError(f"The crop {path.name} cannot be encoded ({error}).") from error


def _encode(path: Path, frames: Iterator[tuple[FrameTime, Picture]], side_px: int, average_fps: float) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(average_fps).limit_denominator(1001))
        stream.width = stream.height = side_px
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": "17", "preset": "fast"}
        stream.codec_context.time_base = Fraction(1, _TICKS_PER_SECOND)
        first_s: float | None = None
        for time, picture in frames:
            first_s = time.seconds if first_s is None else first_s
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.time_base = Fraction(1, _TICKS_PER_SECOND)
            frame.pts = round((time.seconds - first_s) * _TICKS_PER_SECOND)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _row(selection: VideoSelection, dive: Dive, number: int, split: str, crop: _Crop | None) -> tuple[Cell, ...]:
    from inference.diving.crops import clip_frames

    frames = clip_frames(dive.start.frame, dive.end.frame)
    return (
        selection.name,
        number,
        dive.id,
        split,
        f"{VIDEOS_FOLDER}/{crop.name}.mp4" if crop else None,
        f"{CLIPS_FOLDER}/{crop.name}" if crop else None,
        dive.start.frame,
        dive.end.frame,
        " ".join(str(frame) for frame in frames) if crop else None,
        crop.side_px if crop else None,
        crop.output_px if crop else None,
        dive.board,
        dive.code,
        *_attribute_cells(dive.code),
        dive.status.value,
    )


def _attribute_cells(code: str | None) -> list[Cell]:
    try:
        attributes = code_attributes(code) if code else {}
    except DatasetError:
        attributes = {}
    return [attributes.get(name) for name in ATTRIBUTES]
