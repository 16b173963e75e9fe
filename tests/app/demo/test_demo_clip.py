"""The demo clip is the same at every run, and its truth is where the diver is drawn."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from app.demo import clip
from inference.diving.codes import parse
from inference.progress import Cancelled, CancelToken


def test_two_runs_draw_the_same_pictures():
    first = list(itertools.islice(clip.frames(144), 3))
    clip.demo_recording.cache_clear()
    second = list(itertools.islice(clip.frames(144), 3))

    assert first[2].shape == (144, 256, 3)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_dives_are_of_different_groups_and_the_last_one_is_followed():
    dives = clip.truth(270)
    camera = clip.demo_recording(270).camera

    assert [parse(dive.code).group for dive in dives] == [2, 1, 5]
    moved = [np.ptp([camera.angles(frame)[1] for frame in frames_of(dive)]) for dive in dives]
    assert moved[2] > 10 * max(moved[:2])


def test_truth_names_last_board_contact_and_first_water_contact():
    dives = clip.truth(270, 50)

    for dive, take_off_s in zip(dives, clip.TAKE_OFFS_S.values(), strict=True):
        assert dive.interval.start.seconds <= take_off_s < dive.interval.start.seconds + 1 / 50
        assert 1.2 < dive.interval.duration_s < 1.8
        assert dive.points.shape == (dive.interval.frame_count, 2)


def test_diver_is_drawn_at_the_true_location():
    recording, dive = clip.demo_recording(270), clip.truth(270)[0]
    empty_place = replace(recording, acts=())
    for frame in (dive.interval.start.frame + 6, dive.interval.start.frame + 20, dive.interval.end.frame - 6):
        ((full, _),) = recording.pictures(frame, frame + 1)
        ((empty, _),) = empty_place.pictures(frame, frame + 1)
        x, y = dive.points[frame - dive.interval.start.frame]
        changed = np.abs(full.astype(int) - empty).max(axis=2) > 40
        changed[:, : int(x) - 30] = False  # the springboard, still ringing
        rows, columns = np.nonzero(changed[max(0, int(y) - 30) : int(y) + 30, int(x) - 30 : int(x) + 30])

        assert len(rows) > 40
        assert np.hypot(columns.mean() - 30, rows.mean() - min(30, int(y))) < 5


def test_written_clip_has_every_frame_and_is_the_same_again(tmp_path):
    paths = [tmp_path / "één.mp4", tmp_path / "two.mp4"]
    reported = []
    for path in paths:
        clip.write_demo_clip(
            path, height=144, fps=50, duration_s=0.4, progress=lambda fraction, what: reported.append(fraction)
        )

    with av.open(str(paths[0])) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 20
    assert frames[7].pts * frames[7].time_base == Fraction(7, 50)
    assert (frames[0].width, frames[0].height) == (256, 144)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert reported == pytest.approx([number / 20 for number in range(20)] * 2)


def test_cancelled_rendering_leaves_no_file(tmp_path):
    cancel = CancelToken()

    with pytest.raises(Cancelled):
        clip.write_demo_clip(
            tmp_path / "demo.mp4", height=144, progress=lambda fraction, what: cancel.cancel(), cancel=cancel
        )

    assert list(tmp_path.iterdir()) == []


def frames_of(dive):
    return range(dive.interval.start.frame, dive.interval.end.frame + 1)
