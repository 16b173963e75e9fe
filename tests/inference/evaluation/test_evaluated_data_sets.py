"""Videos of several data sets, analysed one after the other, together, and not again where a result is kept."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from evaluation_samples import FRAMES, fails, finds_the_first, make_data_set, says_pike

from inference.dataset.errors import DatasetError
from inference.evaluation.data_set import Method, evaluate_videos
from inference.evaluation.kept_results import KeptResults
from inference.progress import Cancelled, CancelToken


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return make_data_set(tmp_path_factory.mktemp("sets") / "one", 0, videos=2)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return make_data_set(tmp_path_factory.mktemp("sets") / "other", 1000)


def facts(videos):
    return [(video.name, video.dives.matching(0.5).matches, video.duration_s, video.classified_s) for video in videos]


def test_several_processes_find_what_one_does(one, other):
    told, told_of_all = [], []
    alone = evaluate_videos([one, other], Method(finds_the_first), progress=lambda share, what: told.append(share))
    together = evaluate_videos(
        [one, other],
        Method(finds_the_first),
        processes=2,
        progress=lambda share, what: told_of_all.append((share, what)),
    )

    assert [video.name for video in alone] == ["one/video-0.mp4", "one/video-1.mp4", "other/video-0.mp4"]
    assert facts(alone) == facts(together)
    assert [len(video.dives.matching(0.5).matches) for video in alone] == [1, 1, 1]
    assert told == pytest.approx([1 / 6, 3 / 6, 5 / 6])
    assert told_of_all[-1] == (1.0, "3 videos, 2 at a time")
    assert [video.name for video in evaluate_videos([one], Method(finds_the_first))] == ["video-0.mp4", "video-1.mp4"]


def test_found_and_true_dives_are_classified(one):
    video, _ = evaluate_videos([one], Method(finds_the_first, says_pike))

    assert video.dives.found[0].attribute_probabilities["position"]["B"] == 0.75
    assert [dive.attribute_probabilities["position"]["D"] for dive in video.dives.truth] == [0.25, 0.25]
    assert video.classified_s is not None


def test_kept_results_are_taken_and_not_found_again(one, tmp_path):
    kept, codes = (KeptResults(tmp_path / "results", ("1.0", what)) for what in ("dives", "codes"))
    before = evaluate_videos([one], Method(finds_the_first, says_pike, kept, codes))
    again = evaluate_videos([one], Method(fails, fails, kept, codes))

    assert facts(again) == facts(before)
    for video, same in zip(before, again, strict=True):
        assert (same.took_s, same.times_s.tolist()) == (video.took_s, video.times_s.tolist())
        (dive,), (read,) = video.dives.found, same.dives.found
        assert read.trajectory.path == dive.trajectory.path
        assert read.attribute_probabilities == dive.attribute_probabilities
        assert [dive.attribute_probabilities for dive in same.dives.truth] == [{"position": {"B": 0.75, "D": 0.25}}] * 2

    other_codes = KeptResults(tmp_path / "results", ("1.0", "other codes"))
    (video, _) = evaluate_videos([one], Method(fails, says_pike, kept, other_codes))
    assert (video.took_s, video.dives.found[0].attribute_probabilities["position"]["B"]) == (before[0].took_s, 0.75)
    without = evaluate_videos([one], Method(fails, None, kept))
    assert [video.classified_s for video in without] == [None, None]


def test_another_method_or_a_broken_file_is_found_anew(one, tmp_path):
    folder = tmp_path / "results"
    evaluate_videos([one], Method(finds_the_first, None, KeptResults(folder, ("1.0", "first"))))
    with pytest.raises(AssertionError, match="done again"):
        evaluate_videos([one], Method(fails, None, KeptResults(folder, ("1.0", "second"))))

    for content in ("{", json.dumps({"kind": "divereview evaluation 1", "found": [{"start": 3}]}), "[]"):
        for path in folder.iterdir():
            path.write_text(content)
        evaluate_videos([one], Method(finds_the_first, None, KeptResults(folder, ("1.0", "first"))))
        evaluate_videos([one], Method(fails, None, KeptResults(folder, ("1.0", "first"))))


def test_what_no_file_can_hold_is_measured_and_not_kept(one, tmp_path):
    def unsure(reader, progress, cancel):
        predictions = finds_the_first(reader, progress, cancel)
        return replace(predictions, dives=tuple(replace(dive, score=float("nan")) for dive in predictions.dives))

    videos = evaluate_videos([one], Method(unsure, None, KeptResults(tmp_path, ("1.0",))))
    assert [len(video.dives.matching(0.5).matches) for video in videos] == [1, 1]
    assert list(tmp_path.iterdir()) == []


def test_what_was_done_before_an_interruption_is_kept(one, tmp_path):
    kept, token = KeptResults(tmp_path, ("1.0",)), CancelToken()

    def cancelled_at_the_second(reader, progress, cancel):
        cancel.raise_if_cancelled()
        token.cancel()
        return finds_the_first(reader, progress, cancel)

    with pytest.raises(Cancelled):
        evaluate_videos([one], Method(cancelled_at_the_second, None, kept), cancel=token)
    assert len(list(tmp_path.iterdir())) == 1

    asked = []

    def counted(reader, progress, cancel):
        asked.append(reader.index.frame_count)
        return finds_the_first(reader, progress, cancel)

    assert len(evaluate_videos([one], Method(counted, None, kept))) == 2
    assert asked == [FRAMES]


def test_a_video_counts_once_and_there_must_be_one(one, tmp_path):
    twin = make_data_set(tmp_path / "twin", FRAMES)
    with pytest.raises(DatasetError, match=r"^The video video-0\.mp4 is in .*one and in .*twin; .* twice\.$"):
        evaluate_videos([one, twin], Method(finds_the_first))
    with pytest.raises(DatasetError, match=r"^.*one, .*twin has no video in training\.$"):
        evaluate_videos([one, twin], Method(finds_the_first), splits=["training"])
