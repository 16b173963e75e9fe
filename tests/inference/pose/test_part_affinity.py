import math

import torch

from inference.pose.part_affinity import confidence_maps, limbs_that_count, part_affinity_fields

ROOT = math.sqrt(0.5)


def centre(column: int, row: int, size: int) -> list[float]:
    """Normalised coordinates of a pixel's centre on a square map."""
    return [(2 * column + 1) / size - 1, (2 * row + 1) / size - 1]


def test_a_confidence_map_falls_off_as_the_paper_says():
    coordinates = torch.tensor([[[centre(2, 1, 5)]]])
    maps = confidence_maps(coordinates, torch.ones(1, 1, 1), (5, 5), sigma_px=2.0)
    assert maps.shape == (1, 1, 5, 5)
    assert maps[0, 0, 1, 2] == 1
    torch.testing.assert_close(maps[0, 0, 1, 3], torch.tensor(math.exp(-1 / 4)))
    torch.testing.assert_close(maps[0, 0, 3, 0], torch.tensor(math.exp(-8 / 4)))


def test_the_higher_of_two_people_holds_and_who_is_not_there_leaves_nothing():
    coordinates = torch.tensor([[[centre(0, 0, 4)], [centre(3, 0, 4)], [centre(1, 3, 4)]]])
    counts = torch.tensor([[[True], [True], [False]]])
    maps = confidence_maps(coordinates, counts, (4, 4), sigma_px=1.0)[0, 0]
    torch.testing.assert_close(maps[0], torch.tensor([1.0, math.exp(-1), math.exp(-1), 1.0]))
    torch.testing.assert_close(maps[3, 1], torch.tensor(math.exp(-10)))


def test_a_field_points_along_the_limb_and_only_there():
    # From the centre of pixel (1, 2) to that of (4, 2), a pixel's reach to the sides.
    coordinates = torch.tensor([[[centre(1, 2, 6), centre(4, 2, 6)]]])
    fields = part_affinity_fields(coordinates, torch.ones(1, 1, 2), [(0, 1)], (6, 6), half_width_px=1.0)
    assert fields.shape == (1, 1, 2, 6, 6)
    expected = torch.zeros(6, 6)
    expected[1:4, 1:5] = 1
    torch.testing.assert_close(fields[0, 0, 0], expected)
    torch.testing.assert_close(fields[0, 0, 1], torch.zeros(6, 6))


def test_a_diagonal_limb_points_down_and_to_the_left():
    coordinates = torch.tensor([[[centre(3, 0, 4), centre(0, 3, 4)]]])
    fields = part_affinity_fields(coordinates, torch.ones(1, 1, 2), [(0, 1)], (4, 4), half_width_px=0.1)[0, 0]
    torch.testing.assert_close(fields[0], -ROOT * torch.eye(4).flip(1))
    torch.testing.assert_close(fields[1], ROOT * torch.eye(4).flip(1))


def test_where_limbs_of_two_people_cross_their_mean_holds():
    across = [centre(0, 2, 5), centre(4, 2, 5)]
    down = [centre(2, 0, 5), centre(2, 4, 5)]
    fields = part_affinity_fields(torch.tensor([[across, down]]), torch.ones(1, 2, 2), [(0, 1)], (5, 5), 0.4)[0, 0]
    torch.testing.assert_close(fields[:, 2, 2], torch.tensor([0.5, 0.5]))
    torch.testing.assert_close(fields[:, 2, 0], torch.tensor([1.0, 0.0]))
    torch.testing.assert_close(fields[:, 4, 2], torch.tensor([0.0, 1.0]))


def test_a_limb_needs_both_of_its_joints_and_a_length():
    place = centre(1, 1, 4)
    coordinates = torch.tensor([[[place, centre(3, 1, 4), place]]])
    counts = torch.tensor([[[True, False, True]]])
    fields = part_affinity_fields(coordinates, counts, [(0, 1), (0, 2)], (4, 4), 1.0)
    assert not fields.any()
    assert limbs_that_count(counts, [(0, 1), (0, 2)]).tolist() == [[[False, True]]]
