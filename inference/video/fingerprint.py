"""What identifies a video by its content, wherever it lies and whatever it is called."""

from __future__ import annotations

import hashlib
from pathlib import Path

from inference.video.errors import VideoError
from inference.video.image_names import list_images

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_SAMPLES = 16
_IMAGE_BLOCK = 1 << 13


def fingerprint(path: str | Path) -> str:
    """32 hexadecimal digits that follow from the content of a video file or a folder of images.

    A file's size, its first and last MiB and sixteen samples of 64 KiB between them are read, so that the answer is
    quick for files of any size. A folder counts through its images: their names, sizes, and first and last 8 KiB.

    Raises:
        VideoError: if the file or folder cannot be read.
    """
    path = Path(path)
    digest = hashlib.blake2b(digest_size=16)
    try:
        if path.is_dir():
            for image in list_images(path):
                digest.update(f"{image.name}\0".encode())
                _add_file(digest, image, block=_IMAGE_BLOCK, samples=0)
        else:
            _add_file(digest, path, block=_BLOCK, samples=_SAMPLES)
    except FileNotFoundError as error:
        raise VideoError(f"There is no file {path}; check that it was not moved or renamed.") from error
    except OSError as error:
        reason = error.strerror or "the system refused"
        raise VideoError(f"{path} cannot be read ({reason}); check the drive and the permissions.") from error
    return digest.hexdigest()


def _add_file(digest: hashlib.blake2b, path: Path, *, block: int, samples: int) -> None:
    size = path.stat().st_size
    digest.update(f"{size}\0".encode())
    with path.open("rb") as file:
        if size <= 2 * block + samples * _SAMPLE:
            digest.update(file.read())
            return
        digest.update(file.read(block))
        for sample in range(samples):
            file.seek(block + (size - 2 * block - _SAMPLE) * sample // max(samples - 1, 1))
            digest.update(file.read(_SAMPLE))
        file.seek(size - block)
        digest.update(file.read(block))
