"""The index of a folder of images: each readable image is a frame, in natural order, at a rate that is set."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from inference.progress import CancelToken, Progress
from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex
from inference.video.image_names import list_images

DEFAULT_IMAGE_FPS = 25.0


def read_image(path: Path) -> npt.NDArray[np.uint8] | None:
    """(height, width, 3) BGR, upright by its EXIF orientation; None if it cannot be decoded."""
    try:
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    except (OSError, cv2.error):
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


def index_images(
    folder: Path, content: str, image_fps: float, *, progress: Progress | None, cancel: CancelToken | None
) -> FrameIndex:
    """Index a folder of images by decoding each once.

    The first readable image gives the frame size.

    Raises:
        VideoError: if no image can be read or the rate makes no sense.
        Cancelled: if asked to stop.
    """
    if not (math.isfinite(image_fps) and 0.001 <= image_fps <= 10_000):
        raise VideoError(f"{image_fps} is no frame rate for the images in {folder.name}; give frames per second.")
    images = list_images(folder)
    names: list[str] = []
    sizes: list[tuple[int, int]] = []
    for done, image in enumerate(images):
        if cancel is not None:
            cancel.raise_if_cancelled()
        picture = read_image(image)
        if picture is not None:
            names.append(image.name)
            sizes.append((picture.shape[1], picture.shape[0]))
        if progress is not None:
            progress((done + 1) / len(images), "Listing images")
    if not names:
        raise VideoError(f"No image in the folder {folder} can be read; choose another.")
    width, height = sizes[0]
    problems = []
    if len(names) < len(images):
        unreadable = f"{len(images) - len(names)} of {len(images)}"
        problems.append(f"holds images that cannot be read and do not count as frames ({unreadable}).")
    other_sizes = sum(size != sizes[0] for size in sizes)
    if other_sizes:
        problems.append(
            f"holds images of another size than the first, {width} by {height}, that are fitted into it "
            f"({other_sizes} of {len(names)})."
        )
    return FrameIndex(
        path=folder,
        fingerprint=content,
        pts=np.arange(len(names), dtype=np.int64),
        is_key=np.ones(len(names), dtype=np.bool_),
        seek_timestamps=np.arange(len(names), dtype=np.int64),
        time_base=1 / Fraction(image_fps).limit_denominator(1001),
        last_duration=1,
        width=width,
        height=height,
        codec=Path(names[0]).suffix.lower().lstrip(".").replace("jpg", "jpeg"),
        nominal_fps=image_fps,
        file_names=tuple(names),
        problems=tuple(problems),
    )
