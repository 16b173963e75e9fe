"""The images of a folder in the order in which a person would count them."""

from __future__ import annotations

import re
from pathlib import Path

from inference.video.errors import VideoError

IMAGE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".jp2", ".png", ".ppm", ".pgm", ".tif", ".tiff", ".webp"})


def list_images(folder: Path) -> list[Path]:
    """Images of a folder in natural order: frame_2 before frame_10. Hidden files do not count.

    Raises:
        VideoError: if there is none, or the folder cannot be read.
    """
    try:
        images = [
            path
            for path in folder.iterdir()
            if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".") and path.is_file()
        ]
    except OSError as error:
        raise VideoError(f"The folder {folder} cannot be read ({error.strerror}); check its permissions.") from error
    if not images:
        raise VideoError(f"The folder {folder} holds no images (JPEG, PNG, TIFF, WebP, BMP); choose another.")
    return sorted(images, key=lambda path: natural_key(path.name))


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key that sorts runs of digits by their value and everything else by its letters, whatever their case."""
    parts = re.split(r"(\d+)", name)
    key = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in parts if part)
    return key, name
