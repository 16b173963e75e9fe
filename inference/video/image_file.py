"""Saving pictures."""

from __future__ import annotations

from pathlib import Path

import cv2

from inference.video.errors import VideoError
from inference.video.picture import Picture


def write_image(path: str | Path, picture: Picture) -> None:
    """Save a BGR, BGRA or grey picture; PNG keeps every pixel exactly.

    Args:
        path: where to; the ending (.png, .jpg, …) chooses the format.
        picture: (height, width, channels) or (height, width), uint8.

    Raises:
        VideoError: if the format is unknown or the file cannot be written.
    """
    path = Path(path)
    try:
        is_encoded, data = cv2.imencode(path.suffix or ".", picture)
    except cv2.error as error:
        raise VideoError(f"{path.name} names no image format; end the name in .png.") from error
    if not is_encoded:
        raise VideoError(f"The picture cannot be saved as {path.name}; end the name in .png.")
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        reason = error.strerror or "the system refused"
        raise VideoError(f"{path} cannot be written ({reason}); choose another place.") from error
