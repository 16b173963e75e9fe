"""The finder and the network that comes with the program on real footage, which is only looked at where it is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.diving.finder import FinderSettings, find_dives
from inference.diving.network_finder import LoadedDetector, find_dives_by_network
from inference.models.shipped_weights import FOLDER
from inference.results import FrameTime, Interval, Predictions
from inference.video.reader import open_video

SPRINGBOARD = Interval(FrameTime(166, 5.54), FrameTime(200, 6.67))


def find(path: Path, settings: FinderSettings | None = None) -> Predictions:
    with open_video(path) as reader:
        return find_dives(reader, settings)


def test_the_springboard_dive_with_a_hard_pan_is_found_once(shared_data):
    predictions = find(shared_data / "video" / "real_springboard_ucf101.avi")

    assert len(predictions.dives) == 1
    assert predictions.dives[0].interval.temporal_iou(SPRINGBOARD) >= 0.75


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(None, id="defaults for a folder of images", marks=pytest.mark.slow),
        pytest.param(FinderSettings(slow_motion=4.0), id="slow motion given"),
        pytest.param(FinderSettings(min_duration_s=3.0, max_duration_s=8.0), id="duration limits given"),
    ],
)
def test_the_slow_motion_dive_is_followed(shared_data, settings):
    folder = shared_data / "video" / "real_springboard_otb"
    boxes = np.loadtxt(folder / "groundtruth_rect.txt", delimiter=",")

    with open_video(folder) as reader:
        predictions = find_dives(reader, settings)
        flight = [reader.index.time(frame) for frame in range(73, len(boxes))]

    assert len(predictions.dives) == 1
    assert predictions.dives[0].interval.temporal_iou(Interval(FrameTime(73, 2.92), FrameTime(218, 8.72))) >= 0.75
    trajectory = predictions.dives[0].trajectory
    assert trajectory is not None
    # Boxes are x, y, width, height of 1-based pixels, so the left edge of pixel 1 is at 0.
    box = boxes[73:]
    centre = box[:, :2] - 1 + box[:, 2:] / 2
    distance = np.linalg.norm(trajectory.image_points(flight) - centre, axis=1)
    assert np.median(distance / (box[:, 3] / 2)) < 1
    assert np.median(distance) < np.median(box[:, 3]) / 2


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        pytest.param("negative_pedestrians.mp4", None, marks=pytest.mark.slow),
        ("negative_pool_handheld.mp4", None),
        ("negative_pedestrians.mp4", FinderSettings(slow_motion=4.0)),
        ("negative_pool_handheld.mp4", FinderSettings(slow_motion=4.0)),
    ],
)
def test_there_is_no_dive_where_there_is_none(shared_data, name, settings):
    assert find(shared_data / "video" / name, settings).dives == ()


@pytest.mark.parametrize(
    ("name", "dives"),
    [
        ("real_springboard_ucf101.avi", [SPRINGBOARD]),
        ("negative_pool_handheld.mp4", []),
        pytest.param("negative_pedestrians.mp4", [], marks=pytest.mark.slow),
    ],
)
def test_the_network_finds_what_there_is(shared_data, name, dives):
    detector = LoadedDetector.load(FOLDER / "detector.safetensors")

    with open_video(shared_data / "video" / name) as reader:
        found = find_dives_by_network(reader, detector).dives

    assert len(found) == len(dives)
    assert all(one.interval.temporal_iou(true) >= 0.75 for one, true in zip(found, dives, strict=True))
    assert all(one.trajectory is not None for one in found)
