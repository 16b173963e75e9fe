"""`divereview train classifier`: train a dive classifier, and measure how often it is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from app.cli.console import write_data
from app.cli.errors import CommandError
from app.cli.training_options import (
    DeviceOption,
    DivesSeedOption,
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

if TYPE_CHECKING:
    from inference.models.classifier_designs import Kind
    from inference.models.classifier_weights import StoredClassifier
    from inference.training.classifier_clips import ClipSet
    from inference.training.classifier_sources import ClipSources, Paths
    from inference.training.classifier_training import (
        ClassifierFigures,
        ClassifierTrainer,
        ClassifierTraining,
        Recipe,
    )

KINDS = ("compact", "vanilla", "altered", "dilated")
PATHS = ("true", "found", "both")
RECIPES = ("one-cycle", "thesis")
WEIGHTS_NAME = "classifier.safetensors"
CARD_NAME = "classifier.md"
SCORES_NAME = "classifier.json"
"""Weights, card, and what the card's tables are made of."""

_COMPACT_SIDE = 64


def classifier(
    out: OutOption,
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", "-d", metavar="DIR", readable=False, help="A divereview-dataset; repeat for several."),
    ] = None,
    close_ups: Annotated[
        int, typer.Option(min=0, metavar="DIVES", help="Simulated dives to draw beside it, seen as crops show them.")
    ] = 0,
    close_ups_seed: DivesSeedOption = 1,
    test: TestOption = None,
    paths: Annotated[
        str,
        typer.Option(
            metavar="|".join(PATHS),
            callback=one_of(PATHS),
            help="Along which paths dives are learned from: the data set's, found ones, or each once (section 5.5.2).",
        ),
    ] = "both",
    detector: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Weights that find paths, instead of the motion finder."),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(metavar="|".join(KINDS), callback=one_of(KINDS), help="Default or C3D."),
    ] = "compact",
    side: Annotated[int, typer.Option(min=32, max=128, metavar="PX", help="Of the clips; compact takes 64.")] = 64,
    width: Annotated[int, typer.Option(min=1, max=256, help="Channels of compact's first stage.")] = 24,
    begin_with: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Weights to begin with, instead of random ones."),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(RECIPES),
            callback=one_of(RECIPES),
            help="AdamW in one cycle, or the descent of section 5.5.2; by default each kind has its own.",
        ),
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Updates of the weights.")] = 8000,
    batch: Annotated[int, typer.Option(min=2, help="Clips in each, over all processes together.")] = 32,
    learning_rate: Annotated[float, typer.Option(min=1e-7, max=1.0, help="Largest of the one-cycle schedule.")] = 1e-3,
    seed: SeedOption = 0,
    patience: PatienceOption = 0,
    evaluate_every: EvaluateEveryOption = 400,
    full_precision: FullPrecisionOption = False,
    device: DeviceOption = "auto",
    log: LogOption = None,
) -> None:
    r"""Train a dive classifier, which tells a dive's code from a clip along the diver's path.

    Dives of the training split are learned from, those of the validation split say which weights are best and how sure
    they may be; at the end the weights are measured on the validation split, on the testing split if there is one, and
    on what --test names. With --close-ups, simulated dives are drawn besides, a tenth as many for each of the other
    splits, and kept for the next time. The same command goes on after an interruption and ends with the same weights
    as if there had been none. Started by torchrun, its processes share each batch.

    \b
    Examples:
      divereview train classifier --close-ups 10000 --out classifier
      divereview train classifier --data simulated --detector detector.safetensors --close-ups 10000 --out classifier
      divereview train classifier --data exported --begin-with classifier.safetensors --steps 500 --out corrected
      divereview train classifier --data simulated --kind dilated --side 112 --steps 20000 --device cuda --out dilated
    """
    from inference.models.classifier_weights import load_classifier
    from inference.training.classifier_sources import ClipSources
    from inference.training.classifier_training import ClassifierTraining

    if not data and not close_ups:
        raise CommandError("There is nothing to learn from; give --data, --close-ups or both.")
    sources = ClipSources(data or (), test or (), close_ups, close_ups_seed, cast("Paths", paths), detector)
    first = load_classifier(begin_with) if begin_with is not None else None
    used_kind = first.design.kind if first else cast("Kind", kind)
    settings = ClassifierTraining(
        steps=steps,
        batch=batch,
        seed=seed,
        half_precision=not full_precision,
        patience=patience,
        evaluate_every=evaluate_every,
        kind=used_kind,
        side=first.design.side if first else _COMPACT_SIDE if kind == "compact" else side,
        width=first.design.width if first else width,
        recipe=cast("Recipe", recipe or ("one-cycle" if used_kind == "compact" else "thesis")),
        learning_rate=learning_rate,
        first_weights=first.weights_hash if first else "",
    )
    with training_run(device, batch) as run:
        with run.processes.first_one_first():
            parts = _read(sources, run)
        _train(settings, out, parts, sources, run, log, first)
        if run.processes.is_first:
            write_data(str(out / WEIGHTS_NAME))


def _read(sources: ClipSources, run: Run) -> dict[str, ClipSet]:
    """The clips by what they are for; there are some to learn from and some to choose weights by."""
    from inference.video.index_cache import cache_folder

    parts = sources.read(cache_folder().parent / "classifier-clips", part_progress=run.reading, cancel=run.cancel)
    for split in ("training", "validation"):
        if not len(parts[split]):
            raise CommandError(
                f"There is no dive with a code and a path in the {split} split of "
                f"{', '.join(map(str, sources.data))}; --close-ups adds simulated ones."
            )
    return parts


def _train(
    settings: ClassifierTraining,
    out: Path,
    parts: dict[str, ClipSet],
    sources: ClipSources,
    run: Run,
    log: Path | None,
    first: StoredClassifier | None,
) -> None:
    from inference.training.classifier_training import ClassifierTrainer

    network = first.network if first else None
    trainer = ClassifierTrainer(settings, parts["training"], parts["validation"], run.processes, network)
    seconds = train(trainer, out, run, in_words=_in_words, log=log)
    if run.processes.is_first:
        run.progress(1.0, "measuring")
        _write(trainer, out, parts, sources.in_words(parts, about), seconds)
    run.processes.wait()


def _write(
    trainer: ClassifierTrainer, out: Path, parts: dict[str, ClipSet], lines: Sequence[str], seconds: float
) -> None:
    """Weights, card and scores."""
    from inference.models.classifier_weights import save_classifier
    from inference.training.classifier_card import classifier_card, measured

    out.mkdir(parents=True, exist_ok=True)
    temperatures = trainer.temperatures()
    save_classifier(trainer.network, trainer.settings.design, temperatures, out / WEIGHTS_NAME)
    scores = {
        name: measured(trainer, clips, temperatures)
        for name, clips in parts.items()
        if name != "training" and len(clips)
    }
    record = training_record(trainer, trainer.settings, out / WEIGHTS_NAME, lines, seconds)
    card = classifier_card(record, trainer.figures, temperatures, scores)
    (out / CARD_NAME).write_text(card, encoding="utf-8")
    facts = {name: asdict(own) for name, own in scores.items()}
    (out / SCORES_NAME).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _in_words(figures: ClassifierFigures) -> str:
    from inference.training.model_card import percent

    shares = {
        "half-somersaults": figures.half_somersaults,
        "half-twists": figures.half_twists,
        "position": figures.position,
        "whole code": figures.whole_code,
    }
    return ", ".join([f"loss {figures.loss:.3f}", *(f"{name} {percent(share)}" for name, share in shares.items())])
