"""Kept pictures are those of the frames they stand for; positions of dives come from the best that is known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from barcode import make_video, read_barcode
from dataset_samples import sample_dive, sample_source

from inference.dataset.errors import DatasetError
from inference.training.detector_data import positions_of
from inference.training.stored_pictures import stored_pictures

SOURCE = replace(sample_source(), is_deinterlaced=False, image_fps=None)


@pytest.fixture
def dataset(tmp_path):
    video = make_video(tmp_path / "numbers.mp4", range(100, 130), fps=50)
    return SimpleNamespace(folder=tmp_path, find_video=lambda _: video)


@pytest.mark.parametrize("stride", [1, 2])
def test_pictures_are_those_of_their_frames(dataset, tmp_path, stride):
    pictures = stored_pictures(dataset, SOURCE, (160, 90), tmp_path, stride=stride)
    expected = list(range(100, 130, stride))

    assert len(pictures) == len(expected)
    assert [read_barcode(picture) for picture in pictures] == expected
    assert [read_barcode(picture) for picture in pictures[3:7]] == expected[3:7]
    assert read_barcode(pictures[-1]) == expected[-1]
    assert pictures[3:7].shape == (4, 90, 160, 3)
    with pytest.raises(IndexError):
        pictures[len(expected)]


def test_a_video_is_decoded_once_and_is_missed_only_then(dataset, tmp_path):
    first = stored_pictures(dataset, SOURCE, (64, 36), tmp_path)
    gone = SimpleNamespace(folder=tmp_path, find_video=lambda _: None)

    np.testing.assert_array_equal(stored_pictures(gone, SOURCE, (64, 36), tmp_path)[:], first[:])
    with pytest.raises(DatasetError, match="put it into that folder"):
        stored_pictures(gone, SOURCE, (32, 18), tmp_path)


def test_positions_are_centres_of_mass_else_boxes_else_the_path():
    dive = sample_dive()
    positions = positions_of([dive], sample_source()) * [640, 360]

    # At 25 frames a second the labels reach six frames beyond the dive's own 100 to 135.
    assert np.flatnonzero(~np.isnan(positions[:, 0])).tolist() == list(range(94, 142))
    np.testing.assert_allclose(positions[100], [25, 40], rtol=1e-5)
    np.testing.assert_allclose(positions[101], [11 + 15, 20 + 20], rtol=1e-5)
    path = dive.trajectory.image_points([replace(dive.interval.start, frame=120, seconds=4.8)])[0]
    np.testing.assert_allclose(positions[120], path, rtol=1e-5)
