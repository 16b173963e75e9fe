"""Depths of keypoints as pixels of the picture: with x and y they make the body as it is in space."""

import numpy as np
import pytest

from inference.pose.body_depth import ROOT, depths_in_picture, seen_from_camera
from inference.pose.skeletons import CANONICAL_17, FLIC_11

PELVIS, HEAD, WRIST = (CANONICAL_17.index(joint) for joint in (ROOT, "head_top", "left_wrist"))


def body(root):
    """Everything at the pelvis but the top of the head, 900 mm beyond, and a wrist, 300 mm on this side of it."""
    points = np.tile(np.asarray(root, float), (17, 1))
    sight = np.asarray(root) / np.linalg.norm(root)
    points[HEAD] += 900 * sight
    points[WRIST] -= 300 * sight
    return points


def test_a_metre_away_is_as_many_pixels_as_a_metre_across():
    # 800 px at 10 m: 80 px to the metre.
    depths = depths_in_picture(body([0.0, 0.0, 10_000.0]), np.array(800.0), CANONICAL_17)
    assert depths[[PELVIS, HEAD, WRIST]] == pytest.approx([0.0, 72.0, -24.0])


def test_depth_is_along_the_line_of_sight():
    across = np.array([6_000.0, 0.0, 8_000.0])
    depths = depths_in_picture(body(across)[None], np.array([800.0]), CANONICAL_17)
    assert depths[0, [PELVIS, HEAD, WRIST]] == pytest.approx([0.0, 72.0, -24.0])
    # Towards the edge of the picture, at a right angle to the line of sight: neither nearer nor farther.
    points = body(across)
    points[WRIST] = across + np.array([400.0, 0.0, -300.0])
    assert depths_in_picture(points, np.array(800.0), CANONICAL_17)[WRIST] == pytest.approx(0.0)


def test_a_camera_that_turns_to_the_pelvis_sees_lengths_and_angles_as_they_are():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 500, (5, 17, 3)) + rng.uniform(-1, 1, (5, 1, 3)) * [6_000, 6_000, 0] + [0, 0, 9_000]
    seen = seen_from_camera(points, CANONICAL_17)
    np.testing.assert_allclose(seen[:, PELVIS], 0.0, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(seen, axis=-1), np.linalg.norm(points - points[:, [PELVIS]], axis=-1))
    # The line of sight becomes z, and what is at a right angle to it and to z stays.
    for pose in points:
        beyond, level = pose.copy(), pose.copy()
        beyond[WRIST] = 1.1 * pose[PELVIS]
        across = np.cross(pose[PELVIS], [0.0, 0.0, 1.0])
        level[WRIST] = pose[PELVIS] + across
        far = 0.1 * np.linalg.norm(pose[PELVIS])
        np.testing.assert_allclose(seen_from_camera(beyond, CANONICAL_17)[WRIST], [0, 0, far], atol=1e-6)
        np.testing.assert_allclose(seen_from_camera(level, CANONICAL_17)[WRIST], across, atol=1e-6)
    # Its z is depth.
    px = depths_in_picture(points, np.full(5, 800.0), CANONICAL_17)
    scale = 800.0 / np.linalg.norm(points[:, [PELVIS]], axis=-1)
    np.testing.assert_allclose(px, seen[..., 2] * scale)


def test_what_is_not_known_has_no_depth():
    points = body([0.0, 0.0, 10_000.0])
    points[WRIST] = np.nan
    depths = depths_in_picture(points, np.array(800.0), CANONICAL_17)
    assert np.isnan(depths[WRIST])
    assert depths[HEAD] == pytest.approx(72.0)
    assert np.isnan(depths_in_picture(points, np.array(np.nan), CANONICAL_17)).all()
    points[PELVIS] = np.nan
    assert np.isnan(depths_in_picture(points, np.array(800.0), CANONICAL_17)).all()
    assert np.isnan(depths_in_picture(points[:11], np.array(800.0), FLIC_11)).all()
