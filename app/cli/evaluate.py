"""`divereview evaluate`: analyse a data set's videos from scratch and measure the result against its truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.approach import METHODS, Approach, choose_approach
from app.cli.console import say, shown_progress, write_data, write_json, write_table
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import JsonOption
from inference.dataset.splits import SPLITS

if TYPE_CHECKING:
    from inference.evaluation.data_set import Analyse
    from inference.evaluation.detection import BoardScores, BoundaryErrors, DetectionScores
    from inference.evaluation.report import EvaluationReport
    from inference.evaluation.tracking import TrackingScores

NEAR_PX = 6
"""Mean distance from the true path that the table gives the share of dives for."""


def _check_method(text: str) -> str:
    if text not in METHODS:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(METHODS)}.")
    return text


def _check_splits(names: list[str] | None) -> list[str] | None:
    for name in names or []:
        if name not in SPLITS:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(SPLITS)}.")
    return names


def evaluate(
    data: Annotated[
        Path, typer.Option("--data", "-d", metavar="DIR", readable=False, help="A divereview-dataset with its videos.")
    ],
    method: Annotated[
        str, typer.Option(metavar="|".join(METHODS), callback=_check_method, help="How dives are found.")
    ] = "auto",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Find dives with these weights of `train detector`."),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(metavar="|".join(SPLITS), callback=_check_splits, help="Only videos of this split; repeatable."),
    ] = None,
    plots: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Also draw the figures as PNG and SVG into DIR; needs matplotlib."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    r"""Analyse a data set's videos from scratch and measure the result against its truth.

    Recall is the share of true dives that were found, precision the share of found dives that are true ones. A found
    dive is a true one if their frames overlap enough: temporal IoU 0.5, and 0.75. Dives that overlap each other are
    left out, and with them what was found in their place; the last lines of the table count them too. Distances are
    between true and predicted path, mean over the frames of a dive, in pixels of a picture of 320x180.

    \b
    Examples:
      divereview simulate --session --minutes 20 --seed 20 --camera fixed --out session
      divereview evaluate --data session
      divereview evaluate --data exported --split testing --json
      divereview evaluate --data session --plots figures
      divereview evaluate --data session --weights detector/detector.safetensors
    """
    from inference.dataset.read import Dataset
    from inference.evaluation.data_set import evaluate_videos
    from inference.evaluation.report import make_report

    if weights is not None and method == "motion":
        raise typer.BadParameter("--method motion uses no weights; leave out one of the two.")
    if plots is not None:
        from inference.evaluation.plots import check_plotting

        check_plotting()
    approach = choose_approach(method, weights)
    analyse = _analyse(approach)
    with cancelled_by_interrupt() as cancel, shown_progress("Evaluating") as progress:
        videos = evaluate_videos(Dataset(data), analyse, splits=split or (), progress=progress, cancel=cancel)
    report = make_report(approach.method, videos)
    if plots is not None:
        from inference.evaluation.plots import write_plots

        say(f"Drew {', '.join(path.name for path in write_plots(report, plots))} in {plots}.")
    if as_json:
        write_json(report.to_dict())
        return
    _print(report)


def _analyse(approach: Approach) -> Analyse:
    from inference.evaluation.methods import ByBoth, ByMotion, ByNetwork

    if approach.weights is None:
        return ByMotion()
    network = ByNetwork(approach.weights)
    network.check()
    return ByBoth(network) if approach.method == "both" else network


def _print(report: EvaluationReport) -> None:
    write_table(("", *(f"IoU {scores.min_iou:g}" for scores in report.detection)), _rows(report))
    write_data("Errors: median and 90th percentile of their size, and the share within 60 ms.")
    tracking = report.tracking
    if tracking.with_path:
        write_data(
            f"Paths: {tracking.with_path} of {tracking.dives}, median distance {tracking.median_px:.1f} px, 90th "
            f"percentile {tracking.p90_px:.1f} px; {_percent(tracking.share_within(NEAR_PX))} within {NEAR_PX} px."
        )
    write_data("")
    cameras = [
        (kind, str(figures.videos), *_precise(figures.detection[0]), *_where(figures.detection[0], figures.tracking))
        for kind, figures in report.by_camera.items()
    ]
    write_table(("camera", "videos", "dives", "recall", "precision", *_WHERE), cameras)
    write_data("")
    boards = [
        (
            board,
            str(figures.detection[0].true_dives),
            _percent(figures.detection[0].recall),
            *_where(figures.detection[0], figures.tracking),
        )
        for board, figures in report.by_board.items()
    ]
    write_table(("board", "dives", "recall", *_WHERE), boards)
    seconds = sum(video.duration_s for video in report.videos)
    took_s = sum(video.took_s for video in report.videos)
    say(f"Analysed {seconds / 60:.1f} minutes in {took_s / 60:.1f} ({seconds / max(took_s, 1e-9):.1f} x real time).")


def _rows(report: EvaluationReport) -> list[tuple[str, ...]]:
    """What stands in the first table."""
    counted, every = report.detection, report.with_overlapping
    return [
        ("true dives", *(str(scores.true_dives) for scores in counted)),
        ("found dives", *(str(scores.found_dives) for scores in counted)),
        ("matched", *(str(scores.matched) for scores in counted)),
        ("recall", *(_percent(scores.recall) for scores in counted)),
        ("precision", *(_percent(scores.precision) for scores in counted)),
        ("mean IoU of matches", *(_number(scores.mean_iou) for scores in counted)),
        ("start error", *(_errors(scores.start) for scores in counted)),
        ("end error", *(_errors(scores.end) for scores in counted)),
        ("true dives, overlapping too", *(str(scores.true_dives) for scores in every)),
        ("recall, overlapping too", *(_percent(scores.recall) for scores in every)),
        ("precision, overlapping too", *(_percent(scores.precision) for scores in every)),
    ]


_WHERE = ("start within 60 ms", "end within 60 ms", f"path within {NEAR_PX} px")


def _where(scores: DetectionScores | BoardScores, tracking: TrackingScores) -> tuple[str, ...]:
    """The columns of `_WHERE`."""
    shares = scores.start.within_60_ms, scores.end.within_60_ms, tracking.share_within(NEAR_PX)
    return tuple(_percent(share) for share in shares)


def _precise(scores: DetectionScores) -> tuple[str, ...]:
    return str(scores.true_dives), _percent(scores.recall), _percent(scores.precision)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _errors(errors: BoundaryErrors) -> str:
    if errors.median_ms is None:
        return "-"
    return f"{errors.median_ms:.0f} ms, {errors.p90_ms:.0f} ms, {_percent(errors.within_60_ms)}"
