"""Poses as they are found, drawn into a picture, a sheet of crops, or a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inference.pose.drawn_pose import contact_sheet, draw_pose, drawn_crop
from inference.video.errors import VideoError
from inference.video.image_file import write_image
from inference.video.image_names import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from app.posing import FoundPose
    from inference.pose.crop_map import Picture
    from inference.pose.skeletons import Skeleton

Draw = Callable[["FoundPose", "Picture"], None]

SHEET_CROPS = 64
"""Most crops on a sheet; of more poses so many are shown, spread evenly."""

_SHEET_SIDE_PX = 200
_VIDEO_SUFFIX = ".mp4"


@contextmanager
def drawing_of(path: Path | None, skeleton: Skeleton, fps: float | None) -> Iterator[Draw]:
    """What poses are given to as they are found, each with its picture; complete when the context ends.

    Args:
        path: a picture: the whole picture for one alone, a sheet of crops for those of a video; or .mp4, the whole
            pictures of a video; None to draw nothing.
        skeleton: of the poses.
        fps: of the video; None for a single picture.

    Raises:
        VideoError: if the file is of no such kind, or cannot be written.
    """
    if path is None:
        yield _nothing
    elif path.suffix.lower() == _VIDEO_SUFFIX and fps is not None:
        with _video(path, skeleton, fps) as draw:
            yield draw
    elif path.suffix.lower() in IMAGE_SUFFIXES:
        with _picture(path, skeleton, is_sheet=fps is not None) as draw:
            yield draw
    else:
        raise VideoError(f"{path}: poses are drawn into a picture, .png say, or for a video into {_VIDEO_SUFFIX}.")


def _nothing(found: FoundPose, picture: Picture) -> None:
    del found, picture


@contextmanager
def _picture(path: Path, skeleton: Skeleton, *, is_sheet: bool) -> Iterator[Draw]:
    drawn: list[Picture] = []

    def draw(found: FoundPose, picture: Picture) -> None:
        if is_sheet:
            drawn.append(drawn_crop(picture, skeleton, found.region, found.keypoints, found.scores, _SHEET_SIDE_PX))
        else:
            whole = picture.copy()
            draw_pose(whole, skeleton, found.keypoints, found.scores)
            drawn.append(whole)

    yield draw
    if drawn:
        chosen = np.unique(np.linspace(0, len(drawn) - 1, SHEET_CROPS).round().astype(int))
        write_image(path, contact_sheet([drawn[place] for place in chosen]) if is_sheet else drawn[0])


@contextmanager
def _video(path: Path, skeleton: Skeleton, fps: float) -> Iterator[Draw]:
    import av

    try:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": "18", "preset": "fast"}

            def draw(found: FoundPose, picture: Picture) -> None:
                # H.264 stores colour at half the resolution, so its pictures have even sides.
                height, width = (side - side % 2 for side in picture.shape[:2])
                if not stream.codec_context.is_open:
                    stream.width, stream.height = width, height
                shown = picture[:height, :width].copy()
                draw_pose(shown, skeleton, found.keypoints, found.scores)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="bgr24")))

            yield draw
            container.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise VideoError(f"{path} cannot be written ({error}).") from error
