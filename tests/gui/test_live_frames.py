"""No live pose is ever painted over another frame than its own: a model that reads the frame's number proves it."""

from __future__ import annotations

import itertools
import os
import random

import numpy as np
import pytest
from barcode import read_barcode
from review_window import FRAMES, go_to, make_clip, open_window, store_dives

from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.skeletons import CANONICAL_17
from inference.results import ModelIdentity
from widgets.canvas.pose_overlay import paint_pose

DIVES = ((5, 60, 0.9), (50, 110, 0.4), (120, 190, 0.7))
PAINTS = 1000


def number_in(picture):
    """The frame's number, read off a few of the pixels."""
    return read_barcode(picture[::6, ::4])


class NumberReader:
    """Puts every joint at (number in the picture, middle of the region)."""

    skeleton = CANONICAL_17
    identity = ModelIdentity("reader", "1", "abc")

    def __init__(self):
        self.batches = []

    def estimate(self, pictures, regions):
        self.batches.append(len(pictures))
        places = [(number_in(picture), region.middle[1]) for picture, region in zip(pictures, regions, strict=True)]
        keypoints = np.tile(np.array(places, float)[:, None, :], (1, 17, 1))
        return EstimatedPoses(keypoints, np.ones((len(places), 17)))


@pytest.fixture
def reader(monkeypatch, no_shipped_weights):
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    known = NumberReader()
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device="auto": known)
    return known


def test_every_painted_live_pose_is_of_the_frame_under_it(qtbot, tmp_path, monkeypatch, reader, no_shipped_weights):
    window = open_window(qtbot, make_clip(tmp_path), size=(640, 480))
    store_dives(qtbot, window, DIVES)
    canvas, playback = window.video.canvas, window.playback
    painted = []

    def paint(painter, overlay, view, theme):
        painted.append((int(overlay.points[0, 0]), number_in(canvas._pixels), canvas.shown_frame))
        paint_pose(painter, overlay, view, theme)

    monkeypatch.setattr("widgets.canvas.video_canvas.paint_pose", paint)
    for other in ("path", "candidates", "crop", "handles"):
        canvas.set_overlay_visible(other, False)
    window.actions_["live_pose"].trigger()
    go_to(qtbot, window, 30)
    qtbot.waitUntil(lambda: bool(painted))
    generator, versions = random.Random(3), itertools.count(1)

    def replace_model():
        """As if the file were another one: every frame is to be answered anew."""
        os.utime(no_shipped_weights / "pose.safetensors", ns=(0, next(versions)))
        window.live.change_model()

    moves = (
        lambda: playback.seek(generator.randrange(FRAMES)),
        lambda: playback.step(generator.choice((-10, -1, 1, 10))),
        lambda: playback.play(generator.choice((1, -1))),
        lambda: playback.set_speed(generator.choice((0.25, 1.0, 2.0, 4.0))),
        lambda: window.session.select(generator.choice(window.session.dives).id),
        replace_model,
    )
    while len(painted) < PAINTS:
        generator.choices(moves, weights=(3, 3, 3, 2, 1, 1))[0]()
        for _ in range(generator.randrange(1, 12)):
            qtbot.wait(generator.choice((0, 0, 1, 2)))
            canvas.repaint()
    playback.pause()
    wrong = [each for each in painted if len(set(each)) > 1]
    window.close()
    assert wrong == []
    assert len({number for number, _, _ in painted}) > 60
    assert max(reader.batches) > 1
