"""Places drawn from PMMs: as many where the mass is as the mass says, against shares and moments worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inference.pose.crop_map import CropRegion, crop_map
from inference.pose.pmm_samples import SAMPLES, pmm_samples
from inference.pose.pose_maps import pose_maps

WHOLE = (-1.0, -1.0, 1.0, 1.0)


def test_each_pixel_has_its_share():
    pmm = np.zeros((1, 3, 5), np.float32)
    pmm[0, 0, 4], pmm[0, 2, 1], pmm[0, 1, 2] = 0.25, 0.625, 0.125

    places = pmm_samples(pmm, 64)[:, 0]

    columns, rows = np.floor(places).astype(int).T
    assert [int(((rows == row) & (columns == column)).sum()) for row, column in ((0, 4), (2, 1), (1, 2))] == [16, 40, 8]


def test_mean_and_covariance_are_those_of_the_pmm():
    y, x = np.indices((24, 24)) + 0.5
    pmm = np.exp(-0.5 * (((x - 14) / 3) ** 2 + ((y - 9) / 2) ** 2))
    pmm = (pmm / pmm.sum())[None].astype(np.float32)

    places = pmm_samples(pmm, 4096)[:, 0]

    assert places.mean(axis=0) == pytest.approx([14, 9], abs=0.02)
    # Even within a pixel adds a twelfth.
    np.testing.assert_allclose(np.cov(places.T), [[9 + 1 / 12, 0], [0, 4 + 1 / 12]], atol=0.1)


def test_places_follow_the_pmm_and_do_not_dance():
    pmm = np.pad(np.random.default_rng(3).random((2, 6, 6)).astype(np.float32), ((0, 0), (0, 0), (0, 2)))
    before, after = pmm_samples(pmm), pmm_samples(np.roll(pmm, 2, axis=2))

    np.testing.assert_allclose(after - before, np.broadcast_to([2.0, 0.0], before.shape))


@pytest.mark.parametrize("bad", [0.0, np.nan])
def test_a_joint_without_mass_has_no_place(bad):
    pmm = np.stack([np.full((4, 4), bad), np.eye(4) / 4]).astype(np.float32)

    places = pmm_samples(pmm)

    assert places.shape == (SAMPLES, 2, 2)
    assert np.isnan(places[:, 0]).all()
    assert (np.floor(places[:, 1, 0]) == np.floor(places[:, 1, 1])).all()


def test_maps_have_them_in_the_picture_or_the_poses_that_the_model_gives():
    pmm = np.zeros((2, 4, 4), np.float32)
    pmm[:, 1, 2] = 1
    crop = crop_map(CropRegion(100, 50, 8, 8), (4, 4))

    drawn = pose_maps(pmm, pmm, crop, WHOLE)
    given = pose_maps(pmm, pmm, crop, WHOLE, poses=np.array([[[1.0, 2.0], [3.0, 0.5]]], np.float32))

    # Pixel (2, 1) of four over a box of 8 at (100, 50) is from (104, 52) to (106, 54).
    assert (drawn.samples >= [104, 52]).all()
    assert (drawn.samples <= [106, 54]).all()
    assert given.samples.tolist() == [[[102, 54], [106, 51]]]
    assert pose_maps(pmm, None, crop, WHOLE).samples is None
