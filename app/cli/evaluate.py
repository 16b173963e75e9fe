"""`divereview evaluate`: analyse data sets' videos from scratch and measure the result against their truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.approach import choose_approach
from app.cli.console import say, shown_progress, write_json
from app.cli.evaluated_method import MeasuredMethod, measured_method
from app.cli.evaluation_options import (
    DataOption,
    KeepOption,
    MarkdownOption,
    MethodOption,
    PlotsOption,
    ProcessesOption,
    SplitOption,
)
from app.cli.evaluation_output import print_tables, write_page
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import JsonOption
from app.cli.training_run import about
from inference.dataset.splits import SPLITS
from inference.models.shipped_weights import shipped_weights

if TYPE_CHECKING:
    from inference.dataset.read import Dataset
    from inference.evaluation.report import EvaluationReport


def evaluate(
    data: DataOption,
    method: MethodOption = "auto",
    weights: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Find dives with these weights of `train detector`."),
    ] = None,
    classifier: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Tell codes with these weights of `train classifier`."),
    ] = None,
    split: SplitOption = None,
    processes: ProcessesOption = 1,
    keep: KeepOption = None,
    plots: PlotsOption = None,
    markdown: MarkdownOption = None,
    as_json: JsonOption = False,
) -> None:
    r"""Analyse data sets' videos from scratch and measure the result against their truth.

    Recall is the share of true dives that were found, precision the share of found dives that are true ones. A found
    dive is a true one if their frames overlap enough: temporal IoU 0.5, and 0.75. Dives that overlap each other are
    left out, and with them what was found in their place; the last lines of the table count them too. Distances are
    between true and predicted path, mean over the frames of a dive, in pixels of a picture of 320x180. Codes are told
    from crops along the true paths, and from crops along the predicted ones.

    \b
    Examples:
      divereview simulate --session --minutes 20 --seed 20 --camera fixed --out session
      divereview evaluate --data session
      divereview evaluate --data exported --split testing --json
      divereview evaluate --data session --data other --processes 2 --keep results --plots figures --markdown page.md
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
    datasets = [Dataset(folder) for folder in data]
    classifier = classifier or shipped_weights("classifier")
    measured = measured_method(choose_approach(method, weights), classifier, keep)
    if classifier is None:
        say("There are no classifier weights in this version, so dive codes are left out; --classifier names some.")
    with cancelled_by_interrupt() as cancel, shown_progress("Evaluating") as progress:
        videos = evaluate_videos(
            datasets, measured.method, splits=split or (), processes=processes, progress=progress, cancel=cancel
        )
    report = make_report(measured.name, videos)
    if plots is not None:
        from inference.evaluation.plots import write_plots

        say(f"Drew {', '.join(path.name for path in write_plots(report, plots))} in {plots}.")
    if markdown is not None:
        _write_page(markdown, report, measured, datasets, split)
    if as_json:
        write_json(report.to_dict())
        return
    _print(report)


def _write_page(
    path: Path,
    report: EvaluationReport,
    measured: MeasuredMethod,
    datasets: Sequence[Dataset],
    splits: Sequence[str] | None,
) -> None:
    from inference.evaluation.tables import report_tables, speed_sentence

    facts = [
        f"Method: {measured.name}",
        *measured.in_words,
        *(f"Data: {about(dataset, splits or SPLITS)}" for dataset in datasets),
        f"Speed: {speed_sentence(report)}",
    ]
    write_page(path, f"When, where and what: {measured.name}", facts, report_tables(report))


def _print(report: EvaluationReport) -> None:
    from inference.evaluation.tables import report_tables, speed_sentence

    print_tables(report_tables(report))
    say(speed_sentence(report))
