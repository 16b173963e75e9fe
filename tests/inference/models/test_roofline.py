"""What the benchmark of a network counts as its operations and bytes, by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.bench.roofline import Peak, Work, counted, half, quickest_s


def test_a_matrix_product_reads_both_factors_and_writes_the_product():
    left, right = torch.ones(10, 20), torch.ones(20, 30)
    assert counted(lambda: left @ right) == Work(2 * 10 * 20 * 30, 4 * (10 * 20 + 20 * 30 + 10 * 30))


def test_a_convolution_is_counted_where_its_output_is():
    layer, picture = nn.Conv2d(3, 4, 3, bias=False), torch.ones(1, 3, 10, 10)
    with torch.inference_mode():
        found = counted(lambda: layer(picture))
    assert found == Work(2 * 3 * 9 * 4 * 8 * 8, 4 * (3 * 10 * 10 + 3 * 9 * 4 + 4 * 8 * 8))


def test_half_precision_moves_half():
    left = torch.ones(8, 8)
    with torch.inference_mode(), half("cpu", is_half=True):
        found = counted(lambda: left @ left.T)
    assert found == Work(2 * 8 * 8 * 8, 2 * 3 * 64)


def test_views_move_nothing_and_changes_in_place_read_and_write():
    values = torch.ones(4, 4)
    assert counted(lambda: values.view(2, 8).T) == Work(0, 0)
    assert counted(lambda: values.add_(1)) == Work(0, 2 * 64)


def test_the_roofline_is_the_slower_of_computing_and_moving():
    peak = Peak(100.0, 10.0)
    assert peak.shortest_s(Work(200, 10)) == pytest.approx(2.0)
    assert peak.shortest_s(Work(200, 40)) == pytest.approx(4.0)


def test_ways_take_turns_and_the_first_turn_only_prepares():
    order = []
    found = quickest_s({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, "cpu", turns=2)
    assert "".join(order) == "ababab"
    assert all(0 < seconds < 1 for seconds in found.values())
