"""Shared fixtures: an offscreen Qt, private cache and settings folders, and no leaked threads or windows."""

from __future__ import annotations

import ast
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The test processes share the cores; each with threads of its own for networks would wait for the others all the time.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

# None where the system has no such thing.
_URGENCY = os.sched_getscheduler(0) if sys.platform == "linux" else None

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def private_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep index caches and settings of a test away from those of the person running it."""
    folder = tmp_path_factory.mktemp("private")
    monkeypatch.setenv("DIVEREVIEW_CACHE_DIR", str(folder / "cache"))
    monkeypatch.setenv("DIVEREVIEW_CONFIG_DIR", str(folder / "config"))
    monkeypatch.setenv("DIVEREVIEW_DATA_DIR", str(folder / "data"))


@pytest.fixture(autouse=True)
def no_shipped_weights(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of the weights that come with the program, so that tests do not depend on them."""
    folder = tmp_path_factory.mktemp("weights")
    monkeypatch.setattr("inference.models.shipped_weights.FOLDER", folder)
    return folder


@pytest.fixture
def shared_data() -> Path:
    """Folder of real footage for trying and measuring; the test is skipped where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"no real footage at {folder}")
    return folder


@pytest.fixture
def published_shapes() -> Callable[[str], dict[str, tuple[int, ...]]]:
    """Gives the shapes of a published model's weights by their names; the test is skipped where they are absent."""

    def read(name: str) -> dict[str, tuple[int, ...]]:
        path = SHARED / "models" / "keys" / f"{name}.txt"
        if not path.is_file():
            pytest.skip(f"the names of published weights are not at {path}")
        lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
        return {weights: ast.literal_eval(shape) for weights, shape in lines}

    return read


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a Python thread running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 10.0
    while (leaked := _new_threads(before)) and time.monotonic() < deadline:
        leaked[0].join(timeout=0.05)
    assert not leaked, f"threads left running: {[thread.name for thread in leaked]}"


@pytest.fixture(autouse=True)
def no_real_time() -> Iterator[None]:
    """Fail a test that leaves its process more urgent than others, which would then hardly run."""
    yield
    if sys.platform == "linux":
        assert os.sched_getscheduler(0) == _URGENCY


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not thread.name.startswith(("execnet", "Dummy"))
    ]


@pytest.fixture(autouse=True)
def no_leaked_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a top-level widget behind (qtbot.addWidget closes and deletes its own)."""
    before = {id(widget) for widget in _top_level_widgets()}
    yield
    # Collecting takes half a second once networks are loaded: too long after each of thousands of tests without Qt.
    if "qapp" in request.fixturenames:
        gc.collect()
    leaked = [widget for widget in _top_level_widgets() if id(widget) not in before]
    names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in leaked]
    for widget in leaked:
        widget.close()
        widget.deleteLater()
    assert not leaked, f"top-level widgets left behind: {names}"


def _top_level_widgets() -> list[QWidget]:
    """Top-level widgets alive once deferred deletions are done; none where Qt is not in use."""
    widgets_module = sys.modules.get("PySide6.QtWidgets")
    application = widgets_module.QApplication.instance() if widgets_module else None
    if application is None:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if application.topLevelWidgets():
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [widget for widget in application.topLevelWidgets() if widget.parent() is None]
