"""A main window over a small video whose pictures carry their own frame numbers."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.window.main_window import MainWindow
from inference.results import (
    BallisticPath,
    CameraMotion,
    Candidate,
    DetectedDive,
    FrameTime,
    Interval,
    ModelIdentity,
    Predictions,
    SignalTrack,
    Trajectory,
)
from tests.support.barcode import make_video, read_barcode

FPS = 25
FRAMES = 200
WIDTH, HEIGHT = 320, 180
DIVES = ((20, 50, 0.9), (80, 115, 0.4), (140, 170, 0.7))
"""Start frame, end frame and score of the dives that `store_dives` puts into the review."""

PRESS = Qt.MouseButton.LeftButton


def make_clip(folder: Path, name: str = "dive.mp4", *, first: int = 0) -> Path:
    """A video of 8 seconds; frame n says first + n."""
    return make_video(folder / name, range(first, first + FRAMES), fps=FPS, options={"g": "40", "preset": "ultrafast"})


def time(frame: int) -> FrameTime:
    return FrameTime(frame, frame / FPS)


def dive_path(start: int, end: int) -> BallisticPath:
    """From (80, 90) up to y = 40 and down to (240, 150)."""
    return BallisticPath.through_handles((start / FPS, 80.0, 90.0), 40.0, (end / FPS, 240.0, 150.0))


def detected_dive(start: int, end: int, score: float) -> DetectedDive:
    path = dive_path(start, end)
    frames = range(start, end + 1, 3)
    candidates = tuple(
        Candidate(frame, frame / FPS, *(float(value) for value in path.at(frame / FPS)), 0.8) for frame in frames
    )
    stray = Candidate(start + 1, (start + 1) / FPS, 300.0, 20.0, 0.3, is_inlier=False)
    camera = CameraMotion.fixed(start, end - start + 1)
    trajectory = Trajectory(path, (*candidates, stray), camera, 0.02)
    return DetectedDive(
        Interval(time(start), time(end)),
        score,
        trajectory,
        board="springboard-3",
        code="201B",
        code_probability=0.6,
        attribute_probabilities={"position": {"A": 0.1, "B": 0.6, "C": 0.3}},
    )


def predictions(dives=DIVES) -> Predictions:
    signal = (np.sin(np.arange(FRAMES) / 10) ** 2).astype(np.float32)
    return Predictions(
        ModelIdentity("motion", "1"),
        {},
        0,
        FRAMES - 1,
        tuple(detected_dive(*dive) for dive in dives),
        (SignalTrack("motion", 0, signal),),
    )


def open_window(qtbot, path: Path | None = None, *, size: tuple[int, int] = (1280, 800)) -> MainWindow:
    """A shown window; with a path, once its first frame is on the screen."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitExposed(window):
        window.show()
    if path is not None:
        window.opening.open(path)
        qtbot.waitUntil(lambda: window.playback.shown_frame >= 0, timeout=20000)
    return window


def store_dives(qtbot, window: MainWindow, dives=DIVES) -> list[str]:
    """Put predictions into the open review; the ids of the dives in order of time."""
    window.session.document.store_predictions(window.session.video.id, predictions(dives))
    qtbot.waitUntil(lambda: len(window.session.dives) == len(dives) and not window.session.is_telling)
    return [dive.id for dive in window.session.dives]


def open_at_dive(qtbot, clip, folder, dive=0, frame=30):
    """A window on a copy of a clip with its dives stored, one of them selected, a frame shown, keys to the canvas."""
    window = open_window(qtbot, Path(shutil.copy(clip, folder)))
    window.session.select(store_dives(qtbot, window)[dive])
    go_to(qtbot, window, frame)
    window.video.canvas.setFocus()
    return window


def go_to(qtbot, window: MainWindow, frame: int) -> None:
    """Seek and wait until that frame is on the screen."""
    window.playback.seek(frame)
    qtbot.waitUntil(lambda: window.video.canvas.shown_frame == frame, timeout=10000)


def settle(qtbot, window: MainWindow) -> None:
    """Wait until every change of the document has been told."""
    qtbot.waitUntil(lambda: not window.session.is_telling)


def press(window: MainWindow, key: Qt.Key | str, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """A real key press into whatever widget of the window has the focus."""
    target = window.focusWidget() or window
    QTest.keyClick(target, key, modifiers)


def strip_point(window: MainWindow, frame: int, y: float) -> QPoint:
    """The place on the timeline's strip in the middle of a frame."""
    strip = window.timeline.strip
    axis, viewport = strip.state.axis, strip.viewport()
    x = (viewport.x_of(axis.start_of(frame)) + viewport.x_of(axis.start_of(frame + 1))) / 2
    return QPoint(round(x), round(y))


def boundary_point(window: MainWindow, frame: int, y: float) -> QPoint:
    """The place on the timeline's strip where a frame begins."""
    strip = window.timeline.strip
    return QPoint(round(strip.viewport().x_of(strip.state.axis.start_of(frame))), round(y))


def lane_y(window: MainWindow) -> float:
    """The middle of the lane of the first dives."""
    lanes = window.timeline.strip.layout_of_lanes()
    return lanes.top_of(0) + lanes.height / 2


def canvas_point(window: MainWindow, x: float, y: float) -> QPoint:
    """The place on the canvas of an image coordinate."""
    at = window.video.canvas.view.to_widget((x, y))
    return QPoint(round(float(at[0])), round(float(at[1])))


def drag(widget, start: QPoint, end: QPoint, *, button=PRESS, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    """A real drag in a few moves."""
    QTest.mousePress(widget, button, modifiers, start)
    for step in (0.3, 0.7, 1.0):
        between = start + (end - start) * step
        _move(widget, between, button, modifiers)
    QTest.mouseRelease(widget, button, modifiers, end)


def _move(widget, position: QPoint, button, modifiers) -> None:
    """QTest.mouseMove holds no button, so the event is made here."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    where = QPointF(position)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, widget.mapToGlobal(where), Qt.MouseButton.NoButton, button, modifiers
    )
    QApplication.sendEvent(widget, event)


def painted_number(window: MainWindow) -> int | None:
    """The frame number in the pixels that the canvas really paints."""
    canvas = window.video.canvas
    image = canvas.grab().toImage().convertToFormat(canvas.grab().toImage().Format.Format_RGB32)
    ratio = image.devicePixelRatio()
    left, top = canvas.view.to_widget((0, 0))
    right, bottom = canvas.view.to_widget((WIDTH, HEIGHT))
    pixels = np.array(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    rows = slice(math.ceil(top * ratio), math.floor(bottom * ratio))
    columns = slice(math.ceil(left * ratio), math.floor(right * ratio))
    return read_barcode(pixels[rows, columns, :3])
