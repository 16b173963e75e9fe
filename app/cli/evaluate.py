"""`divereview evaluate`: analyse a data set's videos from scratch and measure the result against its truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.analysis import METHODS, choose_method
from app.cli.console import say, shown_progress, write_data, write_json, write_table
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import JsonOption
from inference.dataset.splits import SPLITS

if TYPE_CHECKING:
    from inference.evaluation.data_set import Analyse, EvaluatedVideo
    from inference.evaluation.detection import BoundaryErrors, DetectionScores

LEAST_OVERLAPS = (0.5, 0.75)
"""Temporal IoUs from which on a found dive counts as the true one (thesis figure 5.8, and stricter)."""


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
    as_json: JsonOption = False,
) -> None:
    r"""Analyse a data set's videos from scratch and measure the result against its truth.

    Recall is the share of true dives that were found, precision the share of found dives that are true ones. A found
    dive is a true one if their frames overlap enough: temporal IoU 0.5, and 0.75.

    \b
    Examples:
      divereview simulate --session --minutes 20 --seed 20 --camera fixed --out session
      divereview evaluate --data session
      divereview evaluate --data exported --split testing --json
      divereview evaluate --data session --weights detector/detector.safetensors
    """
    from inference.dataset.read import Dataset
    from inference.evaluation.data_set import evaluate_videos
    from inference.evaluation.detection import score_detections

    if weights is not None and method == "motion":
        raise typer.BadParameter("--method motion uses no weights; leave out one of the two.")
    used = "network" if weights is not None else choose_method(method)
    analyse = _network(weights) if weights is not None else _motion()
    with cancelled_by_interrupt() as cancel, shown_progress("Evaluating") as progress:
        videos = evaluate_videos(
            Dataset(data),
            analyse,
            splits=split or (),
            progress=progress,
            cancel=cancel,
        )
    scores = [score_detections([video.dives for video in videos], least) for least in LEAST_OVERLAPS]
    if as_json:
        write_json(_facts(used, videos, scores))
        return
    _print_table(videos, scores)


def _motion() -> Analyse:
    from inference.diving.finder import FinderSettings, find_dives

    settings = FinderSettings()
    return lambda reader, progress, cancel: find_dives(reader, settings, progress=progress, cancel=cancel)


def _network(weights: Path) -> Analyse:
    from inference.diving.network_finder import LoadedDetector, find_dives_by_network
    from inference.models.detector_weights import load_detector, weights_hash

    detector = LoadedDetector(load_detector(weights), weights_hash(weights))
    return lambda reader, progress, cancel: find_dives_by_network(reader, detector, progress=progress, cancel=cancel)


def _facts(method: str, videos: Sequence[EvaluatedVideo], scores: Sequence[DetectionScores]) -> dict[str, Any]:
    return {
        "method": method,
        "detection": [
            asdict(score)
            | {
                "recall_by_board": {
                    board: {"found": found, "true": true} for board, (found, true) in score.recall_by_board.items()
                }
            }
            for score in scores
        ],
        "videos": [_video_facts(video) for video in videos],
    }


def _video_facts(video: EvaluatedVideo) -> dict[str, Any]:
    matching = video.dives.matching(LEAST_OVERLAPS[0])
    truth, found = video.dives.truth, video.dives.found
    return {
        "video": video.name,
        "duration_s": video.duration_s,
        "took_s": video.took_s,
        "missed": [
            {
                "start_frame": truth[place].interval.start.frame,
                "end_frame": truth[place].interval.end.frame,
                "board": truth[place].board,
            }
            for place in matching.missed
        ],
        "spurious": [
            {"start_frame": found[place].start.frame, "end_frame": found[place].end.frame}
            for place in matching.spurious
        ],
    }


def _print_table(videos: Sequence[EvaluatedVideo], scores: Sequence[DetectionScores]) -> None:
    header = ("", *(f"IoU {score.min_iou:g}" for score in scores))
    rows = [
        ("true dives", *(str(score.true_dives) for score in scores)),
        ("found dives", *(str(score.found_dives) for score in scores)),
        ("matched", *(str(score.matched) for score in scores)),
        ("recall", *(_percent(score.recall) for score in scores)),
        ("precision", *(_percent(score.precision) for score in scores)),
        ("mean IoU of matches", *(_number(score.mean_iou) for score in scores)),
        ("start error", *(_errors(score.start) for score in scores)),
        ("end error", *(_errors(score.end) for score in scores)),
    ]
    boards = sorted({board for score in scores for board in score.recall_by_board})
    for board in boards:
        counts = [score.recall_by_board[board] for score in scores]
        rows.append((f"recall from {board}", *(f"{found} of {true}" for found, true in counts)))
    write_table(header, rows)
    write_data("Errors: median and 90th percentile of their size, and the share within 60 ms.")
    seconds, took = sum(video.duration_s for video in videos), sum(video.took_s for video in videos)
    say(f"Analysed {seconds / 60:.1f} minutes in {took / 60:.1f} ({seconds / max(took, 1e-9):.1f} x real time).")


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _errors(errors: BoundaryErrors) -> str:
    if errors.median_ms is None:
        return "-"
    return f"{errors.median_ms:.0f} ms, {errors.p90_ms:.0f} ms, {_percent(errors.within_60_ms)}"
