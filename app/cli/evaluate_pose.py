"""`divereview evaluate-pose`: compare pose models on the same crops of divers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.compared_weights import told_apart
from app.cli.console import say, shown_progress, write_json
from app.cli.errors import CommandError
from app.cli.evaluation_options import MarkdownOption, PlotsOption, SplitOption
from app.cli.evaluation_output import print_tables, write_page
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import JsonOption
from app.cli.train_pose import CACHE_NAME
from app.cli.training_options import DeviceOption, DivesSeedOption
from app.cli.training_run import about, choose_device
from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    from inference.evaluation.pose import PosedCrops
    from inference.evaluation.pose_cost import PoseCost
    from inference.models.pose_weights import StoredPoseModel
    from inference.training.pose_examples import PoseExamples

_READING_SHARE = 0.3
_MEASURED_SPLIT = "testing"


def evaluate_pose(
    weights: Annotated[
        list[Path], typer.Option("--weights", "-w", metavar="FILE", readable=False, help="Of `train pose`; repeat.")
    ],
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
    split: SplitOption = None,
    pictures: Annotated[
        int, typer.Option(min=0, metavar="CROPS", help="Simulated crops that no training learns from, besides.")
    ] = 0,
    pictures_seed: DivesSeedOption = 1,
    device: DeviceOption = "auto",
    plots: PlotsOption = None,
    markdown: MarkdownOption = None,
    as_json: JsonOption = False,
) -> None:
    r"""Compare pose models: how many keypoints each finds, by what the diver is doing, and what it costs.

    All of them look at the same crops, one by one and as they are: those of the data sets, and simulated ones of the
    testing split. PCKh@0.5 counts keypoints within half a head's length. Figures are those of tables 3.4 and figures
    3.16 to 3.21 of the thesis.

    \b
    Examples:
      divereview evaluate-pose --weights pose.safetensors --pictures 2000
      divereview evaluate-pose -w hm/pose.safetensors -w sar/pose.safetensors --data held-out --markdown pose.md
    """
    from inference.evaluation.pose import pose_scores

    if not data and not pictures:
        raise CommandError("There is nothing to measure on; give --data, --pictures or both.")
    if plots is not None:
        from inference.evaluation.plots import check_plotting

        check_plotting()
    used = choose_device(device)
    models = _models(weights, used)
    with cancelled_by_interrupt() as cancel, shown_progress("Evaluating") as progress:
        crops = _crops(data or (), split or SPLITS, pictures, pictures_seed, progress, cancel)
        answers, costs = _ask(models, crops, used, progress, cancel)
    scores = {name: pose_scores(own) for name, own in answers.items()}
    if plots is not None:
        _draw(answers, plots)
    if markdown is not None or not as_json:
        from inference.evaluation.pose_tables import pose_tables

        tables = pose_tables(scores, costs)
        if markdown is not None:
            facts = [f"Weights of {name}: SHA-256 begins with `{own.weights_hash}`" for name, own in models.items()]
            write_page(markdown, "Pose: models", facts + _about(data or (), split, pictures, pictures_seed), tables)
        if not as_json:
            print_tables(tables)
    if as_json:
        write_json(
            {
                name: {"scores": {group: asdict(own) for group, own in scores[name].items()}, "cost": asdict(cost)}
                for name, cost in costs.items()
            }
        )


def _models(weights: Sequence[Path], device: str) -> dict[str, StoredPoseModel]:
    """The models by a name that tells them apart."""
    from inference.models.pose_weights import load_pose_model

    models = [load_pose_model(path, device) for path in weights]
    predictors = [getattr(stored.model, "predictor", None) for stored in models]
    kinds = [
        stored.name if predictor is None else f"{stored.name} {predictor.settings.kind}"
        for stored, predictor in zip(models, predictors, strict=True)
    ]
    return dict(zip(told_apart(kinds, weights), models, strict=True))


def _crops(
    folders: Sequence[Path],
    splits: Sequence[str],
    pictures: int,
    seed: int,
    progress: Progress,
    cancel: CancelToken,
) -> PoseExamples:
    from inference.training.pose_close_up_data import simulated_poses
    from inference.training.pose_examples import PoseExamples
    from inference.training.pose_sources import labelled_poses
    from inference.video.index_cache import cache_folder

    cache, sets = cache_folder().parent / CACHE_NAME, []
    count = len(folders) + bool(pictures)
    for place, folder in enumerate(folders):
        told = _part(progress, _READING_SHARE * place / count, _READING_SHARE * (place + 1) / count)
        sets.append(labelled_poses(folder, splits, cache, is_measured=True, progress=told, cancel=cancel))
    if pictures:
        told = _part(progress, _READING_SHARE * len(folders) / count, _READING_SHARE)
        sets.append(simulated_poses(_MEASURED_SPLIT, seed, pictures, cache, progress=told, cancel=cancel))
    crops = PoseExamples.join(sets)
    if not len(crops):
        raise CommandError(
            f"There is no frame with keypoints in {', '.join(splits)} of {', '.join(map(str, folders))}."
        )
    return crops


def _ask(
    models: Mapping[str, StoredPoseModel], crops: PoseExamples, device: str, progress: Progress, cancel: CancelToken
) -> tuple[dict[str, PosedCrops], dict[str, PoseCost]]:
    """What each model says of the crops, and what it costs."""
    from contextlib import nullcontext

    import torch

    from inference.evaluation.pose_cost import pose_cost
    from inference.models.precision import is_half_precision_quick
    from inference.training.pose_training import posed

    half = is_half_precision_quick(device)

    def precision() -> torch.autocast | nullcontext[None]:
        return torch.autocast(torch.device(device).type, dtype=torch.bfloat16) if half else nullcontext()

    answers, costs = {}, {}
    for place, (name, stored) in enumerate(models.items()):
        cancel.raise_if_cancelled()
        if stored.model.skeleton != crops.skeleton:
            raise CommandError(
                f"{name} speaks of the skeleton {stored.model.skeleton.name}, but the crops of {crops.skeleton.name}."
            )
        progress(_READING_SHARE + (1 - _READING_SHARE) * place / len(models), name)
        answers[name] = posed(stored.model, crops, precision)[0]
        costs[name] = pose_cost(stored.model, stored.learned, precision)
    return answers, costs


def _about(folders: Sequence[Path], splits: Sequence[str] | None, pictures: int, seed: int) -> list[str]:
    from inference.training.pose_sources import described

    lines = [f"Data: {described(folder, splits or SPLITS, about)}" for folder in folders]
    if pictures:
        lines.append(f"Data: at least {pictures} simulated crops of the {_MEASURED_SPLIT} split of seed {seed}")
    return lines


def _part(progress: Progress, begin: float, end: float) -> Progress:
    """The progress of a part of the whole."""
    return lambda share, what: progress(begin + (end - begin) * share, what)


def _draw(answers: Mapping[str, PosedCrops], folder: Path) -> None:
    from inference.evaluation.plots import save_figure
    from inference.evaluation.pose import head_errors, miss_field
    from inference.evaluation.pose_plots import correct_share_figure, misprediction_figure
    from inference.pose.metrics.correct_keypoints import easy_joints

    folder.mkdir(parents=True, exist_ok=True)
    skeleton = next(iter(answers.values())).skeleton
    errors = {name: head_errors(own) for name, own in answers.items()}
    drawn = save_figure(correct_share_figure(errors, skeleton, easy_joints(skeleton)), folder / "pckh")
    for name, own in answers.items():
        stem = folder / f"misses-{name.replace(' ', '-').replace(',', '').replace('/', '-')}"
        drawn += save_figure(misprediction_figure(miss_field(own), f"Misses of {name}"), stem)
    say(f"Drew {', '.join(path.name for path in drawn)} in {folder}.")
