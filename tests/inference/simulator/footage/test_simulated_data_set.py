"""A simulated data set reads back, agrees with itself, and is the same however it was made."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from inference.dataset.read import Dataset
from inference.dataset.schema import Visibility
from inference.progress import Cancelled, CancelToken
from inference.simulator.errors import SimulationError
from inference.simulator.footage import production, unfinished
from inference.simulator.footage.one_dive import OneDive
from inference.simulator.footage.production import make_data_set
from inference.simulator.footage.session import Session
from inference.video.reader import open_video
from inference.workers import WorkersError

TINY = {"size": (160, 90), "fps": 10}
HANDHELD_DIVE = OneDive("103B", "springboard-3", seed=3, camera="handheld", **TINY)
SHORT_SESSION = Session(0.4, seed=2, camera="drifting", **TINY)


@pytest.fixture(scope="module")
def one_dive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "één dive"
    make_data_set(HANDHELD_DIVE, folder, processes=1)
    return Dataset(folder)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "session"
    make_data_set(SHORT_SESSION, folder, processes=1)
    return folder


def content(folder):
    """Every file of a data set by name, the manifest without its date."""
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    lines = files.pop(next(path for path in files if path.name == "manifest.json")).decode().splitlines()
    manifest = "\n".join(line for line in lines if '"created"' not in line)
    return {str(path): hashlib.sha256(data).hexdigest() for path, data in files.items()} | {"manifest": manifest}


def test_a_dive_reads_back_with_its_video(one_dive):
    (source,) = one_dive.sources
    (dive,) = one_dive.dives()

    assert (dive.code, dive.board, dive.status, dive.origin) == ("103B", "springboard-3", "accepted", "simulator")
    assert one_dive.manifest.skeleton.keypoints[0] == "head_top"
    video = one_dive.find_video(source)
    assert video is not None
    with open_video(video) as reader:
        assert (reader.index.frame_count, reader.index.width, reader.index.height) == (source.frame_count, 160, 90)
        assert dive.interval.end == reader.index.time(dive.interval.end.frame)
        assert reader.read(dive.interval.start.frame).std() > 10
    recording = HANDHELD_DIVE.recording(0)
    assert (source.frame_count, source.average_fps) == (recording.frame_count, 10)
    assert sorted(path.name for path in one_dive.folder.iterdir()) == ["annotations.jsonl", "manifest.json", "videos"]


def test_start_is_the_last_board_contact_and_end_the_first_water_contact(one_dive):
    (dive,), (exact,) = one_dive.dives(), HANDHELD_DIVE.recording(0).dives

    assert dive.interval.start.seconds <= exact.take_off_s < dive.interval.start.seconds + 0.1
    assert dive.interval.end.seconds - 0.1 < exact.entry_s <= dive.interval.end.seconds
    frames = [labels.time.frame for labels in dive.frames]
    assert frames == list(range(frames[0], frames[-1] + 1))
    assert frames[0] == dive.interval.start.frame - 10
    assert dive.interval.end.frame + 4 <= frames[-1] <= dive.interval.end.frame + 5


def test_keypoints_in_space_are_seen_where_the_keypoints_in_the_picture_are(one_dive):
    (source,), (dive,) = one_dive.sources, one_dive.dives()
    camera = source.intrinsics
    for labels in dive.frames:
        x, y, z = np.array([*labels.keypoints_3d, labels.centre_of_mass_3d]).T
        flat = np.array([(point.x, point.y) for point in labels.keypoints] + [labels.centre_of_mass])

        np.testing.assert_allclose(camera.fx * x / z + camera.cx, flat[:, 0], atol=1e-3)
        np.testing.assert_allclose(camera.fy * y / z + camera.cy, flat[:, 1], atol=1e-3)


def test_centre_of_mass_is_that_of_the_segments_and_falls_freely_in_the_world(one_dive):
    (dive,), recording = one_dive.dives(), HANDHELD_DIVE.recording(0)
    diver = recording.diver(0)
    athlete = diver.motion.athlete
    masses = athlete.masses_kg()
    in_world = []
    for labels in dive.frames:
        states = diver.states(np.array([labels.time.seconds]))
        near, far = diver.board_pose.to_pool(states.near_ends[0]), diver.board_pose.to_pool(states.far_ends[0])
        centres = near + centre_shares(athlete)[:, None] * (far - near)
        expected_mm = 1000 * (masses @ centres) / masses.sum()
        to_camera = np.array(labels.world_to_camera).reshape(3, 4)
        in_camera = to_camera[:, :3] @ expected_mm + to_camera[:, 3]
        np.testing.assert_allclose(in_camera, labels.centre_of_mass_3d, atol=0.5)
        in_world.append(to_camera[:, :3].T @ (np.array(labels.centre_of_mass_3d) - to_camera[:, 3]))

    flying = [dive.interval.start.frame < labels.time.frame < dive.interval.end.frame for labels in dive.frames]
    height_m = np.array(in_world)[flying, 2] / 1000
    np.testing.assert_allclose(np.diff(height_m, 2) / 0.1**2, -9.81, atol=0.05)


def centre_shares(athlete):
    """Where the centre of mass of each segment is, from its near end (0) to its far end (1), from de Leva's table."""
    from inference.simulator.body.athlete import SEGMENTS

    shares = np.array([athlete.facts(segment).centre for segment in SEGMENTS])
    from_far = np.array([segment.endswith("trunk") or segment == "head" for segment in SEGMENTS])
    return np.where(from_far, 1 - shares, shares)


def test_camera_moves_and_its_motion_holds_the_path_still(one_dive):
    (dive,) = one_dive.dives()
    trajectory = dive.trajectory
    flight = {labels.time.frame: labels for labels in dive.frames if dive.interval.contains(labels.time.frame)}

    located = trajectory.image_points([labels.time for labels in flight.values()])
    errors = np.hypot(*(located - [labels.centre_of_mass for labels in flight.values()]).T)

    assert np.abs(trajectory.camera.to_stable[-1] - np.eye(3)).max() > 1  # it has panned by more than a pixel
    assert np.median(errors) < 1.5  # of a body that is 20 px tall: perspective bends the parabola a little


def test_visibility_and_box_follow_the_diver_into_the_water(one_dive):
    (dive,) = one_dive.dives()
    before, after = dive.frames[0], dive.frames[-1]
    seen = [point.visibility for point in before.keypoints]

    assert Visibility.UNDER_WATER not in seen
    assert seen.count(Visibility.VISIBLE) >= 5
    assert {point.visibility for point in after.keypoints} <= {Visibility.UNDER_WATER, Visibility.OUT_OF_FRAME}
    left, top, width, height = before.box
    for point in before.keypoints:
        assert left <= point.x <= left + width
        assert top <= point.y <= top + height


def test_the_diver_is_drawn_where_the_truth_says(one_dive):
    (dive,) = one_dive.dives()
    recording = replace(HANDHELD_DIVE.recording(0), acts=())
    labels = {labels.time.frame: labels for labels in dive.frames}
    for frame in (dive.interval.start.frame + 3, dive.interval.start.frame + 8):
        ((empty, _),) = recording.pictures(frame, frame + 1)
        ((full, _),) = HANDHELD_DIVE.recording(0).pictures(frame, frame + 1)
        changed = np.abs(full.astype(int) - empty).max(axis=2) > 40
        rows, columns = np.nonzero(changed)
        left, top, width, height = labels[frame].box

        inside = (columns >= left - 1) & (columns <= left + width) & (rows >= top - 1) & (rows <= top + height)
        # Outside of the box only the springboard moves.
        assert inside.sum() > 0.1 * width * height
        middle = columns[inside].mean() + 0.5, rows[inside].mean() + 0.5
        np.testing.assert_allclose(middle, labels[frame].centre_of_mass, atol=2)


def test_a_session_has_dives_that_its_boards_allow(session):
    dataset = Dataset(session)
    dives = list(dataset.dives())

    assert len(dives) >= 1
    assert [dive.interval.start.frame for dive in dives] == sorted(dive.interval.start.frame for dive in dives)
    assert dataset.sources[0].frame_count == 240


def test_two_processes_make_the_same_as_one(session, tmp_path):
    make_data_set(SHORT_SESSION, tmp_path / "again", processes=2)

    assert content(tmp_path / "again") == content(session)


def test_what_was_stopped_goes_on_to_the_same_result(session, tmp_path):
    folder, cancel = tmp_path / "resumed", CancelToken()

    def stop_in_the_second_segment(fraction, what):
        if fraction > 0.9:
            cancel.cancel()

    with pytest.raises(Cancelled):
        make_data_set(SHORT_SESSION, folder, processes=1, progress=stop_in_the_second_segment, cancel=cancel)

    assert [path.name for path in folder.iterdir()] == ["unfinished"]
    drawn = []
    make_data_set(SHORT_SESSION, folder, processes=1, progress=lambda fraction, what: drawn.append(fraction))
    assert content(folder) == content(session)
    assert drawn[0] > 200 / 240  # the first segment was not drawn again


def test_another_seed_makes_another_video(one_dive, tmp_path):
    make_data_set(replace(HANDHELD_DIVE, seed=4), tmp_path / "other", processes=1)

    assert Dataset(tmp_path / "other").sources[0].fingerprint != one_dive.sources[0].fingerprint


def test_folders_that_hold_something_else_are_left_alone(one_dive, tmp_path):
    with pytest.raises(SimulationError, match="already holds a data set; choose a new folder"):
        make_data_set(HANDHELD_DIVE, one_dive.folder)

    (tmp_path / "thesis.txt").write_text("all my work")
    with pytest.raises(SimulationError, match="is not empty; choose a new one"):
        make_data_set(HANDHELD_DIVE, tmp_path)

    begun = tmp_path / "begun"
    unfinished.Unfinished(begun, HANDHELD_DIVE).begin()
    with pytest.raises(SimulationError, match="holds an unfinished simulation with other settings"):
        make_data_set(replace(HANDHELD_DIVE, seed=9), begun)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["begun", "thesis.txt"]


def test_a_worker_that_is_ended_from_outside_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(production, "_draw", end_this_process)

    with pytest.raises(WorkersError, match="ended from outside, perhaps for lack of memory; run the same command"):
        make_data_set(SHORT_SESSION, tmp_path / "data", processes=2)


def end_this_process(task, frame_done):
    import os

    os._exit(9)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (lambda: OneDive("626C", "springboard-3"), "Armstand dives start from a platform, and the 3 m springboard is"),
        (
            lambda: OneDive("5132B", "springboard-3"),
            "Twist dives with 1 or 1½ somersaults are in position D, and 5132B",
        ),
        (lambda: Session(10, size=(641, 360)), "The size 641x360 has an odd side"),
        (lambda: Session(10, size=(32, 18)), "The size 32x18 is not between 64x36 and 3840x2160"),
        (lambda: Session(10, fps=500), "500 frames a second is not between 10 and 120"),
        (lambda: Session(1, videos=10), "lasts at least 8 s, and 1 minutes divided by 10 are 6.0 s"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(script, sentence):
    with pytest.raises(SimulationError, match=sentence):
        script()


def test_mixed_cameras_take_turns():
    session = Session(60, seed=7, camera="mixed")

    assert session.video_count == 6
    assert sorted({session.camera_kind(number) for number in range(3)}) == ["drifting", "fixed", "handheld"]
    assert session.camera_kind(0) == session.camera_kind(3)
