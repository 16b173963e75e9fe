"""The demo clip is the same at every run, and its truth is where the figure is drawn."""

from __future__ import annotations

import hashlib
import itertools
from fractions import Fraction

import av
import numpy as np
import pytest

from app.demo import clip
from inference.progress import Cancelled, CancelToken


def test_two_runs_draw_the_same_pictures():
    first, second = (list(itertools.islice(clip.frames(144), 3)) for _ in range(2))

    assert first[2].shape == (144, 256, 3)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_truth_names_last_board_contact_and_first_water_contact():
    dives = clip.truth(720)

    assert [dive.code for dive in dives] == ["103B", "203C", "105C"]
    for dive in dives:
        drawn = clip.DIVES[dive.code]
        assert dive.interval.start.seconds <= drawn.take_off_s < dive.interval.start.seconds + 1 / clip.FPS
        assert dive.interval.end.seconds - 1 / clip.FPS < drawn.entry_s <= dive.interval.end.seconds
        assert dive.points.shape == (dive.interval.frame_count, 2)


def test_diver_is_drawn_at_the_true_location():
    dive = clip.truth(360)[0]
    pictures = dict(enumerate(itertools.islice(clip.frames(360), dive.interval.end.frame)))
    empty = pictures[0].astype(int)

    for frame in range(dive.interval.start.frame + 5, dive.interval.end.frame - 5, 10):
        changed = np.abs(pictures[frame].astype(int) - empty).max(axis=2)
        x, y = dive.points[frame - dive.interval.start.frame]
        box = changed[max(0, int(y) - 40) : int(y) + 40, int(x) - 40 : int(x) + 40] > 60
        rows, columns = np.nonzero(box)
        assert np.hypot(columns.mean() - 40, rows.mean() - min(40, int(y))) < 10


def test_written_clip_has_every_frame_and_is_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr(clip, "DURATION_S", 0.4)
    paths = [tmp_path / "één.mp4", tmp_path / "two.mp4"]
    reported = []
    for path in paths:
        clip.write_demo_clip(path, height=144, progress=lambda fraction, what: reported.append(fraction))

    with av.open(str(paths[0])) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 20
    assert frames[7].pts * frames[7].time_base == Fraction(7, 50)
    assert (frames[0].width, frames[0].height) == (256, 144)
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    assert len(digests) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    assert reported == pytest.approx([number / 20 for number in range(20)] * 2)


def test_cancelled_rendering_leaves_no_file(tmp_path):
    cancel = CancelToken()

    with pytest.raises(Cancelled):
        clip.write_demo_clip(
            tmp_path / "demo.mp4", height=144, progress=lambda fraction, what: cancel.cancel(), cancel=cancel
        )

    assert list(tmp_path.iterdir()) == []
