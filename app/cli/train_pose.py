"""`divereview train pose`: train a pose model, and measure how many keypoints it finds."""

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
    from inference.models.pose_model import PoseModel
    from inference.training.pose_examples import PoseExamples
    from inference.training.pose_sources import PoseSources
    from inference.training.pose_training import PoseFigures, PoseTrainer, PoseTraining, Recipe

PREDICTORS = ("fc", "hm", "sa", "sar")
RECIPES = ("thesis", "one-cycle")
AUGMENTATIONS = ("diving", "thesis", "none")
WEIGHTS_NAME = "pose.safetensors"
CARD_NAME = "pose.md"
SCORES_NAME = "pose.json"
"""Weights, card, and what the card's tables are made of."""

CACHE_NAME = "pose-crops"
"""Folder of crops beside the program's other caches."""


def pose(
    out: OutOption,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            "-d",
            metavar="PATH",
            readable=False,
            help="A divereview-dataset, or a file of COCO, MPII, LSP or FLIC; repeat for several.",
        ),
    ] = None,
    test: TestOption = None,
    model: Annotated[str, typer.Option(help="Which one; models that train on a CPU end in -small.")] = "diver",
    predictor: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(PREDICTORS),
            callback=one_of(PREDICTORS),
            help="Fully connected, heatmap matching, soft-argmax, or that regularised; by default the model's own.",
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the model, its value as JSON; repeat."),
    ] = None,
    pictures: Annotated[
        int, typer.Option(min=0, metavar="CROPS", help="Simulated crops of divers to draw and to learn from.")
    ] = 0,
    pictures_seed: DivesSeedOption = 1,
    begin_with: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            readable=False,
            help="Weights of `train pose` to begin with, their model and its settings; --set changes some.",
        ),
    ] = None,
    published: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            readable=False,
            help="A checkpoint that others have published, such as ImageNet's; last layers are learned anew.",
        ),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(
            metavar="|".join(RECIPES),
            callback=one_of(RECIPES),
            help="RMSProp as in section 3.3.3, or AdamW in one cycle.",
        ),
    ] = "thesis",
    augmentation: Annotated[
        str,
        typer.Option(
            metavar="|".join(AUGMENTATIONS),
            callback=one_of(AUGMENTATIONS),
            help="How crops are changed: as trackers and coarse videos do, or as in section 3.3.1.1, or not at all.",
        ),
    ] = "diving",
    steps: Annotated[int | None, typer.Option(min=1, help="Updates of the weights; by default 120 epochs.")] = None,
    batch: Annotated[int, typer.Option(min=2, help="Crops in each, over all processes together.")] = 32,
    learning_rate: Annotated[
        float | None, typer.Option(min=1e-7, max=1.0, help="The first or largest; by default the recipe's own.")
    ] = None,
    seed: SeedOption = 0,
    patience: PatienceOption = 0,
    evaluate_every: EvaluateEveryOption = 500,
    full_precision: FullPrecisionOption = False,
    device: DeviceOption = "auto",
    log: LogOption = None,
) -> None:
    r"""Train a pose model, which finds a diver's keypoints in a tracked crop.

    Crops of the training split are learned from, those of the validation split say which weights are best; at the end
    the weights are measured on the validation split, on the testing split if there is one, and on what --test names.
    With --pictures, simulated divers are drawn besides, a tenth as many for each of the other splits, and kept for the
    next time. The same command goes on after an interruption and ends with the same weights as if there
    had been none. Started by torchrun, its processes share each batch.

    \b
    Examples:
      divereview train pose --model resnet-18-small --pictures 10000 --steps 4000 --recipe one-cycle --out pose
      divereview train pose --data exported --begin-with pose.safetensors --steps 500 --out corrected
      divereview train pose --begin-with coarse/pose.safetensors --set input_side=128 --pictures 10000 --out fine
      divereview train pose --model resnet-50 --predictor hm --pictures 30000 --device cuda --out matching
      divereview train pose --model resnet-34@28px --set 'predictor={"kind": "sar", "regulariser": "kl"}' \
        --pictures 30000 --out divergence
    """
    from inference.models.pose_weights import load_pose_model
    from inference.models.weights_file import file_hash
    from inference.training.pose_sources import PoseSources
    from inference.training.pose_training import ONE_CYCLE_RATE, THESIS_EPOCHS, THESIS_RATE, PoseTraining

    if not data and not pictures:
        raise CommandError("There is nothing to learn from; give --data, --pictures or both.")
    if begin_with is not None and published is not None:
        raise CommandError("--begin-with and --published exclude each other.")
    if published is not None and not published.is_file():
        raise CommandError(f"There are no weights at {published}.")
    sources = PoseSources(data or (), test or (), pictures, pictures_seed)
    first = load_pose_model(begin_with) if begin_with is not None else None
    chosen = (dict(first.settings) if first else {}) | _settings(settings or (), predictor)
    with training_run(device, batch) as run:
        with run.processes.first_one_first():
            parts = _read(sources, run)
        wanted = PoseTraining(
            steps=steps or max(THESIS_EPOCHS * len(parts["training"]) // batch, 1),
            batch=batch,
            seed=seed,
            half_precision=not full_precision,
            patience=patience,
            evaluate_every=evaluate_every,
            model=first.name if first else model,
            model_settings=chosen,
            recipe=cast("Recipe", recipe),
            learning_rate=learning_rate or (THESIS_RATE if recipe == "thesis" else ONE_CYCLE_RATE),
            augmentation="" if augmentation == "none" else augmentation,
            first_weights=first.weights_hash if first else file_hash(published) if published else "",
        )
        begun = first.model if first else _from_published(wanted, published) if published else None
        _train(wanted, out, parts, sources, run, log, begun)
        if run.processes.is_first:
            write_data(str(out / WEIGHTS_NAME))


def _settings(given: Sequence[str], predictor: str | None) -> dict[str, Any]:
    """The model's settings that were given."""
    chosen: dict[str, Any] = {} if predictor is None else {"predictor": predictor}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE.", param_hint="--set")
        try:
            chosen[name] = json.loads(value)
        except ValueError:
            chosen[name] = value  # a word, for which nobody writes quotation marks
    return chosen


def _read(sources: PoseSources, run: Run) -> dict[str, PoseExamples]:
    """The crops by what they are for; there are some to learn from and some to choose weights by."""
    from inference.video.index_cache import cache_folder

    parts = sources.read(cache_folder().parent / CACHE_NAME, part_progress=run.reading, cancel=run.cancel)
    for split in ("training", "validation"):
        if not len(parts[split]):
            raise CommandError(
                f"There is no frame with keypoints in the {split} split of {', '.join(map(str, sources.data))}; "
                "--pictures adds simulated ones."
            )
    return parts


def _train(
    settings: PoseTraining,
    out: Path,
    parts: dict[str, PoseExamples],
    sources: PoseSources,
    run: Run,
    log: Path | None,
    first: PoseModel | None,
) -> None:
    from inference.training.pose_training import PoseTrainer

    try:
        trainer = PoseTrainer(settings, parts["training"], parts["validation"], run.processes, first)
    except RuntimeError as error:  # torch's, a line for each weight that differs
        raise CommandError(
            "The model with these settings has other weights than the file to begin with; leave --set out, or set only "
            "what changes no weight, such as input_side."
        ) from error
    except (ValueError, TypeError) as error:
        raise CommandError(f"The model cannot be built: {error}.") from error
    seconds = train(trainer, out, run, in_words=_in_words, log=log)
    if run.processes.is_first:
        run.progress(1.0, "measuring")
        _write(trainer, out, parts, sources.in_words(parts, about), seconds)
    run.processes.wait()


def _from_published(settings: PoseTraining, path: Path) -> PoseModel:
    """A model with published weights and, where those have none, the random ones of the seed."""
    import torch

    from inference.models.pose_checkpoints import load_published
    from inference.models.pose_designs import build

    torch.manual_seed(settings.seed)
    try:
        model = build(settings.model, **settings.model_settings)
    except (ValueError, TypeError) as error:
        raise CommandError(f"The model cannot be built: {error}.") from error
    load_published(model, path, with_heads=False)
    return model


def _write(
    trainer: PoseTrainer, out: Path, parts: dict[str, PoseExamples], lines: Sequence[str], seconds: float
) -> None:
    """Weights, card and scores."""
    from inference.evaluation.pose import pose_scores
    from inference.models.pose_weights import save_pose_model
    from inference.training.pose_card import pose_card
    from inference.training.pose_training import posed

    out.mkdir(parents=True, exist_ok=True)
    settings = trainer.settings
    learned = {
        "crops": len(parts["training"]),
        "seen": trainer.best_step * settings.batch,
        "crop_percent": parts["training"].crop_percent,
    }
    save_pose_model(trainer.model, settings.model, settings.model_settings, out / WEIGHTS_NAME, learned)
    scores = {
        name: pose_scores(posed(trainer.model, examples, trainer.precision)[0])
        for name, examples in parts.items()
        if name != "training" and len(examples)
    }
    record = training_record(trainer, settings, out / WEIGHTS_NAME, lines, seconds)
    (out / CARD_NAME).write_text(pose_card(record, trainer.figures, scores), encoding="utf-8")
    facts = {name: {group: asdict(shares) for group, shares in own.items()} for name, own in scores.items()}
    (out / SCORES_NAME).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _in_words(figures: PoseFigures) -> str:
    from inference.training.model_card import percent

    return f"loss {figures.loss:.3f}, PCKh@0.5 {percent(figures.pckh)}, AUC {percent(figures.auc)}"
