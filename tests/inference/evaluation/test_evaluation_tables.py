"""The figures of an evaluation in words: every table, and the same as Markdown."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from evaluation_samples import PATH, interval

from inference.diving.code_decoding import attribute_values
from inference.diving.codes import parse
from inference.evaluation.classifier_tables import classifier_tables
from inference.evaluation.detection import TrueDive, VideoDetections
from inference.evaluation.evaluated_video import EvaluatedVideo
from inference.evaluation.plots import attribute_figure, sureness_figure
from inference.evaluation.report import make_report
from inference.evaluation.tables import Table, markdown, report_tables, speed_sentence
from inference.results import DetectedDive


def heads(code):
    return {name: {value: 1.0} for name, value in attribute_values(parse(code)).items()}


FOUND = VideoDetections(
    (
        TrueDive(interval(0, 29), "springboard-3", "103B", PATH, "one", heads("103B")),
        TrueDive(interval(100, 129), "springboard-3", "105B", PATH, "two", heads("105C")),
    ),
    (
        DetectedDive(interval(1, 29), 0.9, PATH, attribute_probabilities=heads("103B")),
        DetectedDive(interval(300, 329), 0.9),
    ),
)
VIDEO = EvaluatedVideo("video.mp4", (320, 180), "fixed", FOUND, np.arange(600) / 25, 60.0, 10.0, 2.0)
REPORT = make_report("network", [VIDEO])


def cells(table, row):
    return dict(zip(table.header, next(each for each in table.rows if each[0] == row), strict=True))


def test_every_figure_has_its_table():
    found, paths, codes, sureness, cameras, boards = report_tables(REPORT)

    assert cells(found, "recall") == {"": "recall", "IoU 0.5": "50.0%", "IoU 0.75": "50.0%"}
    assert cells(found, "start error")["IoU 0.5"] == "40 ms, 40 ms, 100.0%"
    assert cells(found, "end too late by")["IoU 0.75"] == "0 ms"
    assert cells(paths, "dives")["1 px"] == "100.0%"
    assert cells(codes, "position") == {
        "": "position",
        "baseline": "100.0%",
        "head alone, true crops": "50.0%",
        "head alone, predicted crops": "100.0%",
        "true crops": "50.0%",
        "predicted crops": "100.0%",
        "predicted crops, board unknown": "100.0%",
    }
    assert cells(codes, "whole code")["true crops"] == "50.0%"
    assert [len(row) for row in codes.rows] == [len(codes.header)] * len(codes.rows)
    assert codes.rows[-1] == ("dives", "2", "2", "1", "2", "1", "1")
    assert "right for 50.0% of all 2 dives, missed ones too" in codes.note
    assert sureness.rows == (("1", "100.0%", "100.0%"),)
    assert cells(cameras, "fixed")["precision"] == "50.0%"
    assert cells(boards, "springboard-3")["whole code"] == "100.0%"


def test_without_a_classifier_tables_say_nothing_of_codes():
    report = make_report("motion", [replace(VIDEO, classified_s=None)])

    assert [table.title.split(" ")[0] for table in report_tables(report)] == ["Dives", "Paths:", "By", "By"]
    assert "whole code" not in report_tables(report)[-1].header
    assert report.to_dict()["codes"] is None


def test_codes_are_drawn_as_they_were_counted():
    (axes,) = attribute_figure(REPORT.codes).axes
    widths = {bars.get_label(): [bar.get_width() for bar in bars] for bars in axes.containers}
    assert widths["true crops"] == [100, 100, 100, 50, 100, 50]
    assert widths["predicted crops"] == [100] * 6
    assert widths["baseline"][:5] == [100, 50, 100, 100, 100]
    assert [label.get_text() for label in axes.get_yticklabels()][-1] == "whole code"

    diagonal, *curves = sureness_figure(REPORT.codes.true_crops).axes[0].lines
    assert list(diagonal.get_xdata()) == [0, 100]
    points = {curve.get_label(): curve.get_xydata().round(3).tolist() for curve in curves}
    assert points["position"] == points["whole code"] == [[100, 50]]
    assert points["armstand"] == [[100, 100]]


def test_several_classifiers_stand_below_each_other():
    worse = make_report("network", [replace(VIDEO, all_dives=VideoDetections(FOUND.truth, _found("105C")))])
    heads_true, heads_predicted, rules_true, rules, unknown, cameras, boards = classifier_tables(
        {"good": REPORT.codes, "bad": worse.codes}
    )

    assert [row[:5] for row in heads_predicted.rows] == [
        ("baseline", "1", "100.0%", "100.0%", "100.0%"),
        ("good", "1", "100.0%", "100.0%", "100.0%"),
        ("bad", "1", "100.0%", "0.0%", "100.0%"),
    ]
    assert [row[:2] for row in heads_true.rows] == [("baseline", "2"), ("good", "2"), ("bad", "2")]
    assert [row[-3:] for row in rules.rows] == [("100.0%", "100.0%", "0.0%"), ("0.0%", "0.0%", "100.0%")]
    assert rules_true.rows[0][-3:] == ("50.0%", "50.0%", "50.0%")
    assert unknown.rows == rules.rows
    assert (cameras.header, boards.header) == (("", "fixed (1)"), ("", "springboard-3 (1)"))
    assert cameras.rows == boards.rows == (("good", "100.0%"), ("bad", "0.0%"))


def _found(code):
    return (DetectedDive(interval(1, 29), 0.9, PATH, attribute_probabilities=heads(code)),)


def test_codes_stand_in_the_json_too():
    codes = json.loads(json.dumps(REPORT.to_dict(), allow_nan=False))["codes"]

    assert (codes["dives"], codes["found_and_right"]) == (2, 0.5)
    assert codes["true_crops"]["attributes"]["position"] == 0.5
    assert codes["predicted_crops"]["by_board"]["springboard-3"]["whole_code"] == 1.0
    assert codes["predicted_crops_board_unknown"]["calibration_error"] == pytest.approx(0, abs=1e-6)
    assert codes["true_crops"]["confidence"]["whole_code"][0]["count"] == 2


def test_the_speed_counts_finding_and_classifying():
    assert speed_sentence(REPORT) == "Analysed 1.0 minutes in 0.2, codes included (5.0 x real time)."


def test_markdown_has_as_many_cells_in_every_line_of_a_table():
    lines = markdown([Table("Two", ("", "b|c"), (("x", "1"), ("y", "2")), "Note."), *report_tables(REPORT)])

    assert lines[:9] == ["## Two", "", "|  | b/c |", "| --- | --- |", "| x | 1 |", "| y | 2 |", "", "Note.", ""]
    tables = re.split(r"^##.*$", "\n".join(lines), flags=re.MULTILINE)[1:]
    for table in tables:
        assert len({line.count("|") for line in table.splitlines() if line.startswith("|")}) == 1
