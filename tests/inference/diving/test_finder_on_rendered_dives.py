"""The finder on rendered clips with known truth: cameras, frame rates, and things that are not dives."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from rendered_dives import Body, RenderedDive, RenderedReader, Scene, interval_of

from inference.diving.finder import FinderSettings, find_dives
from inference.progress import Cancelled, CancelToken
from inference.results import DetectedDive, Predictions

DIVE = RenderedDive(start_s=1.4)
PLATFORM_DIVE = RenderedDive(start_s=1.4, height_m=11.0, rise_m_s=3.0, length_m=1.6)


def scene_of(*dives: RenderedDive, seconds: float = 4.2) -> Scene:
    splashes = [(dive.end_s, dive.x_m + dive.forward_m_s * (dive.end_s - dive.start_s)) for dive in dives]
    return Scene([dive.body() for dive in dives], seconds, splashes=splashes)


def find(scene: Scene, settings: FinderSettings | None = None) -> tuple[RenderedReader, Predictions]:
    reader = RenderedReader(scene)
    return reader, find_dives(reader, settings)


def assert_found(found: DetectedDive, dive: RenderedDive, reader: RenderedReader, *, iou: float = 0.8) -> None:
    """The interval overlaps the true one, and the path is within a fifth of the body's length of the true one."""
    truth = interval_of(dive, reader)
    assert found.interval.temporal_iou(truth) >= iou
    times = [reader.index.time(frame) for frame in range(truth.start.frame, truth.end.frame)]
    expected = [reader.image_point(time.seconds, dive.place(time.seconds)) for time in times]
    assert found.trajectory is not None
    error = np.linalg.norm(found.trajectory.image_points(times) - expected, axis=1)
    assert np.median(error) < 0.2 * dive.length_m * reader.px_per_m


def follow(t: float) -> tuple[float, float]:
    """Keeps the diver in the middle of the picture, as a good camera operator does."""
    place = DIVE.place(min(t, DIVE.end_s))
    assert place is not None
    return place


@pytest.fixture(scope="module")
def waving() -> tuple[RenderedReader, Predictions]:
    """A dive filmed by a camera that sways, and what is found in it."""
    return find(replace(scene_of(DIVE), camera=lambda t: (8 + 3 * math.sin(t), 4 + 1.5 * math.cos(1.7 * t))))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="fixed camera"),
        pytest.param({"camera": lambda t: (9, 4 - 1.5 * min(max((t - 2) / 0.8, 0), 1))}, id="tilt in flight"),
        pytest.param({"camera": follow}, id="diver followed exactly"),
        pytest.param({"fps": 60.0}, id="60 fps"),
        pytest.param({"fps": 15.0}, id="15 fps"),
        pytest.param(
            {"size": (800, 450), "px_per_m": 20.0, "camera": lambda t: (11, 5)}, id="diver 6 % of the picture"
        ),
        pytest.param(
            {"size": (320, 240), "px_per_m": 90.0, "camera": lambda t: (follow(t)[0] + 0.3, follow(t)[1])},
            id="diver half the picture",
        ),
    ],
)
def test_one_dive_is_found_once(changes):
    reader, predictions = find(replace(scene_of(DIVE), **changes))

    assert len(predictions.dives) == 1
    assert_found(predictions.dives[0], DIVE, reader)
    assert predictions.dives[0].score > 0.5


def test_a_platform_dive_is_found_and_gravity_measures_it():
    scene = replace(scene_of(PLATFORM_DIVE, seconds=4.6), px_per_m=18.0, camera=lambda t: (10, 6))

    reader, predictions = find(scene)

    assert len(predictions.dives) == 1
    assert_found(predictions.dives[0], PLATFORM_DIVE, reader, iou=0.75)
    trajectory = predictions.dives[0].trajectory
    assert trajectory is not None
    assert trajectory.path.metres_per_pixel == pytest.approx(1 / 18, rel=0.06)
    assert trajectory.scale_uncertainty is not None
    assert trajectory.scale_uncertainty < 0.05


def test_dives_come_in_order_and_divers_side_by_side_count_once():
    second = RenderedDive(start_s=6.0, x_m=11.0, forward_m_s=-1.0)
    beside = RenderedDive(start_s=6.05, x_m=7.0, forward_m_s=-1.0)
    reader = RenderedReader(scene_of(DIVE, second, beside, seconds=8.2))
    told: list[DetectedDive] = []
    fractions: list[float] = []

    predictions = find_dives(reader, progress=lambda fraction, _: fractions.append(fraction), on_dive=told.append)

    assert len(predictions.dives) == 2
    for found, dive in zip(predictions.dives, (DIVE, second), strict=True):
        assert found.interval.temporal_iou(interval_of(dive, reader)) > 0.8
    assert tuple(told) == predictions.dives
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1.0)


def test_slow_motion_is_a_setting_and_is_worked_out_from_duration_limits():
    scene = replace(scene_of(DIVE), fps=10.0)
    # Three times as many pictures of the same motion, played at the same rate.
    slow = replace(
        scene,
        seconds=3 * scene.seconds,
        bodies=[replace(body, place=lambda t, body=body: body.place(t / 3)) for body in scene.bodies],
        splashes=(),
    )

    _, at_normal_speed = find(slow)
    _, told = find(slow, FinderSettings(slow_motion=3.0))
    _, limited = find(slow, FinderSettings(min_duration_s=3.0, max_duration_s=6.0))

    assert at_normal_speed.dives == ()
    assert told.settings["slow_motion_used"] == 3.0
    assert not told.settings["slow_motion_is_estimate"]
    assert limited.settings["slow_motion_used"] == pytest.approx(3.0, rel=0.35)
    assert limited.settings["slow_motion_is_estimate"]
    for predictions in (told, limited):
        assert len(predictions.dives) == 1
        # A fifth of a second of real time.
        assert predictions.dives[0].interval.start.seconds == pytest.approx(3 * DIVE.start_s, abs=0.6)
        assert predictions.dives[0].interval.end.seconds == pytest.approx(3 * DIVE.end_s, abs=0.6)


def walker(number: int) -> Body:
    direction = 1 if number % 2 else -1
    start = 2.0 + number if direction > 0 else 18.0 + number
    return Body(
        lambda t: (start + 1.4 * direction * t, 0.9 + 0.7 * number + 0.04 * math.sin(12 * t)), length_m=1.7, width_m=0.5
    )


def bouncing(t: float) -> tuple[float, float]:
    u = t % 0.8
    return 8.0, 4.0 + 3.9 * u - 4.905 * u * u


def thrown(t: float) -> tuple[float, float] | None:
    u = t - 1.0
    place = (8 + 3 * u, 3 + 5 * u - 4.905 * u * u)
    return place if u > 0 and place[1] > 0 else None


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(Scene([walker(number) for number in range(8)], 5.0), id="walkers"),
        pytest.param(Scene([Body(bouncing, 1.7, 0.5)], 5.0), id="somebody bouncing on the board"),
        pytest.param(Scene([Body(thrown, 0.22, 0.22)], 4.0), id="a thrown ball"),
        pytest.param(
            Scene([], 4.0, ripple=25.0, camera=lambda t: (8 + 2 * math.sin(t), math.cos(2 * t))), id="rough water"
        ),
        pytest.param(Scene([Body(lambda t: DIVE.place(4.2 - t), 1.3)], 4.2), id="a dive backwards in time"),
    ],
)
def test_what_is_not_a_dive_is_not_found(scene):
    _, predictions = find(scene)

    assert predictions.dives == ()


def test_walkers_do_not_hide_a_dive():
    scene = scene_of(DIVE)
    reader, predictions = find(replace(scene, bodies=[*scene.bodies, *(walker(number) for number in range(8))]))

    assert len(predictions.dives) == 1
    assert_found(predictions.dives[0], DIVE, reader)


def test_a_dive_filmed_by_a_swaying_camera_is_found(waving):
    reader, predictions = waving

    assert len(predictions.dives) == 1
    assert_found(predictions.dives[0], DIVE, reader)


def test_the_trajectory_says_what_it_rests_on(waving):
    reader, predictions = waving
    dive = predictions.dives[0]
    trajectory = dive.trajectory
    assert trajectory is not None

    # Stabilised coordinates are those of the start frame, and the camera is known half a second beyond the dive.
    np.testing.assert_allclose(trajectory.camera.matrix(dive.interval.start.frame), np.eye(3), atol=1e-9)
    assert trajectory.camera.first_frame <= dive.interval.start.frame - 10
    assert trajectory.camera.first_frame + len(trajectory.camera.to_stable) >= dive.interval.end.frame + 10
    inliers = [candidate for candidate in trajectory.candidates if candidate.is_inlier]
    assert len(inliers) > 0.8 * dive.interval.frame_count
    assert all(dive.interval.contains(candidate.frame) for candidate in trajectory.candidates)
    assert len({candidate.frame for candidate in inliers}) == len(inliers)
    for candidate in inliers:
        expected = reader.image_point(candidate.seconds, DIVE.place(candidate.seconds))
        assert math.dist((candidate.x, candidate.y), expected) < 0.5 * DIVE.length_m * reader.px_per_m


def test_the_motion_signal_is_high_in_the_dive_and_low_outside(waving):
    reader, predictions = waving
    truth = interval_of(DIVE, reader)
    (signal,) = predictions.signals

    assert (signal.name, signal.first_frame, len(signal.values)) == ("motion", 0, reader.index.frame_count)
    assert signal.values[truth.start.frame + 3 : truth.end.frame - 3].min() > 0.5
    assert signal.values[: truth.start.frame - 10].max() < 0.5
    assert signal.values[truth.end.frame + 10 :].max() < 0.5


def test_only_the_frames_asked_for_are_read():
    reader = RenderedReader(scene_of(DIVE))

    predictions = find_dives(reader, frame_range=(60, 80))

    assert (predictions.first_frame, predictions.last_frame) == (60, 80)
    used = {"slow_motion_used": 1.0, "slow_motion_is_estimate": False}
    assert predictions.settings == FinderSettings().to_dict() | used
    assert reader.frames_read == 21
    assert len(predictions.signals[0].values) == 21


def test_the_same_seed_finds_the_same():
    scene = replace(scene_of(DIVE), fps=12.5)

    first, second = find(scene)[1], find(scene)[1]

    assert len(first.dives) == 1
    assert [dive.interval for dive in first.dives] == [dive.interval for dive in second.dives]
    assert [dive.trajectory.path for dive in first.dives if dive.trajectory] == [
        dive.trajectory.path for dive in second.dives if dive.trajectory
    ]
    np.testing.assert_array_equal(first.signals[0].values, second.signals[0].values)


def test_cancelling_stops_and_keeps_what_was_told():
    cancel = CancelToken()
    reader = RenderedReader(scene_of(DIVE))

    def stop_at_half(fraction: float, _: str) -> None:
        if fraction > 0.5:
            cancel.cancel()

    with pytest.raises(Cancelled):
        find_dives(reader, progress=stop_at_half, cancel=cancel)
    assert reader.frames_read < 0.7 * reader.index.frame_count


def test_settings_say_what_is_wrong_with_them():
    with pytest.raises(ValueError, match="slow motion factor 0 must be above 0"):
        FinderSettings(slow_motion=0)
    with pytest.raises(ValueError, match=r"sensitivity 1\.5 must lie between 0 and 1"):
        FinderSettings(sensitivity=1.5)
    with pytest.raises(ValueError, match=r"shortest flight 3 s must be at least 0 and below the longest, 2 s"):
        FinderSettings(min_duration_s=3, max_duration_s=2)
    settings = FinderSettings(slow_motion=2.0, max_duration_s=5.0)
    assert FinderSettings(**settings.to_dict()) == settings
