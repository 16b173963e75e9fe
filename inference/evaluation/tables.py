"""The figures of an evaluation as tables in words, for the console and for Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inference.diving.calibration import ReliabilityBin
from inference.diving.code_decoding import ATTRIBUTES
from inference.evaluation.classification import WHOLE_CODE, ClassificationScores, CodeShares
from inference.evaluation.code_figures import CodeFigures
from inference.evaluation.detection import BoardScores, BoundaryErrors, DetectionScores
from inference.evaluation.report import EvaluationReport
from inference.evaluation.tracking import TrackingScores

NEAR_PX = 6
"""Mean distance from the true path that tables give the share of dives for."""

SHOWN_PX = (1, 2, 3, 4, 6, 8, 12, 20)
"""Distances that the table of figure 5.10 shows."""

ATTRIBUTE_WORDS = {name: name.replace("_", " ") for name in ATTRIBUTES}

_WHERE = ("start within 60 ms", "end within 60 ms", f"path within {NEAR_PX} px")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what it shows above it, and a note below where one is needed."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def report_tables(report: EvaluationReport) -> list[Table]:
    """All tables that the report has numbers for."""
    tables = [_found(report)]
    if report.tracking.dives:
        tables.append(paths_table({"dives": report.tracking}))
    if report.codes is not None:
        tables += [_codes(report.codes), _sureness(report.codes.predicted_crops)]
    return [*tables, _by_camera(report), _by_board(report)]


def paths_table(by_name: Mapping[str, TrackingScores]) -> Table:
    """Figure 5.10 for one or several ways of locating, by name."""
    rows = tuple(
        (
            name,
            str(scores.dives),
            str(scores.with_path),
            pixels(scores.median_px),
            pixels(scores.p90_px),
            *(percent(scores.share_within(px)) for px in SHOWN_PX),
        )
        for name, scores in by_name.items()
    )
    return Table(
        "Paths: share of dives whose mean distance is below so many px (figure 5.10)",
        ("", "dives", "with path", "median px", "90th percentile px", *(f"{px} px" for px in SHOWN_PX)),
        rows,
        "Distances are in px of a picture of 320x180.",
    )


def speed_sentence(report: EvaluationReport) -> str:
    """How quick the analysis was."""
    seconds = sum(video.duration_s for video in report.videos)
    finding_s = sum(video.took_s for video in report.videos)
    classified = [video.classified_s for video in report.videos if video.classified_s is not None]
    took_s = finding_s + sum(classified)
    what, times = ", codes included" if classified else "", seconds / max(took_s, 1e-9)
    return f"Analysed {seconds / 60:.1f} minutes in {took_s / 60:.1f}{what} ({times:.1f} x real time)."


def markdown(tables: Sequence[Table]) -> list[str]:
    """Lines of Markdown: each table under its title, with its note."""
    lines = []
    for table in tables:
        lines += [f"## {table.title}", ""]
        rows = [table.header, ("---",) * len(table.header), *table.rows]
        lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
        lines += ["", *([table.note, ""] if table.note else [])]
    return lines


def percent(share: float | None) -> str:
    """A share in percent; a dash for none."""
    return "-" if share is None else f"{share:.1%}"


def pixels(distance: float | None) -> str:
    """A distance in px; a dash for none."""
    return "-" if distance is None else f"{distance:.1f}"


def _found(report: EvaluationReport) -> Table:
    counted, every = report.detection, report.with_overlapping
    rows = (
        ("true dives", *(str(scores.true_dives) for scores in counted)),
        ("found dives", *(str(scores.found_dives) for scores in counted)),
        ("matched", *(str(scores.matched) for scores in counted)),
        ("recall", *(percent(scores.recall) for scores in counted)),
        ("precision", *(percent(scores.precision) for scores in counted)),
        ("mean IoU of matches", *(_number(scores.mean_iou) for scores in counted)),
        ("start error", *(_errors(scores.start) for scores in counted)),
        ("end error", *(_errors(scores.end) for scores in counted)),
        ("start too late by", *(_bias(scores.start) for scores in counted)),
        ("end too late by", *(_bias(scores.end) for scores in counted)),
        ("true dives, overlapping too", *(str(scores.true_dives) for scores in every)),
        ("recall, overlapping too", *(percent(scores.recall) for scores in every)),
        ("precision, overlapping too", *(percent(scores.precision) for scores in every)),
    )
    return Table(
        "Dives found (figure 5.8)",
        ("", *(f"IoU {scores.min_iou:g}" for scores in counted)),
        rows,
        "Errors: median and 90th percentile of their size, and the share within 60 ms; too late by: their median.",
    )


def _codes(codes: CodeFigures) -> Table:
    columns = codes.true_crops, codes.predicted_crops, codes.board_unknown
    rows = [
        (
            ATTRIBUTE_WORDS[name],
            percent(codes.true_crops.baseline.get(name)),
            percent(codes.true_crops.heads.get(name)),
            percent(codes.predicted_crops.heads.get(name)),
            *(percent(scores.attributes.get(name)) for scores in columns),
        )
        for name in ATTRIBUTES
    ]
    rows += [
        ("whole code", "", "", "", *(percent(scores.whole_code) for scores in columns)),
        ("among the five likeliest", "", "", "", *(percent(scores.among_five) for scores in columns)),
        ("calibration error", "", "", "", *(percent(scores.calibration_error) for scores in columns)),
        ("dives", *(str(scores.dives) for scores in (codes.true_crops, *columns[:2], *columns))),
    ]
    return Table(
        "Dive codes (figure 5.12 and table 5.3)",
        (
            "",
            "baseline",
            "head alone, true crops",
            "head alone, predicted crops",
            "true crops",
            "predicted crops",
            "predicted crops, board unknown",
        ),
        tuple(rows),
        f"The code that the rules make of the heads is right for {percent(codes.found_and_right)} of all {codes.dives} "
        "dives, missed ones too, with predicted crops and the board known.",
    )


def _sureness(scores: ClassificationScores) -> Table:
    return Table(
        "How sure of whole codes, and how often right (predicted crops)",
        ("dives", "mean probability", "right"),
        tuple(_bin(one) for one in scores.confidence.get(WHOLE_CODE, ())),
    )


def _bin(one: ReliabilityBin) -> tuple[str, ...]:
    return str(one.count), percent(one.confidence), percent(one.accuracy)


def _by_camera(report: EvaluationReport) -> Table:
    shares = {} if report.codes is None else report.codes.predicted_crops.by_camera
    rows = tuple(
        (
            kind,
            str(figures.videos),
            str(figures.detection[0].true_dives),
            percent(figures.detection[0].recall),
            percent(figures.detection[0].precision),
            *_where(figures.detection[0], figures.tracking),
            *_what(report, shares.get(kind)),
        )
        for kind, figures in report.by_camera.items()
    )
    return Table(
        "By camera", ("camera", "videos", "dives", "recall", "precision", *_WHERE, *_what_header(report)), rows
    )


def _by_board(report: EvaluationReport) -> Table:
    shares = {} if report.codes is None else report.codes.predicted_crops.by_board
    rows = tuple(
        (
            board,
            str(figures.detection[0].true_dives),
            percent(figures.detection[0].recall),
            *_where(figures.detection[0], figures.tracking),
            *_what(report, shares.get(board)),
        )
        for board, figures in report.by_board.items()
    )
    return Table("By board", ("board", "dives", "recall", *_WHERE, *_what_header(report)), rows)


def _where(scores: DetectionScores | BoardScores, tracking: TrackingScores) -> tuple[str, ...]:
    """The columns of `_WHERE`."""
    shares = scores.start.within_60_ms, scores.end.within_60_ms, tracking.share_within(NEAR_PX)
    return tuple(percent(share) for share in shares)


def _what_header(report: EvaluationReport) -> tuple[str, ...]:
    return () if report.codes is None else (*ATTRIBUTE_WORDS.values(), "whole code")


def _what(report: EvaluationReport, shares: CodeShares | None) -> tuple[str, ...]:
    """The columns of `_what_header`, with predicted crops."""
    if report.codes is None:
        return ()
    values = [None if shares is None else shares.attributes[name] for name in ATTRIBUTES]
    return tuple(percent(value) for value in (*values, None if shares is None else shares.whole_code))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _errors(errors: BoundaryErrors) -> str:
    if errors.median_ms is None:
        return "-"
    return f"{errors.median_ms:.0f} ms, {errors.p90_ms:.0f} ms, {percent(errors.within_60_ms)}"


def _bias(errors: BoundaryErrors) -> str:
    return "-" if errors.bias_ms is None else f"{errors.bias_ms:.0f} ms"
