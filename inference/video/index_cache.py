"""Indexes kept on disk, so that a video is indexed once wherever it is moved."""

from __future__ import annotations

import contextlib
import io
import json
import os
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import platformdirs

from inference.video.frame_index import FrameIndex

_LAYOUT = 1
_KEPT = 500
_ARRAYS = ("pts", "is_key", "seek_timestamps")
_FRACTIONS = ("time_base", "pixel_aspect")
_PLAIN = (
    "fingerprint",
    "last_duration",
    "width",
    "height",
    "rotation",
    "is_mirrored",
    "codec",
    "nominal_fps",
    "is_variable_frame_rate",
    "has_edit_list",
    "is_interlaced",
    "is_counted_from_start",
)
_TUPLES = ("file_names", "problems")


def cache_folder() -> Path:
    """Where indexes are kept; the environment variable DIVEREVIEW_CACHE_DIR overrides it."""
    folder = os.environ.get("DIVEREVIEW_CACHE_DIR")
    return (Path(folder) if folder else platformdirs.user_cache_path("divereview", appauthor=False)) / "indexes"


def load(key: str, path: Path) -> FrameIndex | None:
    """The index stored under a key, as that of the file at path; None if there is none that can be read."""
    try:
        with np.load(io.BytesIO(_file(key).read_bytes()), allow_pickle=False) as stored:
            facts: dict[str, Any] = json.loads(str(stored["facts"]))
            values: dict[str, Any] = {name: stored[name] for name in _ARRAYS}
        values |= {name: facts[name] for name in _PLAIN}
        values |= {name: Fraction(facts[name]) for name in _FRACTIONS}
        values |= {name: tuple(facts[name]) for name in _TUPLES}
        return FrameIndex(path=path, **values)
    except (OSError, ValueError, KeyError, TypeError, EOFError, IndexError, zipfile.BadZipFile):
        return None


def store(key: str, index: FrameIndex) -> None:
    """Keep an index. A cache that cannot be written is no reason to fail."""
    facts: dict[str, Any] = {name: getattr(index, name) for name in _PLAIN}
    facts |= {name: str(getattr(index, name)) for name in _FRACTIONS}
    facts |= {name: list(getattr(index, name)) for name in _TUPLES}
    content = io.BytesIO()
    arrays = {name: getattr(index, name) for name in _ARRAYS}
    np.savez_compressed(content, facts=np.array(json.dumps(facts)), **arrays)
    target = _file(key)
    unfinished = target.with_suffix(f".{os.getpid()}.part")
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content.getbuffer())
        unfinished.replace(target)
        _forget_oldest(target.parent)


def _file(key: str) -> Path:
    # Which frames decode depends on the decoder too.
    version = ".".join(str(part) for part in av.library_versions["libavcodec"])
    return cache_folder() / f"{key}-{_LAYOUT}-{version}.npz"


def _forget_oldest(folder: Path) -> None:
    stored = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
    for path in stored[: max(len(stored) - _KEPT, 0)]:
        path.unlink(missing_ok=True)
