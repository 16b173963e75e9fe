"""`divereview train`: train networks on data sets."""

from __future__ import annotations

import inspect
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import say, shown_progress, write_data
from app.cli.errors import CommandError
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.train_locator import locator
from app.cli.training_run import choose_device, take_up
from inference.progress import Cancelled, CancelToken, Progress

if TYPE_CHECKING:
    from inference.training.detector_data import LabelledVideo
    from inference.training.detector_training import DetectorFigures, DetectorTraining

WEIGHTS_NAME = "detector.safetensors"
CARD_NAME = "detector.md"
_READING_SHARE = 0.1


def detector(
    data: Annotated[
        list[Path],
        typer.Option("--data", "-d", metavar="DIR", readable=False, help="A divereview-dataset; repeat for several."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for weights, card and state.")],
    steps: Annotated[int, typer.Option(min=1, help="Updates of the weights.")] = 3000,
    batch: Annotated[int, typer.Option(min=1, help="Chunks of video in each.")] = 6,
    width: Annotated[int, typer.Option(min=1, max=512, help="Channels of the first stage.")] = 32,
    learning_rate: Annotated[float, typer.Option(min=1e-7, max=1.0, help="Largest of the one-cycle schedule.")] = 2e-3,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another run.")] = 0,
    patience: Annotated[int, typer.Option(min=0, help="End after so many evaluations without gain; 0 never.")] = 0,
    evaluate_every: Annotated[int, typer.Option(min=1, help="Steps between evaluations.")] = 300,
    full_precision: Annotated[bool, typer.Option("--full-precision", help="No bfloat16.")] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, mps.")] = "auto",
) -> None:
    r"""Train the dive detector, which says when dives happen.

    Videos of the training split are learned from, those of the validation split say which weights are best; a data set
    without that split cannot be trained on alone. The same command goes on after an interruption and ends with the same
    weights as if there had been none.

    \b
    Examples:
      divereview simulate --session --minutes 300 --videos 100 --seed 1 --camera mixed --size 320x180 --out simulated
      divereview train detector --data simulated --out detector
      divereview train detector --data simulated --data exported --out detector --device cuda --steps 20000 --batch 16
    """
    from inference.training.detector_training import DetectorTraining

    settings = DetectorTraining(
        steps=steps,
        batch=batch,
        width=width,
        learning_rate=learning_rate,
        seed=seed,
        half_precision=not full_precision,
        patience=patience,
        evaluate_every=evaluate_every,
    )
    used = choose_device(device)
    with cancelled_by_interrupt() as cancel, shown_progress("Training") as progress:
        training, validation, lines = _read(data, progress, cancel)
        _train(settings, used, out, (training, validation), lines, progress, cancel)
    write_data(str(out / WEIGHTS_NAME))


def _read(
    folders: Sequence[Path], progress: Progress, cancel: CancelToken
) -> tuple[list[LabelledVideo], list[LabelledVideo], list[str]]:
    """Training and validation videos, and a line about each data set."""
    from inference.dataset.read import Dataset
    from inference.training.detector_data import load_videos
    from inference.video.index_cache import cache_folder

    cache = cache_folder().parent / "detector-pictures"
    parts: dict[str, list[LabelledVideo]] = {"training": [], "validation": []}
    lines = []
    for place, folder in enumerate(folders):
        dataset = Dataset(folder)
        for row, split in enumerate(parts):
            done = (place + row / 2) / len(folders)

            def report(share: float, what: str, done: float = done) -> None:
                progress(_READING_SHARE * (done + share / 2 / len(folders)), what)

            parts[split] += load_videos(dataset, (split,), cache, progress=report, cancel=cancel)
        minutes = sum(source.duration_s for source in dataset.sources) / 60
        made_by = dataset.manifest.generator
        lines.append(f"{folder.name}, {len(dataset.sources)} videos, {minutes:.0f} minutes, made by {made_by}")
    for split, videos in parts.items():
        if not videos:
            raise CommandError(f"There is no video in the {split} split of {', '.join(map(str, folders))}.")
    return parts["training"], parts["validation"], lines


def _train(
    settings: DetectorTraining,
    device: str,
    out: Path,
    videos: tuple[list[LabelledVideo], list[LabelledVideo]],
    lines: Sequence[str],
    progress: Progress,
    cancel: CancelToken,
) -> None:
    from inference.models.detector_weights import save_detector, weights_hash
    from inference.training.detector_card import TrainingRecord, detector_card
    from inference.training.detector_training import DetectorTrainer
    from inference.training.distributed import Processes
    from inference.training.resumable import CHECKPOINT_NAME

    trainer = DetectorTrainer(settings, *videos, Processes(device=device))
    take_up(trainer, out / CHECKPOINT_NAME)
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def on_step(step: int, loss: float) -> None:
        share = _READING_SHARE + (1 - _READING_SHARE) * step / settings.steps
        progress(share, f"step {step} of {settings.steps}, loss {loss:.3f}")

    def on_figures(figures: DetectorFigures) -> None:
        say(f"step {figures.step}: loss {figures.loss:.4f}, recall {figures.recall}, precision {figures.precision}")

    try:
        trainer.run(on_step=on_step, on_figures=on_figures, cancel=cancel, keep_in=out)
    except Cancelled:
        raise Cancelled(f"Stopped at step {trainer.step}; the same command goes on from there.") from None
    save_detector(trainer.detector, out / WEIGHTS_NAME)
    record = TrainingRecord(
        settings,
        shlex.join(["divereview", *sys.argv[1:]]),
        lines,
        trainer.figures,
        trainer.step,
        time.monotonic() - began,
        device,
        weights_hash(out / WEIGHTS_NAME),
    )
    (out / CARD_NAME).write_text(detector_card(record), encoding="utf-8")


def train_application() -> typer.Typer:
    """`train` with its networks."""
    application = typer.Typer(
        help="Train networks on data sets, simulated or exported.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    application.command("detector", help=(inspect.getdoc(detector) or "").replace("\\b", "\b"))(detector)
    application.command("locator", help=(inspect.getdoc(locator) or "").replace("\\b", "\b"))(locator)
    application.callback()(_group)
    return application


def _group() -> None:
    """Train networks on data sets, simulated or exported."""
