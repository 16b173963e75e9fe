"""What the window says: errors in a sentence, values with their uncertainty, where a value comes from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.document.errors import DocumentError
from app.document.records import Dive, PredictedDive, Provenance, ReviewStatus
from app.window.dive_values import DiveViews, field_origin, metric_lines, with_uncertainty
from app.window.error_words import explain
from app.window.inspector_panel import with_known_uncertainty
from inference.diving.flight_metrics import FlightMetrics, Measure
from inference.results import BallisticPath, Candidate, FrameTime, Trajectory
from inference.video.errors import VideoError

NOW = datetime(2026, 3, 2, 10, 14, tzinfo=UTC)
MODEL = Provenance("model", "motion", "1", None, NOW)
PERSON = Provenance("person", "Ana", None, None, NOW)


def dive(number, *, code=None, human=frozenset(), predicted=None):
    return Dive(
        id=f"dive-{number}",
        video_id="video",
        start=FrameTime(10 * number, 0.4 * number),
        end=FrameTime(10 * number + 5, 0.4 * number + 0.2),
        board=None,
        code=code,
        code_probability=None,
        score=0.5,
        status=ReviewStatus.UNREVIEWED,
        source="model",
        note="",
        has_path=False,
        human_fields=human,
        predicted=predicted,
        provenance={"start": MODEL, "code": PERSON},
    )


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (1.2345, 0.034, "1.23 ± 0.03 m"),
        (1.2345, 0.0042, "1.234 ± 0.004 m"),
        (12.345, 0.6, "12.3 ± 0.6 m"),
        (12.345, 2.0, "12 ± 2 m"),
        (1.2345, None, "1.23 m"),
    ],
)
def test_value_has_the_decimals_that_its_uncertainty_bears(value, uncertainty, text):
    assert with_uncertainty(Measure(value, uncertainty), "m") == text


def test_metrics_without_a_path_are_the_flight_time_alone():
    assert metric_lines(FlightMetrics(1.44)) == (("Flight time", "1.44 s"),)
    assert metric_lines(FlightMetrics()) == ()


def test_scale_is_told_in_millimetres():
    metrics = FlightMetrics(1.0, metres_per_pixel=Measure(0.0052, 0.0001))
    assert metric_lines(metrics)[-1] == ("Scale", "5.2 ± 0.1 mm/px")


def test_origin_names_the_person_or_the_model():
    predicted = PredictedDive("run", FrameTime(0, 0), FrameTime(5, 0.2), None, None, None, 0.5, False, MODEL)
    corrected = dive(1, code="101B", human=frozenset({"code"}), predicted=predicted)
    start, code = field_origin(corrected, "start", MODEL), field_origin(corrected, "code", PERSON)
    assert (start.text, start.is_human, start.can_revert) == ("motion 1", False, False)
    assert code.text.startswith("by Ana, 2 Mar 2026")
    assert code.can_revert
    alone = dive(1, code="101B", human=frozenset({"code"}))
    assert not field_origin(alone, "code", PERSON).can_revert


def test_only_changed_dives_are_made_anew():
    views, first, second = DiveViews(), dive(1), dive(2)
    before = views.rows((first, second))
    changed = dive(2, code="101B")
    after = views.rows((first, changed))
    assert after[0] is before[0]
    assert after[1].code == "101B"
    assert [bar.label for bar in views.bars((first, changed))] == ["1", "101B"]
    assert [row.number for row in views.rows((changed,))] == [1]


def test_uncertainty_is_known_for_a_fitted_path_and_not_for_a_dragged_one():
    path = BallisticPath(0.0, 0.0, 10.0, 50.0, -40.0, 100.0)
    offsets = (0.5, -0.5, -0.5, 0.5, 0.5, -0.5)
    points = [(0.2 * step, *path.at(0.2 * step)) for step in range(6)]
    candidates = tuple(
        Candidate(round(25 * seconds), float(seconds), float(x), float(y) + offset)
        for (seconds, x, y), offset in zip(points, offsets, strict=True)
    )
    from inference.diving.trajectory import refit

    fitted = refit(Trajectory(path, candidates), {})
    stored = Trajectory(fitted.path, candidates)
    known = with_known_uncertainty(stored)
    assert known.scale_uncertainty == pytest.approx(fitted.scale_uncertainty)
    assert known.scale_uncertainty > 0
    dragged = stored.with_path(BallisticPath(0.0, 0.0, 10.0, 45.0, -40.0, 100.0))
    assert with_known_uncertainty(dragged).scale_uncertainty is None
    assert with_known_uncertainty(None) is None


def test_sentences_of_our_own_errors_stand_alone():
    assert explain(DocumentError("The review is gone.")) == ("The review is gone.", "")
    error = VideoError("dive.mp4 is empty; copy it again.")
    error.__cause__ = OSError("end of file")
    sentence, details = explain(error)
    assert sentence == "dive.mp4 is empty; copy it again."
    assert "end of file" in details


def test_foreign_errors_get_a_sentence_and_details():
    sentence, details = explain(PermissionError(13, "Permission denied", "/pool/dive.divereview"))
    assert sentence == "A file could not be used at /pool/dive.divereview: permission denied."
    sentence, details = explain(KeyError("x"), "Analysing dive.mp4")
    assert sentence.startswith("Something unexpected went wrong while analysing dive.mp4; nothing stored is lost")
    assert "KeyError: 'x'" in details
    assert explain(MemoryError())[0].startswith("There is not enough memory")
