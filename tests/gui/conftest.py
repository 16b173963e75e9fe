"""What tests of the window share: the theme they begin with, and a small video made once for all of them."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from review_window import make_clip

from widgets.theme import apply_theme, current_theme

LONGEST_WAIT_MS = 60_000
"""Unless a test says otherwise: how quick a machine is, is not what tests of the window test."""

for _name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
    setattr(QtBot, _name, functools.partialmethod(getattr(QtBot, _name), timeout=LONGEST_WAIT_MS))


@pytest.fixture(autouse=True)
def dark_theme(request: pytest.FixtureRequest) -> None:
    """Begin every test with the same colours, fonts and sizes, whatever the test before it chose."""
    if "qapp" in request.fixturenames:
        application: QApplication = request.getfixturevalue("qapp")
        if current_theme().name != "dark" or not application.styleSheet():
            apply_theme(application, "dark")


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The video of `make_clip`; who makes a review opens a copy of it."""
    return make_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def video(clip: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test, so that reviews do not meet."""
    return Path(shutil.copy(clip, tmp_path))


@pytest.fixture
def top(qtbot):
    """An active window of 400 by 400 in which a view can have the keyboard."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 400)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    yield window
    window.close()
