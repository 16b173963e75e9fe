"""`divereview evaluate-locator`: compare networks that say where the diver is, on the dives of data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.compared_weights import told_apart
from app.cli.console import say, shown_progress, write_json
from app.cli.errors import CommandError
from app.cli.evaluation_options import DataOption, KeepOption, MarkdownOption, PlotsOption, SplitOption
from app.cli.evaluation_output import print_tables, write_page
from app.cli.interrupt import cancelled_by_interrupt
from app.cli.options import JsonOption
from app.cli.training_options import DeviceOption
from app.cli.training_run import about, choose_device
from app.version import program_version
from inference.dataset.splits import SPLITS
from inference.progress import CancelToken, Progress

if TYPE_CHECKING:
    from torch import nn

    from inference.dataset.read import Dataset
    from inference.evaluation.location import TrackedDive
    from inference.training.locator_comparison import Locate, LocatorCost
    from inference.training.locator_data import DivePictures

_READING_SHARE = 0.3
DETECTOR = "dive detector"
"""Under which the detector stands in the tables, beside the strategies of the locators."""


def evaluate_locator(
    data: DataOption,
    weights: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", readable=False, help="Weights of `train locator`; repeat for several."),
    ] = None,
    detector: Annotated[
        Path | None,
        typer.Option(metavar="FILE", readable=False, help="Weights of `train detector`, which says where too."),
    ] = None,
    split: SplitOption = None,
    clip_frames: Annotated[int, typer.Option(min=1, max=256, help="Pictures of a clip, as the locators learned.")] = 21,
    device: DeviceOption = "auto",
    keep: KeepOption = None,
    plots: PlotsOption = None,
    markdown: MarkdownOption = None,
    as_json: JsonOption = False,
) -> None:
    r"""Compare networks that say where the diver is: the thesis's strategies, and the dive detector.

    Each network looks at the pictures of every true dive; a path is laid through its candidates with the data set's
    camera motion. Distances are between true and predicted path, mean over the pictures of a dive, in pixels of a
    picture of 320x180. Dives that overlap each other are left out.

    \b
    Examples:
      divereview evaluate-locator --data held-out --weights heatmap/locator.safetensors
      divereview evaluate-locator --data held-out --detector detector.safetensors --plots figures --markdown where.md
    """
    from inference.dataset.read import Dataset
    from inference.evaluation.location import score_locations

    if not weights and detector is None:
        raise typer.BadParameter("Name at least one network, by --weights or by --detector.")
    if plots is not None:
        from inference.evaluation.plots import check_plotting

        check_plotting()
    datasets, used = [Dataset(folder) for folder in data], choose_device(device)
    with cancelled_by_interrupt() as cancel, shown_progress("Evaluating") as progress:
        networks = _Networks(weights or (), detector, used, clip_frames)
        tracked = networks.track(datasets, split or SPLITS, keep, progress, cancel)
    scores = {name: score_locations(dives) for name, dives in tracked.items()}
    if plots is not None:
        _draw(tracked, plots)
    if markdown is not None or not as_json:
        from inference.evaluation.location_tables import location_tables

        tables = location_tables(
            scores, {name: (cost.parameters, cost.picture_ms) for name, cost in networks.costs.items()}
        )
        if markdown is not None:
            facts = [f"Weights of {name}: SHA-256 begins with `{start}`" for name, start in networks.hashes.items()]
            facts += [f"Data: {about(dataset, split or SPLITS)}" for dataset in datasets]
            write_page(markdown, "Where: strategies of locating", facts, tables)
        if not as_json:
            print_tables(tables)
    if as_json:
        write_json({name: {**asdict(own), "cost": asdict(networks.costs[name])} for name, own in scores.items()})


class _Networks:
    """The networks that are compared, read before the work begins.

    Args:
        weights: of locators.
        detector: of the dive detector; None leaves it out.
        device: to compute on.
        frames: pictures of a locator's clip.

    Raises:
        ModelError: if weights cannot be used.
    """

    def __init__(self, weights: Sequence[Path], detector: Path | None, device: str, frames: int) -> None:
        from inference.models.detector_weights import load_detector
        from inference.models.locator_weights import load_locator
        from inference.models.weights_file import file_hash

        self._frames, self._device = frames, device
        locators = [load_locator(path, device) for path in weights]
        names = told_apart([f"{locator.design} {locator.strategy}" for locator in locators], weights)
        self._locators = dict(zip(names, locators, strict=True))
        self.hashes = {name: file_hash(path) for name, path in zip(names, weights, strict=True)}
        self.costs: dict[str, LocatorCost] = {}
        self._detector = None if detector is None else load_detector(detector, device).fused()
        if detector is not None:
            self.hashes[DETECTOR] = file_hash(detector)

    def track(
        self,
        datasets: Sequence[Dataset],
        splits: Sequence[str],
        keep: Path | None,
        progress: Progress,
        cancel: CancelToken,
    ) -> dict[str, list[TrackedDive]]:
        """Every dive located by every network, by its name.

        Raises:
            CommandError: if there is no dive.
            DatasetError: if a video is missing.
            VideoError: if a video cannot be read.
            OSError: if results cannot be kept.
            Cancelled: if cancelled.
        """
        from inference.diving.network_path import LEAST_SCORE
        from inference.evaluation.kept_locations import KeptLocations
        from inference.models.detector_input import NETWORK_SIZE
        from inference.models.diver_locator import PICTURE_SIZE
        from inference.models.precision import is_half_precision_quick
        from inference.training.locator_comparison import by_detector, by_locator, locator_cost, track_each

        half = is_half_precision_quick(self._device)
        ways: list[tuple[str, nn.Module, tuple[int, int], Locate, float]] = [
            (name, locator, PICTURE_SIZE, by_locator(locator, clip_frames=self._frames, half_precision=half), 0.0)
            for name, locator in self._locators.items()
        ]
        if self._detector is not None:
            ways.append((DETECTOR, self._detector, NETWORK_SIZE, by_detector(self._detector), LEAST_SCORE))
        tracked = {}
        for number, (name, network, size, locate, least) in enumerate(ways):
            told = _part(progress, number / len(ways), (number + 1) / len(ways), name)
            facts = program_version(), name, self.hashes[name], str(self._frames)
            dives = _dives(datasets, splits, size, _part(told, 0, _READING_SHARE), cancel)
            self.costs[name] = locator_cost(network, locate, dives[0])
            tracked[name] = track_each(
                dives,
                locate,
                least_confidence=least,
                kept=None if keep is None else KeptLocations(keep, *facts),
                progress=_part(told, _READING_SHARE, 1),
                cancel=cancel,
            )
        return tracked


def _dives(
    datasets: Sequence[Dataset], splits: Sequence[str], size: tuple[int, int], progress: Progress, cancel: CancelToken
) -> list[DivePictures]:
    from inference.training.locator_data import load_dives
    from inference.video.index_cache import cache_folder

    cache = cache_folder().parent / "locator-pictures"
    dives = []
    for number, dataset in enumerate(datasets):
        told = _part(progress, number / len(datasets), (number + 1) / len(datasets))
        dives += load_dives(dataset, splits, cache, size=size, progress=told, cancel=cancel)
    if not dives:
        raise CommandError(
            f"There is no dive with a known place in {', '.join(splits)} of "
            f"{', '.join(str(one.folder) for one in datasets)}."
        )
    return dives


def _part(progress: Progress, begin: float, end: float, name: str = "") -> Progress:
    """The progress of a part of the whole, with the name of the part before what is being done."""
    return lambda share, what: progress(begin + (end - begin) * share, f"{name}, {what}" if name else what)


def _draw(tracked: Mapping[str, Sequence[TrackedDive]], folder: Path) -> None:
    from inference.evaluation.plots import save_figure, tracking_figure

    folder.mkdir(parents=True, exist_ok=True)
    figure = tracking_figure({name: [dive.distance_px for dive in dives] for name, dives in tracked.items()})
    say(f"Drew {', '.join(path.name for path in save_figure(figure, folder / 'locators'))} in {folder}.")
