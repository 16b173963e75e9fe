import itertools

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment

from inference.pose.part_affinity import confidence_maps, part_affinity_fields
from inference.pose.people_assembly import AssemblyRules, Person, assembled, limb_scores, matched, peaks
from inference.pose.skeletons import CANONICAL_17

SIZE = 64
LIMBS = CANONICAL_17.limbs
RULES = AssemblyRules()


def painted(people: list[np.ndarray], limbs=LIMBS) -> tuple[np.ndarray, np.ndarray]:
    """Maps and fields of people whose (K, 2) joints are in pixels, not a number where there is none."""
    places = torch.tensor(np.stack(people)[None], dtype=torch.float32)
    counts = ~places.isnan().any(dim=-1)
    normalised = torch.nan_to_num(places) * 2 / SIZE - 1
    maps = confidence_maps(normalised, counts, (SIZE, SIZE), sigma_px=2.0)
    fields = part_affinity_fields(normalised, counts, limbs, (SIZE, SIZE), half_width_px=1.0)
    return maps[0].numpy(), fields[0].numpy()


def diver(x: float, y: float, lean: float = 0.0, size: float = 40) -> np.ndarray:
    """A diver with arms overhead whose pelvis is at a place, leaning to one side by an angle."""
    upright = {
        "head_top": (0, -0.62), "neck": (0, -0.42), "right_shoulder": (-0.09, -0.4), "right_elbow": (-0.16, -0.56),
        "right_wrist": (-0.1, -0.7), "left_shoulder": (0.09, -0.4), "left_elbow": (0.16, -0.56),
        "left_wrist": (0.1, -0.7), "right_hip": (-0.08, 0.02), "right_knee": (-0.09, 0.3), "right_ankle": (-0.1, 0.6),
        "left_hip": (0.08, 0.02), "left_knee": (0.09, 0.3), "left_ankle": (0.1, 0.6), "pelvis": (0, 0),
        "spine": (0, -0.2), "head": (0, -0.52),
    }  # fmt: skip
    joints = np.array([upright[joint] for joint in CANONICAL_17.joints]) * size
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    placed: np.ndarray = joints @ turn.T + (x, y)
    return placed


def nearest(found: list[Person], true: np.ndarray) -> Person:
    """The found person who has the most joints within a pixel of the true ones."""
    return max(found, key=lambda person: int((np.linalg.norm(person.keypoints - true, axis=1) < 1).sum()))


def test_a_peak_is_found_to_a_tenth_of_a_pixel():
    rows, columns = np.mgrid[:9, :12] + 0.5
    heatmap = np.exp(-((columns - 7.3) ** 2 + (rows - 4.85) ** 2) / 4) + 1e-9
    found = peaks(heatmap, 0.1)
    np.testing.assert_allclose(found.places, [[7.3, 4.85]], atol=1e-3)
    assert found.heights == pytest.approx(heatmap.max())


def test_two_peaks_stay_two_and_low_ones_are_none():
    heatmap = np.zeros((5, 9))
    heatmap[2, 1], heatmap[2, 7], heatmap[4, 4] = 1.0, 0.6, 0.05
    found = peaks(heatmap, 0.1)
    np.testing.assert_allclose(found.places, [[1.5, 2.5], [7.5, 2.5]])
    np.testing.assert_allclose(found.heights, [1.0, 0.6])


def test_a_plateau_is_one_peak_in_its_middle_and_the_border_is_searched_too():
    heatmap = np.zeros((5, 7))
    heatmap[2, 2:5] = 0.8
    heatmap[0, 0] = 0.5
    np.testing.assert_allclose(peaks(heatmap, 0.1).places, [[0.5, 0.5], [3.5, 2.5]])


def test_a_wider_neighbourhood_keeps_the_higher_of_two_near_peaks():
    heatmap = np.zeros((3, 7))
    heatmap[1, 2], heatmap[1, 4] = 0.5, 1.0
    assert len(peaks(heatmap, 0.1, distance_px=1).heights) == 2
    assert peaks(heatmap, 0.1, distance_px=2).places.tolist() == [[4.5, 1.5]]


def test_the_line_integral_is_the_mean_agreement_along_the_line():
    field = np.zeros((2, 8, 8))
    field[0] = 0.6
    ends = np.array([[6.5, 1.5]]), np.array([[1.5, 1.5]])
    forward = limb_scores(field, ends[1], ends[0], RULES)
    assert forward == pytest.approx(0.6)
    assert limb_scores(field, *ends, RULES) == 0
    diagonal = limb_scores(field, np.array([[1.5, 1.5]]), np.array([[5.5, 5.5]]), RULES)
    assert diagonal == pytest.approx(0.6 * np.sqrt(0.5))


def test_a_line_that_leaves_the_field_is_no_limb():
    field = np.zeros((2, 8, 16))
    field[0, :, :8] = 1
    inside = limb_scores(field, np.array([[1.0, 4.0]]), np.array([[7.0, 4.0]]), RULES)
    half = limb_scores(field, np.array([[1.0, 4.0]]), np.array([[15.0, 4.0]]), RULES)
    assert inside == pytest.approx(1)
    assert half == 0


def test_no_candidates_make_no_scores():
    assert limb_scores(np.zeros((2, 4, 4)), np.zeros((0, 2)), np.ones((3, 2)), RULES).shape == (0, 3)
    assert matched(np.zeros((0, 3))) == []


def test_matching_is_the_best_in_sum_where_greedy_is_not():
    # Greedy takes 0.9 and is left with nothing for the other first joint.
    assert matched(np.array([[0.9, 0.8], [0.7, 0.0]])) == [(0, 1), (1, 0)]


def test_matching_is_as_good_as_trying_everything():
    scores = np.random.default_rng(3).uniform(size=(4, 5))
    choices = itertools.permutations(range(5), 4)
    best = max(sum(scores[row, column] for row, column in enumerate(columns)) for columns in choices)
    assert sum(scores[pair] for pair in matched(scores)) == pytest.approx(best)
    assert linear_sum_assignment(scores, maximize=True)[1].tolist() == [column for _, column in matched(scores)]


def test_a_painted_diver_comes_back_whole():
    true = diver(31.2, 33.7)
    (person,) = assembled(*painted([true]), LIMBS)
    np.testing.assert_allclose(person.keypoints, true, atol=0.1)
    assert person.score > 0.9


@pytest.mark.parametrize("lean", [0.5, np.pi / 2, 2.4])
def test_two_divers_who_cross_are_told_apart(lean):
    one, other = diver(26, 32, -0.35, 36), diver(37, 30, lean, 36)
    found = assembled(*painted([one, other]), LIMBS)
    assert len(found) == 2
    for true in (one, other):
        person = nearest(found, true)
        apart = np.linalg.norm(person.keypoints - true, axis=1)
        assert (apart < 1).all(), dict(zip(CANONICAL_17.joints, apart, strict=True))


def test_side_by_side_divers_of_a_synchronised_dive_keep_their_own_limbs():
    divers = [diver(20, 32), diver(33, 32)]
    found = assembled(*painted(divers), LIMBS)
    assert len(found) == 2
    for true in divers:
        np.testing.assert_allclose(nearest(found, true).keypoints, true, atol=0.3)


def test_joints_that_are_not_there_are_not_a_number_and_cost_score():
    whole, cut = diver(16, 33), diver(47, 33)
    for joint in ("right_wrist", "left_ankle", "head_top"):
        cut[CANONICAL_17.index(joint)] = np.nan
    found = assembled(*painted([whole, cut]), LIMBS)
    assert len(found) == 2
    assert nearest(found, whole) is found[0]
    np.testing.assert_allclose(found[1].keypoints, cut, atol=0.2)
    assert (found[1].confidences == 0).tolist() == np.isnan(cut[:, 0]).tolist()
    assert found[1].score < found[0].score


def test_a_hidden_pelvis_splits_a_person_unless_a_further_limb_ties_them():
    true = diver(32, 33)
    true[CANONICAL_17.index("pelvis")] = np.nan
    assert len(assembled(*painted([true]), LIMBS)) == 3
    tied = (*LIMBS, *((CANONICAL_17.index("neck"), CANONICAL_17.index(f"{side}_hip")) for side in ("left", "right")))
    (person,) = assembled(*painted([true], tied), tied)
    np.testing.assert_allclose(person.keypoints, true, atol=0.2)


def test_a_limb_that_would_give_a_person_a_second_joint_is_left_out():
    # Joint 0 is tied to two places of joint 1 through joint 2 and directly; the direct one is weaker.
    maps = np.zeros((3, 16, 16))
    maps[0, 8, 2] = maps[1, 8, 8] = maps[1, 2, 2] = maps[2, 14, 2] = 1
    fields = np.zeros((3, 2, 16, 16))
    fields[0, 1] = -0.5  # 0 to 1, upwards, weak
    fields[1, 1] = 1.0  # 0 to 2, downwards
    fields[2, 0], fields[2, 1] = np.sqrt(0.5), -np.sqrt(0.5)  # 2 to 1, up and to the right
    (person,) = assembled(maps, fields, [(0, 1), (0, 2), (2, 1)])
    assert person.keypoints.tolist() == [[2.5, 8.5], [8.5, 8.5], [2.5, 14.5]]


def test_nobody_is_found_on_empty_maps_and_few_joints_are_nobody():
    assert assembled(np.zeros((17, 8, 8)), np.zeros((16, 2, 8, 8)), LIMBS) == []
    only = np.full((17, 2), np.nan)
    only[[8, 9]] = [[20, 20], [20, 30]]
    maps = painted([only])
    assert assembled(*maps, LIMBS) == []
    rules = AssemblyRules(least_joints=2)
    assert len(assembled(*maps, LIMBS, rules)) == 1


def test_fields_for_other_limbs_are_refused():
    with pytest.raises(ValueError, match="2 part affinity fields were given for 16 limbs"):
        assembled(np.zeros((17, 8, 8)), np.zeros((2, 2, 8, 8)), LIMBS)
