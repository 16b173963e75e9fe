"""`divereview train detector`: train the network that says when dives happen and where the diver is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import write_data
from app.cli.errors import CommandError
from app.cli.training_options import (
    DeviceOption,
    EvaluateEveryOption,
    FullPrecisionOption,
    LogOption,
    OutOption,
    PatienceOption,
    SeedOption,
)
from app.cli.training_run import Run, about, train, training_record, training_run

if TYPE_CHECKING:
    from inference.training.detector_data import LabelledVideo
    from inference.training.detector_training import DetectorFigures, DetectorTrainer

WEIGHTS_NAME = "detector.safetensors"
CARD_NAME = "detector.md"
_USED_SPLITS = ("training", "validation")


def detector(
    data: Annotated[
        list[Path],
        typer.Option("--data", "-d", metavar="DIR", readable=False, help="A divereview-dataset; repeat for several."),
    ],
    out: OutOption,
    validate_on: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", readable=False, help="Choose weights by all of it, learn from all of --data."),
    ] = None,
    begin_with: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Weights to begin with, instead of random ones."),
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Updates of the weights.")] = 3000,
    batch: Annotated[int, typer.Option(min=1, help="Chunks of video in each, over all processes together.")] = 6,
    width: Annotated[int, typer.Option(min=1, max=512, help="Channels of the first stage.")] = 32,
    learning_rate: Annotated[float, typer.Option(min=1e-7, max=1.0, help="Largest of the one-cycle schedule.")] = 2e-3,
    seed: SeedOption = 0,
    patience: PatienceOption = 0,
    evaluate_every: EvaluateEveryOption = 300,
    full_precision: FullPrecisionOption = False,
    device: DeviceOption = "auto",
    log: LogOption = None,
) -> None:
    r"""Train the dive detector, which says when dives happen and where the diver is.

    Videos of the training split are learned from, those of the validation split say which weights are best; with
    --validate-on, these are data sets of their own, and all splits of both are used. The same command goes on after an
    interruption and ends with the same weights as if there had been none. Started by torchrun, its processes share each
    batch.

    \b
    Examples:
      divereview simulate --session --minutes 300 --videos 100 --seed 1 --camera mixed --size 320x180 --out simulated
      divereview train detector --data simulated --out detector
      divereview train detector --data exported --begin-with detector.safetensors --learning-rate 5e-4 --out corrected
      torchrun --nproc-per-node 4 -m main train detector --data simulated --batch 64 --device cuda --out detector
    """
    from inference.models.detector_weights import load_detector
    from inference.models.weights_file import file_hash
    from inference.training.detector_training import DetectorTrainer, DetectorTraining

    first = load_detector(begin_with) if begin_with is not None else None
    settings = DetectorTraining(
        steps=steps,
        batch=batch,
        width=first.width if first is not None else width,
        learning_rate=learning_rate,
        seed=seed,
        half_precision=not full_precision,
        patience=patience,
        evaluate_every=evaluate_every,
        first_weights=file_hash(begin_with) if begin_with is not None else "",
    )
    with training_run(device, batch) as run:
        with run.processes.first_one_first():
            training, validation, lines = _read(data, validate_on or (), run)
        trainer = DetectorTrainer(settings, training, validation, run.processes, first)
        seconds = train(trainer, out, run, in_words=_in_words, log=log)
        if run.processes.is_first:
            _write(trainer, out, lines, seconds)
            write_data(str(out / WEIGHTS_NAME))


def _read(
    folders: Sequence[Path], validation: Sequence[Path], run: Run
) -> tuple[list[LabelledVideo], list[LabelledVideo], list[str]]:
    """Training and validation videos, and a line about each data set."""
    from inference.dataset.read import Dataset
    from inference.dataset.splits import SPLITS
    from inference.training.detector_data import load_videos
    from inference.video.index_cache import cache_folder

    cache = cache_folder().parent / "detector-pictures"
    wanted: list[tuple[str, Path, tuple[str, ...]]]
    if validation:
        wanted = [("training", folder, SPLITS) for folder in folders]
        wanted += [("validation", folder, SPLITS) for folder in validation]
    else:
        wanted = [(split, folder, (split,)) for folder in folders for split in _USED_SPLITS]
    parts: dict[str, list[LabelledVideo]] = {split: [] for split in _USED_SPLITS}
    for place, (part, folder, splits) in enumerate(wanted):
        progress = run.reading(place, len(wanted))
        parts[part] += load_videos(Dataset(folder), splits, cache, progress=progress, cancel=run.cancel)
    for split, videos in parts.items():
        if not videos:
            where = validation if validation and split == "validation" else folders
            raise CommandError(f"There is no video in the {split} split of {', '.join(map(str, where))}.")
    lines = [about(Dataset(folder), SPLITS if validation else _USED_SPLITS) for folder in folders]
    lines += [f"validated on all of {about(Dataset(folder), SPLITS)}" for folder in validation]
    return parts["training"], parts["validation"], lines


def _write(trainer: DetectorTrainer, out: Path, lines: Sequence[str], seconds: float) -> None:
    """Weights and card."""
    from inference.models.detector_weights import save_detector
    from inference.training.detector_card import detector_card

    out.mkdir(parents=True, exist_ok=True)
    save_detector(trainer.detector, out / WEIGHTS_NAME)
    record = training_record(trainer, trainer.run_settings, out / WEIGHTS_NAME, lines, seconds)
    (out / CARD_NAME).write_text(detector_card(record, trainer.figures), encoding="utf-8")


def _in_words(figures: DetectorFigures) -> str:
    from inference.training.model_card import percent

    return f"loss {figures.loss:.4f}, recall {percent(figures.recall)}, precision {percent(figures.precision)}"
