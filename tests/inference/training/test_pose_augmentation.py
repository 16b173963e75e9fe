"""Changed crops show each joint where its label says, and left stays left."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.pose.body_axes import body_axes
from inference.pose.skeletons import CANONICAL_17
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX
from inference.training.pose_augmentation import (
    AUGMENTATIONS,
    DIVING,
    THESIS,
    PoseAugmentation,
    plain_change,
    pose_batch,
    random_change,
)
from inference.training.pose_examples import NOT_LABELLED, PoseExamples, PoseLabels

LEFT, RIGHT, HEAD = (CANONICAL_17.index(joint) for joint in ("left_wrist", "right_wrist", "head_top"))
COLOURS = {LEFT: 0, RIGHT: 1, HEAD: 2}


def crop_with_dots(points):
    """Soft round dots: the left wrist blue, the right wrist green, the top of the head red."""
    rows, columns = np.mgrid[:CROP_SIDE_PX, :CROP_SIDE_PX] + 0.5
    crop = np.zeros((CROP_SIDE_PX, CROP_SIDE_PX, 3))
    for joint, channel in COLOURS.items():
        x, y = points[joint]
        crop[..., channel] = 170 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 2.5**2))
    return np.rint(crop).astype(np.uint8)


def centre_of(light):
    light = light.astype(float)
    rows, columns = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
    return np.array([(light * columns).sum(), (light * rows).sum()]) / light.sum()


def examples_of(points, visibility=None):
    visibility = np.zeros((1, 17), np.int8) if visibility is None else visibility
    return PoseExamples([crop_with_dots(points)[None]], PoseLabels.of(points[None], visibility))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    name=st.sampled_from(sorted(AUGMENTATIONS)),
    size=st.sampled_from([(128, 128), (160, 120), (96, 128)]),
)
def test_a_painted_dot_follows_its_label(seed, name, size):
    rng = np.random.default_rng(seed)
    points = np.full((17, 2), 80.0)
    for joint in COLOURS:
        points[joint] = 80 + rng.uniform(-25, 25, 2)
    chosen = AUGMENTATIONS[name]
    blunt = PoseAugmentation(chosen.turn_rad, chosen.scales, chosen.gains, chosen.flips, chosen.offset)

    change = random_change(size, blunt, rng)
    shown = change.picture(crop_with_dots(points), size)
    labels = change.points(points, CANONICAL_17)

    for joint, channel in COLOURS.items():
        # What shows the other hand in a mirror is called by the other hand's name.
        called = {LEFT: RIGHT, RIGHT: LEFT}.get(joint, joint) if change.mirrors else joint
        x, y = labels[called]
        if 12 < x < size[1] - 12 and 12 < y < size[0] - 12:
            np.testing.assert_allclose(centre_of(shown[..., channel]), [x, y], atol=0.1)


@pytest.mark.parametrize("size", [(128, 128), (64, 64), (256, 192)])
def test_the_unchanged_middle_is_the_diver_s_reach(size):
    reach = CROP_SIDE_PX / CROP_MARGIN
    corners = np.array([[80 - reach / 2, 80 - reach / 2], [80, 80], [80 + reach / 2, 80 + reach / 2]])

    matrix = plain_change(size).matrix
    seen = corners @ matrix[:, :2].T + matrix[:, 2]

    height, width = size
    half = min(size) / 2
    np.testing.assert_allclose(
        seen, [[width / 2 - half, height / 2 - half], [width / 2, height / 2], [width / 2 + half, height / 2 + half]]
    )


def test_an_unchanged_crop_is_cut_out_pixel_by_pixel():
    crop = np.random.default_rng(0).integers(0, 255, (CROP_SIDE_PX, CROP_SIDE_PX, 3)).astype(np.uint8)

    np.testing.assert_array_equal(plain_change((128, 128)).picture(crop, (128, 128)), crop[16:144, 16:144])


def test_changes_are_as_large_as_the_thesis_says_and_no_larger():
    rng = np.random.default_rng(1)
    changes = [random_change((128, 128), THESIS, rng) for _ in range(2000)]
    scales = np.array([math.sqrt(abs(np.linalg.det(change.matrix[:, :2]))) for change in changes])
    # The y axis is turned, never mirrored.
    turns = np.degrees([math.atan2(-change.matrix[0, 1], change.matrix[1, 1]) for change in changes])
    gains = np.stack([change.gains for change in changes])

    assert (scales.min(), scales.max()) == (pytest.approx(0.75, abs=0.01), pytest.approx(1.25, abs=0.01))
    assert (turns.min(), turns.max()) == (pytest.approx(-30, abs=0.5), pytest.approx(30, abs=0.5))
    assert (gains.min(), gains.max()) == (pytest.approx(0.6, abs=0.01), pytest.approx(1.4, abs=0.01))
    assert np.mean([change.mirrors for change in changes]) == pytest.approx(0.5, abs=0.04)
    assert {change.coarse for change in changes} == {1.0}
    diving = [random_change((128, 128), DIVING, rng).matrix for _ in range(500)]
    turned = np.degrees([math.atan2(-matrix[0, 1], matrix[1, 1]) for matrix in diving])
    assert np.ptp(turned) == pytest.approx(90, abs=2)


def test_mirrors_change_sides_and_turns_keep_distances():
    above = np.full((17, 2), 80.0)
    above[HEAD] = [80, 70]
    for seed in range(10):
        change = random_change((128, 128), PoseAugmentation(math.pi, (1, 1)), np.random.default_rng(seed))
        assert math.dist(change.points(above, CANONICAL_17)[HEAD], (64, 64)) == pytest.approx(10)

    mirrored = next(
        change
        for seed in range(20)
        if (
            change := random_change((128, 128), PoseAugmentation(0, (1, 1), (1, 1)), np.random.default_rng(seed))
        ).mirrors
    )
    aside = np.full((17, 2), 80.0)
    aside[LEFT] = [90, 60]
    np.testing.assert_allclose(mirrored.points(aside, CANONICAL_17)[RIGHT], [54, 44])
    np.testing.assert_allclose(mirrored.points(aside, CANONICAL_17)[LEFT], [64, 64])


def test_a_batch_is_normalised_and_tells_what_counts():
    points = np.full((17, 2), 80.0)
    points[LEFT], points[RIGHT], points[HEAD] = [16, 80], [144, 112], [8, 80]
    points[0] = [8, 80]
    visibility = np.zeros((1, 17), np.int8)
    visibility[0, 3], points[3] = NOT_LABELLED, np.nan
    visibility[0, 5] = 2
    examples = examples_of(points, visibility)

    batch = pose_batch(examples, [0, 0], (64, 64))

    assert (batch.pictures.shape, batch.pictures.dtype) == ((2, 64, 64, 3), np.uint8)
    np.testing.assert_allclose(batch.coordinates[0, LEFT], [-1, 0], atol=1e-6)
    np.testing.assert_allclose(batch.coordinates[0, RIGHT], [1, 0.5], atol=1e-6)
    assert np.flatnonzero(~batch.counts[0]).tolist() == sorted({0, HEAD, 3, 5})
    assert not batch.coordinates[0][~batch.counts[0]].any()
    assert np.isfinite(batch.coordinates).all()


def test_what_counts_goes_to_the_other_side_in_a_mirror():
    points = np.full((17, 2), 80.0)
    visibility = np.zeros((1, 17), np.int8)
    visibility[0, LEFT], points[LEFT] = NOT_LABELLED, np.nan
    examples = examples_of(np.nan_to_num(points, nan=80.0), visibility)
    turned = PoseAugmentation(scales=(1, 1))

    batch = pose_batch(examples, [0] * 40, (64, 64), turned, np.random.default_rng(5))

    unknown = np.argwhere(~batch.counts)[:, 1]
    assert set(unknown.tolist()) == {LEFT, RIGHT}
    assert len(unknown) == 40


def test_the_same_chance_gives_the_same_batch():
    examples = examples_of(np.full((17, 2), 75.0))

    one, two, other = (
        pose_batch(examples, [0] * 6, (32, 32), DIVING, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )

    np.testing.assert_array_equal(one.pictures, two.pictures)
    np.testing.assert_array_equal(one.coordinates, two.coordinates)
    assert not np.array_equal(one.pictures, other.pictures)


@pytest.mark.parametrize("seed", range(6))
def test_body_axes_turn_with_the_body_that_is_shown(seed):
    # Seen from so far away that a picture is the body's x and y, larger or smaller.
    rng = np.random.default_rng(seed)
    body = rng.normal(0, 20, (17, 3))
    labels = PoseLabels.of(80 + body[None, :, :2], np.zeros((1, 17), np.int8), keypoints_3d=body[None])
    examples = PoseExamples([crop_with_dots(80 + body[:, :2])[None]], labels)

    change = random_change((128, 128), DIVING, np.random.default_rng(seed))
    batch = pose_batch(examples, [0], (128, 128), DIVING, np.random.default_rng(seed))

    flat = change.points(80 + body[:, :2], CANONICAL_17)
    zoom = math.sqrt(abs(np.linalg.det(change.matrix[:, :2])))
    depths = body[CANONICAL_17.flipped, 2] if change.mirrors else body[:, 2]
    shown = np.concatenate([flat / zoom, depths[:, None]], axis=1)
    np.testing.assert_allclose(batch.axes[0], body_axes(shown, CANONICAL_17), atol=1e-5)


def test_depths_are_turned_with_nothing_scaled_with_the_picture_and_mirrored_with_the_names():
    rng = np.random.default_rng(0)
    depths = rng.uniform(-30, 30, (1, 17))
    points = rng.uniform(60, 100, (1, 17, 2))
    labels = PoseLabels.of(points, np.zeros((1, 17), np.int8), depths=depths)
    examples = PoseExamples([np.zeros((1, CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)], labels)
    plain = pose_batch(examples, [0], (128, 128)).depths[0]
    # Half of the picture that is shown is half of the diver's reach in the crop.
    np.testing.assert_allclose(plain, depths[0] / (CROP_SIDE_PX / CROP_MARGIN / 2), rtol=1e-5)

    scaled = PoseAugmentation(turn_rad=1.0, scales=(0.8, 0.8), flips=False)
    turned = pose_batch(examples, [0], (128, 128), scaled, rng).depths[0]
    np.testing.assert_allclose(turned, plain * 0.8, rtol=1e-5)

    mirroring = PoseAugmentation(turn_rad=0.0, scales=(1.0, 1.0))
    seen = [pose_batch(examples, [0], (128, 128), mirroring, rng).depths[0] for _ in range(20)]
    are_mirrored = [not np.allclose(each, plain) for each in seen]
    assert any(are_mirrored)
    assert not all(are_mirrored)
    np.testing.assert_allclose(seen[are_mirrored.index(True)], plain[CANONICAL_17.flipped], rtol=1e-5)


def test_unknown_depths_stay_unknown():
    labels = PoseLabels.of(np.full((1, 17, 2), 80.0), np.zeros((1, 17), np.int8))
    examples = PoseExamples([np.zeros((1, CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)], labels)
    assert np.isnan(pose_batch(examples, [0], (128, 128)).depths).all()
