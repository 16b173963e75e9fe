"""Footage for the command line."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from barcode import make_video

from app.demo import clip


@pytest.fixture
def barcodes(tmp_path: Path) -> Path:
    """A video of 40 pictures whose number can be read from them, under a name that is not ASCII."""
    folder = tmp_path / "Übung 跳水"
    folder.mkdir()
    return make_video(folder / "séance.mp4", range(40), options={"g": "12", "bf": "2"})


@pytest.fixture(scope="session")
def one_dive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo clip until after its first dive, small."""
    path = tmp_path_factory.mktemp("footage") / "one-dive.mp4"
    clip.write_demo_clip(path, height=240, fps=50, duration_s=7.6)
    return path


@pytest.fixture(autouse=True)
def no_lines_of_progress(monkeypatch):
    """A busy machine would print some between what a test looks for."""
    monkeypatch.setattr("app.cli.console.LINE_INTERVAL_S", math.inf)
