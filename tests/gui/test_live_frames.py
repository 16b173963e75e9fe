"""No live pose, and nothing that led to it, is ever painted over another frame than its own.

A model that reads the frame's number, and says nothing else in all that it answers, proves it.
"""

from __future__ import annotations

import itertools
import os
import random

import numpy as np
import pytest
from barcode import read_barcode
from review_window import FRAMES, go_to, make_clip, open_window, store_dives

from app.window.settings import MAP_OVERLAYS
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.pose_maps import PoseMaps
from inference.pose.skeletons import CANONICAL_17
from inference.results import ModelIdentity
from widgets.canvas.field_overlay import paint_fields
from widgets.canvas.heatmap_overlay import paint_heatmap
from widgets.canvas.pose_overlay import paint_pose
from widgets.canvas.spread_overlay import paint_spreads

DIVES = ((5, 60, 0.9), (50, 110, 0.4), (120, 190, 0.7))
PAINTS = 2000
SIDE = 16
LIMBS = tuple((0, joint) for joint in range(1, 17))
TO_IMAGE = np.array([[20.0, 0.0, 0.0], [0.0, 11.25, 0.0]])


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

    def estimate_with_maps(self, pictures, regions):
        poses = self.estimate(pictures, regions)
        return EstimatedPoses(
            poses.keypoints, poses.scores, tuple(numbered_maps(int(each[0, 0])) for each in poses.keypoints)
        )


def numbered_maps(number):
    """Maps of which the one pixel that is not empty, and every mean, is the number."""
    heatmaps, pafs = np.zeros((17, SIDE, SIDE), np.uint8), np.zeros((16, 2, SIDE, SIDE), np.int8)
    heatmaps[:, number // SIDE, number % SIDE] = 255
    pafs[:, 0, number // SIDE, number % SIDE] = 127
    means, covariances = np.full((17, 2), float(number)), np.tile(16 * np.eye(2), (17, 1, 1))
    return PoseMaps(heatmaps, TO_IMAGE, means, covariances, LIMBS, pafs)


NUMBERS = {
    "widgets.canvas.pose_picture.paint_pose": (paint_pose, lambda overlay: overlay.points[0, 0]),
    "widgets.canvas.mapped_view.paint_heatmap": (paint_heatmap, lambda overlay: overlay.values.argmax()),
    "widgets.canvas.mapped_view.paint_spreads": (paint_spreads, lambda overlay: overlay.means[0, 0]),
    "widgets.canvas.mapped_view.paint_fields": (paint_fields, lambda overlay: overlay.fields[0, 0].argmax()),
}
"""What paints each overlay, by where it is called, and which number an overlay says."""


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

    def watch(place, paint, number_of):
        def watched(painter, overlay, *rest):
            painted.append((place, int(number_of(overlay)), number_in(canvas._pixels), canvas.shown_frame))
            paint(painter, overlay, *rest)

        monkeypatch.setattr(place, watched)

    for place, paint_and_number in NUMBERS.items():
        watch(place, *paint_and_number)
    for other in ("path", "candidates", "crop", "handles"):
        canvas.set_overlay_visible(other, False)
    for overlay in MAP_OVERLAYS:
        window.actions_[f"show_{overlay}"].trigger()
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
        lambda: window.maps.step_joint(generator.choice((1, -1))),
    )
    while len(painted) < PAINTS:
        generator.choices(moves, weights=(3, 3, 3, 2, 1, 1, 1))[0]()
        for _ in range(generator.randrange(1, 12)):
            qtbot.wait(generator.choice((0, 0, 1, 2)))
            canvas.repaint()
    playback.pause()
    wrong = [each for each in painted if len(set(each[1:])) > 1]
    window.close()
    assert wrong == []
    for place in NUMBERS:
        assert len({number for painter, number, *_ in painted if painter == place}) > 50
    assert max(reader.batches) > 1
