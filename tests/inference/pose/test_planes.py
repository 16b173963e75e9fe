"""Planes with depth: what runs along their columns and rows, and the facts of heatmaps in them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from inference.pose import heatmaps as hm
from inference.pose.heatmap_facts import Heatmap, HeatmapGrid, heatmap_facts
from inference.pose.planes import PLANES, axes_of, edges_in, has_depth, last_in_picture, stage_names
from inference.pose.pose_output import HeatmapStage, PoseOutput


def volume():
    """(z, y, x) probabilities that are no product of their marginals."""
    raw = torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(2)).double() * 2
    return raw.flatten().softmax(0).reshape(4, 5, 6)


def test_the_marginals_of_a_volume_lie_as_the_planes_say():
    # Equation 4.2: add up the axis that a plane has not; in zy, z runs along the columns.
    inside = volume()
    marginals = {"xy": inside.sum(0), "zy": inside.sum(2).T, "xz": inside.sum(1)}
    ends = {axis: hm.pixel_centres(count, inside) for axis, count in (("z", 4), ("y", 5), ("x", 6))}
    mean = torch.stack(
        [
            (inside.sum((0, 1)) * ends["x"]).sum(),
            (inside.sum((0, 2)) * ends["y"]).sum(),
            (inside.sum((1, 2)) * ends["z"]).sum(),
        ]
    )
    for plane in PLANES:
        torch.testing.assert_close(hm.soft_argmax(marginals[plane]), mean[axes_of(plane)])


def test_what_runs_along_columns_and_rows():
    assert [axes_of(plane) for plane in PLANES] == [[0, 1], [2, 1], [0, 2]]
    assert [has_depth(plane) for plane in PLANES] == [False, True, True]
    edges = (-0.9, -0.8, 0.7, 0.6)
    assert [edges_in(plane, edges) for plane in PLANES] == [edges, (-1, -0.8, 1, 0.6), (-0.9, -1, 0.7, 1)]


def test_the_facts_in_a_plane_with_depth_are_normalised():
    pmm = np.zeros((5, 5), np.float32)
    pmm[2, 3], pmm[2, 2], pmm[2, 4], pmm[1, 3], pmm[3, 3] = 0.6, 0.1, 0.1, 0.1, 0.1
    facts = heatmap_facts(Heatmap(pmm, pmm, HeatmapGrid(5, 5, (-1, -0.5, 1, 0.5), (20, 10), "zy")))
    # Pixels are 0.4 long in depth and 0.2 in y; a fifth of the mass is one pixel away along each.
    np.testing.assert_allclose(facts.argmax, [0.4, 0])
    np.testing.assert_allclose(facts.expectation, [0.4, 0], atol=1e-7)
    np.testing.assert_allclose(facts.spread, [math.sqrt(0.2) * 0.4, math.sqrt(0.2) * 0.2], rtol=1e-6)
    assert facts.axis_rad == pytest.approx(0, abs=1e-6)
    grid = HeatmapGrid(5, 5, (-1, -0.5, 1, 0.5), (20, 10), "zy")
    assert grid.pixel_at(0.3, 0.45) == (4, 3)
    assert grid.pixel_at(0.3, 0.55) is None


def stage(name, plane):
    return HeatmapStage(name, torch.zeros(2, 1, 3, 3), None, torch.zeros(2, 1, 3), plane=plane)


def test_the_output_over_the_picture_is_the_last_in_xy():
    stages = [stage(name, plane) for name in ("stage 1", "output") for plane in PLANES]
    assert last_in_picture(stages) is stages[3]
    assert last_in_picture(stages[1:3]) is None
    assert stage_names(stages) == ("stage 1", "output")


def test_a_part_of_the_crops_stays_in_its_planes():
    stages = tuple(stage("output", plane) for plane in PLANES)
    part = PoseOutput(torch.zeros(2, 1, 3), torch.ones(2, 1), stages)[:1].on_cpu()
    assert [(each.plane, len(each.heatmaps)) for each in part.stages] == [("xy", 1), ("zy", 1), ("xz", 1)]
