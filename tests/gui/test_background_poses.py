"""Poses found while the video stands still: of the selected dive, then of the others, and never stored."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from review_window import FPS, dive_path, go_to, open_at_dive, press, settle
from still_pose import StillPose

from app.document.records import KeypointTrack
from app.window import background_posing
from inference.results import ModelIdentity
from inference.video.errors import VideoError

SHIFT = Qt.KeyboardModifier.ShiftModifier
FIRST, SECOND, THIRD = range(20, 51), range(80, 116), range(140, 171)
"""The frames of the three dives."""


@pytest.fixture
def model(monkeypatch, no_shipped_weights):
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    known = StillPose("pose")
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device: known)
    return known


@pytest.fixture
def window(qtbot, tmp_path, model, clip):
    """The second dive is selected, and a frame before the first one is shown."""
    window = open_at_dive(qtbot, clip, tmp_path, dive=1, frame=5)
    yield window
    model.go_on.set()
    window.close()


def answered(window):
    """The frames with a live pose."""
    return {frame for frame in (*FIRST, *SECOND, *THIRD) if window.live.answer(frame) is not None}


def frame_of(region):
    """The frame that a crop of the second dive is of."""
    x, y = region.middle
    return min(SECOND, key=lambda frame: np.abs(dive_path(80, 115).at(frame / FPS) - (x, y)).sum())


def test_all_dives_are_gone_through_and_nothing_is_stored(qtbot, window, model):
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: len(answered(window)) == len({*FIRST, *SECOND, *THIRD}), timeout=30000)
    assert [frame_of(region) for region in model.regions[: len(SECOND)]] == list(SECOND)
    document = window.session.document
    assert all(document.keypoint_tracks(dive.id) == () for dive in window.session.dives)
    qtbot.waitUntil(lambda: window.live._background._source is None)
    go_to(qtbot, window, 150)
    assert window.live.answer(150).keypoints[:, 0].mean() == pytest.approx(dive_path(140, 170).at(6.0)[0], abs=0.5)


def test_the_status_line_says_how_much_of_the_dive_is_there(qtbot, window, model):
    model.go_on.clear()
    press(window, "s", SHIFT)
    go_to(qtbot, window, 100)
    assert window.status.live.text() == "Live pose: starting Default…"
    model.go_on.set()
    qtbot.waitUntil(lambda: window.status.live.text().endswith(" · 100 % of the dive"), timeout=30000)


def test_frames_with_a_stored_pose_are_left_out_and_count_as_there(qtbot, window, model):
    document, dive = window.session.document, window.session.selected
    found = np.full((30, 1, 3), 50.0, np.float32)
    document.store_keypoints(dive.id, KeypointTrack(ModelIdentity("other", "1"), 80, ("left_wrist",), found))
    settle(qtbot, window)
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: answered(window) == {*FIRST, *range(110, 116), *THIRD}, timeout=30000)
    assert window.live._background.progress(dive.id) == (len(SECOND), len(SECOND))


def test_while_the_video_plays_nothing_is_computed_beside_it(qtbot, window, monkeypatch):
    monkeypatch.setattr(window.playback, "_tick", lambda: None)
    window.playback.play()
    press(window, "s", SHIFT)
    assert window.live._engine._later == ()
    window.playback.pause()
    assert [key.frame for key in window.live._engine._later[:2]] == [80, 81]


def test_a_frame_that_cannot_be_decoded_is_passed_over(qtbot, window, monkeypatch):
    make = background_posing.frame_source

    def without(index, budget_bytes):
        def made(on_frame, on_error):
            source = make(index, budget_bytes)(on_frame, on_error)
            request, get = source.request, source.get
            source.get = lambda frame: None if frame == 90 else get(frame)
            source.request = lambda frame, way: on_error(VideoError("no")) if frame == 90 else request(frame, way)
            return source

        return made

    monkeypatch.setattr(background_posing, "frame_source", without)
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: answered(window) == {*FIRST, *SECOND, *THIRD} - {90}, timeout=30000)


def test_no_more_is_found_than_is_kept(qtbot, window, monkeypatch):
    monkeypatch.setattr(background_posing, "MOST_FRAMES", 40)
    press(window, "s", SHIFT)
    qtbot.waitUntil(lambda: window.live._background._source is None and len(answered(window)) > 0, timeout=30000)
    assert answered(window) == {*SECOND, *list(FIRST)[:4]}


def test_another_selection_comes_first(qtbot, window, model):
    model.go_on.clear()
    press(window, "s", SHIFT)
    assert [key.frame for key in window.live._engine._later[:2]] == [80, 81]
    window.session.select(window.session.dives[2].id)
    assert [key.frame for key in window.live._engine._later[:2]] == [140, 141]
    model.go_on.set()
