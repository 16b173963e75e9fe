"""`divereview evaluate-classifier`: compare classifiers on the same dives, cut along true and predicted paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from app.approach import Approach, choose_approach
from app.cli.compared_weights import told_apart
from app.cli.console import say, shown_progress, write_json
from app.cli.evaluated_method import measured_method
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
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    from inference.evaluation.code_figures import CodeFigures

MOST_CLASSIFIERS = 5


def evaluate_classifier(
    data: DataOption,
    weights: Annotated[
        list[Path],
        typer.Option(metavar="FILE", readable=False, help="Weights of `train classifier`; repeat for several."),
    ],
    method: MethodOption = "auto",
    detector: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Find dives with these weights of `train detector`."),
    ] = None,
    split: SplitOption = None,
    processes: ProcessesOption = 1,
    keep: KeepOption = None,
    plots: PlotsOption = None,
    markdown: MarkdownOption = None,
    as_json: JsonOption = False,
) -> None:
    r"""Compare classifiers on the same dives, cut along their true paths and along those that are found.

    Dives are found once, as `evaluate` finds them, and every classifier looks at the same crops. Dives that overlap
    each other are left out, and with predicted crops those that were not found.

    \b
    Examples:
      divereview evaluate-classifier --data held-out --weights compact/classifier.safetensors
      divereview evaluate-classifier --data held-out --weights a.safetensors --weights b.safetensors --keep results
    """
    if len(weights) > MOST_CLASSIFIERS:
        raise typer.BadParameter(f"At most {MOST_CLASSIFIERS} classifiers can be compared at once.")
    if plots is not None:
        from inference.evaluation.plots import check_plotting

        check_plotting()
    compared = _Compared(weights, choose_approach(method, detector), data, split)
    with ExitStack() as stack:
        cancel = stack.enter_context(cancelled_by_interrupt())
        progress = stack.enter_context(shown_progress("Evaluating"))
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="divereview-")))
        figures = compared.figures(folder, processes, progress, cancel)
    if plots is not None:
        _draw(figures, plots)
    _show(figures, compared, markdown, as_json=as_json)


class _Compared:
    """The classifiers, each read once before the work begins, and what they are compared on.

    Args:
        weights: of classifiers.
        approach: how dives are found.
        folders: of data sets.
        splits: of their videos; none for all.

    Raises:
        ModelError: if weights cannot be used.
        DatasetError: if a data set is broken.
    """

    def __init__(
        self, weights: Sequence[Path], approach: Approach, folders: Sequence[Path], splits: Sequence[str] | None
    ) -> None:
        from inference.dataset.read import Dataset
        from inference.models.classifier_weights import load_classifier

        self._approach, self._splits = approach, splits or ()
        self._datasets = [Dataset(folder) for folder in folders]
        read = [load_classifier(path) for path in weights]
        names = told_apart([str(stored.design.kind) for stored in read], weights)
        self._weights = dict(zip(names, weights, strict=True))
        self._hashes = {name: stored.weights_hash for name, stored in zip(names, read, strict=True)}

    def figures(self, folder: Path, processes: int, progress: Progress, cancel: CancelToken) -> dict[str, CodeFigures]:
        """What each classifier reaches, by its name; dives are found once, and kept in the folder.

        Raises:
            DatasetError: if a video cannot be found, or there is none.
            VideoError: if a video cannot be read.
            Cancelled: if cancelled.
        """
        from inference.evaluation.code_figures import code_figures
        from inference.evaluation.data_set import evaluate_videos
        from inference.evaluation.report import LEAST_OVERLAPS

        figures = {}
        for number, (name, path) in enumerate(self._weights.items()):
            videos = evaluate_videos(
                self._datasets,
                measured_method(self._approach, path, folder).method,
                splits=self._splits,
                processes=processes,
                progress=_part(progress, number, len(self._weights), name),
                cancel=cancel,
            )
            reached = code_figures(videos, LEAST_OVERLAPS[0])
            if reached is not None:
                figures[name] = reached
        return figures

    @property
    def facts(self) -> list[str]:
        """Lines on how dives were found, the weights and the data."""
        lines = [f"Dives found by: {self._approach.method}"]
        if self._approach.weights is not None:
            from inference.models.weights_file import file_hash

            lines.append(f"Weights of the detector: SHA-256 begins with `{file_hash(self._approach.weights)}`")
        lines += [f"Weights of {name}: SHA-256 begins with `{start}`" for name, start in self._hashes.items()]
        return lines + [f"Data: {about(dataset, self._splits or SPLITS)}" for dataset in self._datasets]


def _show(figures: Mapping[str, CodeFigures], compared: _Compared, page: Path | None, *, as_json: bool) -> None:
    from inference.evaluation.classifier_tables import classifier_tables
    from inference.evaluation.report import code_facts

    tables = classifier_tables(figures)
    if page is not None:
        write_page(page, "What: classifiers", compared.facts, tables)
    if as_json:
        write_json({name: code_facts(own) for name, own in figures.items()})
        return
    print_tables(tables)


def _draw(figures: Mapping[str, CodeFigures], folder: Path) -> None:
    from inference.evaluation.plots import save_figure, shares_figure

    folder.mkdir(parents=True, exist_ok=True)
    baseline = next(iter(figures.values())).true_crops.baseline
    drawn = []
    for what, crops in (
        ("true crops", {name: own.true_crops for name, own in figures.items()}),
        ("predicted crops", {name: own.predicted_crops for name, own in figures.items()}),
    ):
        stem = folder / f"classifiers-{what.replace(' ', '-')}"
        drawn += save_figure(shares_figure(f"Dive codes, {what}", baseline, crops), stem)
    say(f"Drew {', '.join(path.name for path in drawn)} in {folder}.")


def _part(progress: Progress, number: int, count: int, name: str) -> Progress:
    """The progress of one of so many classifiers."""
    return lambda share, what: progress((number + share) / count, f"{name}, {what}")
