"""Facts of heatmaps: a map that can be checked by hand, torch's own formulas on random ones, and properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from inference.pose import heatmaps as hm
from inference.pose.heatmap_facts import LOG_DECADES, Heatmap, HeatmapGrid, heatmap_facts, positive_share, truth_facts

WHOLE = (-1.0, -1.0, 1.0, 1.0)
EDGES = (-1.0 + 0.01, -1.0 - 0.02, 1.0 + 0.03, 1.0 - 0.04)
GRID = HeatmapGrid(5, 5, WHOLE, (20, 10))  # each pixel is 2 px wide and 4 px high


def cross() -> np.ndarray:
    """Six tenths at row 2, column 3 and a tenth around it, one of them further left."""
    pmm = np.zeros((5, 5), np.float32)
    pmm[2, 3], pmm[2, 2], pmm[2, 4], pmm[1, 3], pmm[3, 3] = 0.6, 0.1, 0.1, 0.1, 0.1
    return pmm


def random_heatmap(grid: HeatmapGrid, seed: int = 0) -> Heatmap:
    raw = torch.randn(grid.rows, grid.columns, generator=torch.Generator().manual_seed(seed)) * 2
    return Heatmap(raw.numpy(), hm.normalise(raw).numpy(), grid)


def test_the_facts_of_a_cross():
    facts = heatmap_facts(Heatmap(np.log(cross() + 1e-3), cross(), GRID))
    assert facts.peak == pytest.approx(math.log(0.601), abs=1e-6)
    assert facts.peak_probability == pytest.approx(0.6)
    np.testing.assert_allclose(facts.argmax, [7, 10])
    np.testing.assert_allclose(facts.expectation, [7, 10], atol=1e-6)
    assert facts.apart == pytest.approx(0, abs=1e-6)
    # A fifth of the mass lies one pixel to the left or right, 2 px of the crop, and a fifth above or below, 4 px.
    np.testing.assert_allclose(facts.spread, [math.sqrt(0.2) * 4, math.sqrt(0.2) * 2], rtol=1e-6)
    assert abs(facts.axis_rad) == pytest.approx(math.pi / 2)
    entropy = -(0.6 * math.log(0.6) + 4 * 0.1 * math.log(0.1))
    assert facts.entropy_nats == pytest.approx(entropy, rel=1e-6)
    assert facts.entropy_share == pytest.approx(entropy / math.log(25), rel=1e-6)


def test_marginal_profiles_add_up_columns_and_rows():
    across, down = Heatmap(cross(), cross(), GRID).marginals
    np.testing.assert_allclose(across, [0, 0, 0.1, 0.8, 0.1], atol=1e-6)
    np.testing.assert_allclose(down, [0, 0.1, 0.8, 0.1, 0], atol=1e-6)


def test_two_peaks_have_their_mean_far_from_both():
    pmm = np.zeros((5, 5), np.float32)
    pmm[0, 0], pmm[4, 4] = 0.51, 0.49
    facts = heatmap_facts(Heatmap(pmm, pmm, GRID))
    np.testing.assert_allclose(facts.argmax, [1, 2])
    np.testing.assert_allclose(facts.expectation, [1 + 8 * 0.49, 2 + 16 * 0.49], rtol=1e-6)
    assert facts.apart == pytest.approx(0.49 * math.hypot(8, 16), rel=1e-6)
    assert facts.axis_rad == pytest.approx(math.atan2(16, 8), rel=1e-6)
    assert facts.spread[1] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("edges", [WHOLE, EDGES])
@pytest.mark.parametrize("seed", range(3))
def test_the_facts_are_those_of_the_networks_own_formulas(edges, seed):
    grid = HeatmapGrid(6, 8, edges, (64, 48))
    heatmap = random_heatmap(grid, seed)
    pmm = torch.from_numpy(heatmap.pmm).double()
    facts = heatmap_facts(heatmap)
    left, top, right, bottom = grid.box

    def placed(normalised):
        x, y = ((normalised + 1) / 2).tolist()
        return [left + x * (right - left), top + y * (bottom - top)]

    np.testing.assert_allclose(facts.expectation, placed(hm.soft_argmax(pmm)), rtol=1e-6)
    np.testing.assert_allclose(facts.argmax, placed(hm.argmax(pmm)), rtol=1e-6)
    scale = torch.tensor([(right - left) / 2, (bottom - top) / 2]).double()
    covariance = hm.covariance(pmm) * scale[:, None] * scale
    np.testing.assert_allclose(
        facts.spread, torch.linalg.eigvalsh(covariance).sqrt().flip(0).numpy(), rtol=1e-5, atol=1e-6
    )
    axis = np.array([math.cos(facts.axis_rad), math.sin(facts.axis_rad)])
    assert axis @ covariance.numpy() @ axis == pytest.approx(facts.spread[0] ** 2, rel=1e-5)
    assert facts.entropy_nats == pytest.approx(float(torch.special.entr(pmm).sum()), rel=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_terms_are_those_of_training(seed):
    grid = HeatmapGrid(6, 8, WHOLE, (64, 48))
    heatmap = random_heatmap(grid, seed)
    pmm, mean = torch.from_numpy(heatmap.pmm), torch.tensor([0.3, -0.4])
    true = (mean.numpy().astype(np.float64) + 1) / 2 * [48, 64]
    facts = truth_facts(heatmap, heatmap_facts(heatmap).expectation, true, sigma_px=1.5)
    np.testing.assert_allclose(facts.target, hm.gaussian(mean, (6, 8), 1.5).numpy(), atol=1e-6)
    assert facts.distance == pytest.approx(float(hm.distances(hm.soft_argmax(pmm), mean)), rel=1e-5)
    assert facts.js_divergence == pytest.approx(float(hm.js_divergence(pmm, hm.gaussian(mean, (6, 8), 1.5))), rel=1e-4)
    assert facts.loss(0.5) == pytest.approx(float(hm.regularised_losses(pmm, mean, 1.5, weight=0.5)), rel=1e-4)


def test_the_target_itself_has_no_divergence_and_one_without_overlap_has_ln_2():
    true = np.array([5.0, 10.0])
    target = truth_facts(Heatmap(cross(), cross(), GRID), true, true).target.astype(np.float32)
    same = truth_facts(Heatmap(target, target, GRID), true + np.array([3, 4]), true)
    assert same.js_divergence == pytest.approx(0, abs=1e-7)
    assert same.error_px == pytest.approx(5)
    assert same.distance == pytest.approx(math.hypot(3 * 2 / 10, 4 * 2 / 20))
    corner = np.zeros((5, 5), np.float32)
    corner[0, 0] = 1
    far = truth_facts(Heatmap(corner, corner, GRID), true, np.array([9.0, 18.0]), sigma_px=0.2)
    assert far.js_divergence == pytest.approx(math.log(2), rel=1e-6)


def test_moving_the_map_moves_its_places_and_nothing_else():
    pmm = np.zeros((9, 9), np.float32)
    pmm[1:4, 1:4] = np.array([[1, 2, 0], [3, 6, 1], [0, 2, 1]]) / 16
    grid = HeatmapGrid(9, 9, WHOLE, (36, 36))
    here, there = (heatmap_facts(Heatmap(each, each, grid)) for each in (pmm, np.roll(pmm, (3, 4), (0, 1))))
    np.testing.assert_allclose(there.argmax - here.argmax, [16, 12])
    np.testing.assert_allclose(there.expectation - here.expectation, [16, 12], atol=1e-5)
    np.testing.assert_allclose(there.spread, here.spread, rtol=1e-5)
    assert there.entropy_nats == pytest.approx(here.entropy_nats)


def test_scales():
    heatmap = Heatmap(cross() - 0.3, cross(), GRID)
    assert heatmap.value_range("raw") == pytest.approx((-0.3, 0.3))
    assert heatmap.value_range("normalised") == pytest.approx((0, 0.6))
    lowest, highest = heatmap.value_range("log")
    assert highest == pytest.approx(math.log10(0.6))
    assert highest - lowest == LOG_DECADES
    logarithms = heatmap.values("log")
    assert logarithms[2, 2] == pytest.approx(-1)
    assert logarithms.min() == lowest


def test_a_flat_map_is_as_unsure_as_can_be_and_its_argmax_the_first_pixel():
    flat = np.full((5, 5), 1 / 25, np.float32)
    facts = heatmap_facts(Heatmap(flat, flat, GRID))
    assert facts.entropy_share == pytest.approx(1, rel=1e-6)
    np.testing.assert_allclose(facts.argmax, [1, 2])
    np.testing.assert_allclose(facts.expectation, [5, 10], rtol=1e-6)


def test_maps_without_a_normaliser_are_read_raw_and_shown_by_their_positive_share():
    raw = np.array([[[-5.0, 1.0], [3.0, 0.0]], [[-1.0, -2.0], [-3.0, -4.0]]], np.float32)
    pmm = positive_share(raw)
    np.testing.assert_allclose(pmm[0], [[0, 0.25], [0.75, 0]])
    np.testing.assert_allclose(pmm[1], np.full((2, 2), 0.25))
    grid = HeatmapGrid(2, 2, WHOLE, (4, 4))
    np.testing.assert_allclose(
        heatmap_facts(Heatmap(raw[1], pmm[1], grid, is_normalised_by_model=False)).argmax, [1, 1]
    )


def test_the_pixel_under_a_place():
    grid = HeatmapGrid(4, 4, (-0.5, -0.5, 0.5, 0.5), (8, 8))
    assert grid.box == (2, 2, 6, 6)
    assert grid.pixel_at(2.0, 5.9) == (3, 0)
    assert grid.pixel_at(1.9, 3.0) is None
    assert grid.pixel_at(3.0, 6.0) is None
    np.testing.assert_allclose(grid.x, [2.5, 3.5, 4.5, 5.5])


def test_what_is_no_heatmap_is_told():
    with pytest.raises(ValueError, match="do not fit a grid"):
        Heatmap(np.zeros((4, 5), np.float32), np.zeros((4, 5), np.float32), GRID)
    with pytest.raises(ValueError, match="no numbers"):
        Heatmap(np.full((5, 5), np.nan, np.float32), cross(), GRID)
