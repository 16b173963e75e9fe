"""`divereview train locator`: train the thesis's diver locator, and measure how well it tracks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

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
    TestOption,
    one_of,
)
from app.cli.training_run import Run, about, train, training_record, training_run
from inference.dataset.splits import SPLITS

if TYPE_CHECKING:
    from inference.evaluation.location import LocationScores
    from inference.models.diver_locator import Strategy
    from inference.models.locator_designs import Design
    from inference.training.locator_data import DivePictures
    from inference.training.locator_training import LocatorFigures, LocatorTrainer, LocatorTraining

DESIGNS = ("compact", "listing")
STRATEGIES = ("partial-regression", "heatmap", "soft-argmax")
WEIGHTS_NAME = "locator.safetensors"
CARD_NAME = "locator.md"
SCORES_NAME = "locator.json"
"""Weights, card, and what the card's tables are made of."""

_USED_SPLITS = ("training", "validation", "testing")


def locator(
    data: Annotated[
        list[Path],
        typer.Option("--data", "-d", metavar="DIR", readable=False, help="A divereview-dataset; repeat for several."),
    ],
    out: OutOption,
    strategy: Annotated[
        str,
        typer.Option(metavar="|".join(STRATEGIES), callback=one_of(STRATEGIES), help="How it locates (section 5.4.1)."),
    ] = "soft-argmax",
    kind: Annotated[
        str,
        typer.Option(metavar="|".join(DESIGNS), callback=one_of(DESIGNS), help="Default, or listing B.2."),
    ] = "compact",
    test: TestOption = None,
    steps: Annotated[int, typer.Option(min=1, help="Updates of the weights.")] = 3000,
    batch: Annotated[int, typer.Option(min=1, help="Clips in each, over all processes together.")] = 4,
    clip_frames: Annotated[int, typer.Option(min=1, max=256, help="Pictures of a clip.")] = 21,
    patch: Annotated[int, typer.Option(min=8, max=512, metavar="PX", help="Side of the patches learned from.")] = 64,
    learning_rate: Annotated[float, typer.Option(min=1e-7, max=1.0, help="Largest of the one-cycle schedule.")] = 1e-2,
    seed: SeedOption = 0,
    patience: PatienceOption = 0,
    evaluate_every: EvaluateEveryOption = 500,
    measured_dives: Annotated[int, typer.Option(min=0, help="Validation dives of an evaluation; 0 takes all.")] = 0,
    full_precision: FullPrecisionOption = False,
    device: DeviceOption = "auto",
    log: LogOption = None,
) -> None:
    r"""Train a diver locator, which says where the diver is in each picture of a dive.

    Dives of the training split are learned from, those of the validation split say which weights are best; at the end
    the weights are measured on the validation split, on the testing split if there is one, and on what --test names.
    The same command goes on after an interruption and ends with the same weights as if there had been none. Started by
    torchrun, its processes share each batch.

    \b
    Examples:
      divereview train locator --data simulated --strategy soft-argmax --out locator
      divereview train locator --data simulated --strategy heatmap --out locator --log logs --test held-out
      divereview train locator --data simulated --kind listing --batch 64 --device cuda --out listing
      torchrun --nproc-per-node 4 -m main train locator --data simulated --batch 64 --device cuda --out locator
    """
    from inference.training.locator_training import LocatorTraining

    settings = LocatorTraining(
        steps=steps,
        batch=batch,
        seed=seed,
        half_precision=not full_precision,
        patience=patience,
        evaluate_every=evaluate_every,
        design=cast("Design", kind),
        strategy=cast("Strategy", strategy),
        frames=clip_frames,
        patch_px=patch,
        learning_rate=learning_rate,
        measured_dives=measured_dives,
    )
    with training_run(device, batch) as run:
        with run.processes.first_one_first():
            parts, lines = _read(data, test or (), run)
        _train(settings, out, parts, lines, run, log)
        if run.processes.is_first:
            write_data(str(out / WEIGHTS_NAME))


def _read(folders: Sequence[Path], tests: Sequence[Path], run: Run) -> tuple[dict[str, list[DivePictures]], list[str]]:
    """Dives by split, and by data set to measure on; and a line about each data set."""
    from inference.dataset.read import Dataset
    from inference.training.locator_data import load_dives
    from inference.video.index_cache import cache_folder

    cache = cache_folder().parent / "locator-pictures"
    parts: dict[str, list[DivePictures]] = {split: [] for split in _USED_SPLITS}
    wanted: list[tuple[Path, str, tuple[str, ...]]] = [
        (folder, split, (split,)) for folder in folders for split in _USED_SPLITS
    ]
    wanted += [(folder, folder.name, SPLITS) for folder in tests]
    for place, (folder, part, splits) in enumerate(wanted):
        progress = run.reading(place, len(wanted))
        dives = load_dives(Dataset(folder), splits, cache, progress=progress, cancel=run.cancel)
        parts.setdefault(part, []).extend(dives)
    for split in ("training", "validation"):
        if not parts[split]:
            raise CommandError(
                f"There is no dive with a known place in the {split} split of {', '.join(map(str, folders))}."
            )
    lines = [about(Dataset(folder), _USED_SPLITS) for folder in folders]
    return parts, lines + [f"measured on all of {about(Dataset(folder), SPLITS)}" for folder in tests]


def _train(
    settings: LocatorTraining,
    out: Path,
    parts: dict[str, list[DivePictures]],
    lines: Sequence[str],
    run: Run,
    log: Path | None,
) -> None:
    from inference.training.locator_training import LocatorTrainer, measured

    trainer = LocatorTrainer(settings, parts["training"], parts["validation"], run.processes)
    seconds = train(trainer, out, run, in_words=_in_words, log=log)
    if run.processes.is_first:
        run.progress(1.0, "measuring")
        scores = {
            name: measured(trainer.locator, dives, settings, cancel=run.cancel)
            for name, dives in parts.items()
            if name != "training" and dives
        }
        _write(trainer, out, scores, lines, seconds)
    run.processes.wait()


def _write(
    trainer: LocatorTrainer, out: Path, scores: dict[str, LocationScores], lines: Sequence[str], seconds: float
) -> None:
    """Weights, card and scores."""
    from inference.models.locator_weights import save_locator
    from inference.training.locator_card import locator_card

    out.mkdir(parents=True, exist_ok=True)
    save_locator(trainer.locator, out / WEIGHTS_NAME)
    record = training_record(trainer, trainer.settings, out / WEIGHTS_NAME, lines, seconds)
    (out / CARD_NAME).write_text(locator_card(record, trainer.figures, list(scores.items())), encoding="utf-8")
    facts: dict[str, Any] = {name: asdict(own) for name, own in scores.items()}
    (out / SCORES_NAME).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _in_words(figures: LocatorFigures) -> str:
    from inference.training.model_card import percent, pixels

    return (
        f"tracked {percent(figures.tracked)}, median path error {pixels(figures.median_px)} px, "
        f"median candidate error {pixels(figures.candidates_px)} px"
    )
