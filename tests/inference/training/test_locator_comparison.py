"""Dives located by any network: what it says of the dive's own pictures, kept as it comes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from falling_spots import write_falling_spots

from inference.dataset.read import Dataset
from inference.evaluation.kept_locations import KeptLocations
from inference.models.detector_signals import DetectorSignals, detector_signals
from inference.models.dive_detector import DiveDetector
from inference.models.locator_candidates import locator_candidates
from inference.models.locator_listing import ListingLocator
from inference.progress import Cancelled, CancelToken
from inference.training.locator_comparison import by_detector, by_locator, track_each
from inference.training.locator_data import load_dives


@pytest.fixture(scope="module")
def dives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spots")
    dataset = Dataset(write_falling_spots(folder / "data", ("testing", "testing")))
    return load_dives(dataset, ("testing",), folder / "cache", size=(32, 20))


def shifted(px):
    """So many px of 320x180 beside the true place."""

    def locate(dive):
        shares = dive.true.points / dive.true.size + np.array([px / 320, 0])
        return np.concatenate([shares, np.ones((len(shares), 1))], axis=1)[:, None].astype(np.float32)

    return locate


def refused(dive):
    raise AssertionError("a dive that is kept is located again")


def test_dives_are_as_far_off_as_their_candidates(dives):
    told = []
    tracked = track_each(dives, shifted(4.0), progress=lambda share, what: told.append((share, what)))

    assert [dive.dive_id for dive in tracked] == ["dive-0", "dive-1"]
    assert [dive.distance_px for dive in tracked] == pytest.approx([4.0, 4.0], abs=1e-2)
    assert told == [(0.0, "dive 1 of 2"), (0.5, "dive 2 of 2")]
    assert track_each(dives, shifted(4.0), least_confidence=1.0)[0].distance_px == np.inf


def test_the_detector_says_of_a_dive_what_it_says_of_the_whole_video(dives):
    torch.manual_seed(0)
    detector = DiveDetector(2).eval()
    dive = dives[0]
    whole = DetectorSignals.joined(detector_signals(detector, dive.pictures))

    own = by_detector(detector)(dive)

    assert (dive.first, len(own)) == (4, 12)
    np.testing.assert_allclose(own, whole.candidates[4:16], atol=1e-4)


def test_a_locator_sees_the_dive_alone(dives):
    torch.manual_seed(0)
    locator = ListingLocator("soft-argmax", 12).eval()
    own = by_locator(locator, clip_frames=5, half_precision=False)(dives[1])

    expected = locator_candidates(locator, dives[1].own_pictures(), half_precision=False, clip_frames=5)
    np.testing.assert_array_equal(own, expected)


def test_what_is_kept_is_not_located_again(dives, tmp_path):
    facts = tmp_path / "kept", "1.0", "shifted"
    first = track_each(dives[:1], shifted(2.0), kept=KeptLocations(*facts))
    nowhere = np.zeros((12, 1, 3), np.float32)
    second = track_each(dives, lambda dive: nowhere, kept=KeptLocations(*facts))
    assert second[0] == first[0]
    assert second[1].distance_px == np.inf

    (path,) = (tmp_path / "kept").iterdir()
    path.write_text(path.read_text() + '\n["cut off')
    assert track_each(dives, refused, kept=KeptLocations(*facts)) == second
    with pytest.raises(AssertionError, match="located again"):
        track_each(dives, refused, kept=KeptLocations(tmp_path / "kept", "1.0", "another"))


def test_it_stops_when_asked_to(dives):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        track_each(dives, refused, cancel=token)
