"""A small video for tests of the window, made once for all of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from review_window import make_clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The video of `make_clip`; who makes a review opens a copy of it."""
    return make_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def video(clip: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test, so that reviews do not meet."""
    return Path(shutil.copy(clip, tmp_path))
