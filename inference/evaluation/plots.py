"""Figures of an evaluation as pictures, in the manner of thesis figures 5.8, 5.10 and 5.12.

Drawn with matplotlib, which only this module needs (`pip install divereview[plots]`) and which opens no window here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from inference.diving.code_decoding import ATTRIBUTES
from inference.evaluation.classification import WHOLE_CODE, ClassificationScores
from inference.evaluation.code_figures import CodeFigures
from inference.evaluation.detection import score_detections
from inference.evaluation.errors import EvaluationError
from inference.evaluation.report import LEAST_OVERLAPS, EvaluationReport
from inference.evaluation.tracking import THRESHOLDS_PX, detection_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")

_SIZE_IN = (6.4, 4.0)
_DPI = 150
_MOST_ERROR_MS = 300
_AIM_MS = 60
_CODE_COLOURS = ("#adb5bd", "#2a9d8f", "#264653", "#e9c46a", "#f4a261", "#e76f51")
_COLOURS = {"matched": "#2a9d8f", "missed": "#e9c46a", "spurious": "#e76f51"}


def check_plotting() -> None:
    """Fail before a long evaluation and not after it.

    Raises:
        EvaluationError: if matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise EvaluationError(
            "Figures are drawn with matplotlib, which is not installed: pip install divereview[plots]."
        ) from error


def write_plots(report: EvaluationReport, folder: Path) -> list[Path]:
    """Draw all figures that the report has numbers for, each as PNG and as SVG.

    Args:
        report: what was measured.
        folder: made if need be; figures of the same names in it are replaced.

    Returns:
        The files, in the order in which they were written.

    Raises:
        EvaluationError: if matplotlib is not installed.
        OSError: if the folder cannot be written.
    """
    check_plotting()
    figures = {
        "detection": detection_figure(report),
        "recall-by-overlap": overlap_figure(report),
        "end-errors": end_error_figure(report),
        "boards": board_figure(report),
    }
    distances = report.distances_px
    if distances:
        figures["tracking"] = tracking_figure({report.method: distances})
    if report.codes is not None:
        figures["attributes"] = attribute_figure(report.codes)
        figures["sureness"] = sureness_figure(report.codes.predicted_crops)
    folder.mkdir(parents=True, exist_ok=True)
    return [path for name, figure in figures.items() for path in save_figure(figure, folder / name)]


def save_figure(figure: Figure, stem: Path) -> list[Path]:
    """Write a figure beside `stem` in all `FORMATS`; the same figure makes the same bytes.

    Raises:
        OSError: if a file cannot be written.
    """
    import matplotlib as mpl

    paths = []
    for ending in FORMATS:
        path = stem.with_name(f"{stem.name}.{ending}")
        with mpl.rc_context({"svg.hashsalt": stem.name}):
            figure.savefig(path, dpi=_DPI, metadata={"Date": None} if ending == "svg" else None)
        paths.append(path)
    return paths


def detection_figure(report: EvaluationReport) -> Figure:
    """Matched, missed and spurious dives as bars, over all videos and for each kind of camera (figure 5.8)."""
    groups = {"all": report.detection[0]} | {kind: figures.detection[0] for kind, figures in report.by_camera.items()}
    figure, axes = _figure(f"Dives found, temporal IoU at least {LEAST_OVERLAPS[0]:g}")
    left = np.zeros(len(groups))
    for name, counts in {
        "matched": [scores.matched for scores in groups.values()],
        "missed": [scores.true_dives - scores.matched for scores in groups.values()],
        "spurious": [scores.found_dives - scores.matched for scores in groups.values()],
    }.items():
        bars = axes.barh(list(groups), counts, left=left, color=_COLOURS[name], label=name)
        axes.bar_label(bars, ["" if count == 0 else str(count) for count in counts], label_type="center")
        left += counts
    axes.invert_yaxis()
    axes.set_xlabel("dives")
    axes.legend(loc="lower right")
    return figure


def overlap_figure(report: EvaluationReport) -> Figure:
    """Recall and precision against the temporal IoU from which on a found dive counts."""
    figure, axes = _figure("Recall and precision by the overlap that is asked for")
    overlaps = np.linspace(0.05, 1.0, 39)
    scores = [score_detections([video.dives for video in report.videos], float(overlap)) for overlap in overlaps]
    for name, shares in {
        "recall": [each.recall for each in scores],
        "precision": [each.precision for each in scores],
    }.items():
        axes.plot(overlaps, [np.nan if share is None else 100 * share for share in shares], label=name)
    _percent_axis(axes, "dives (%)")
    axes.set_xlabel("smallest temporal IoU")
    axes.legend(loc="lower left")
    return figure


def end_error_figure(report: EvaluationReport) -> Figure:
    """Share of matched dives whose start and end are off by at most so many milliseconds."""
    figure, axes = _figure("Errors of start and end frames")
    matches = [match for video in report.videos for match in video.dives.matched(LEAST_OVERLAPS[0])]
    limits = np.arange(0, _MOST_ERROR_MS + 1)
    for name, errors in {
        "start": [match.start_error_ms for match in matches],
        "end": [match.end_error_ms for match in matches],
    }.items():
        if errors:
            axes.plot(
                limits,
                100 * (np.abs(errors)[:, None] <= limits + 0.01).mean(axis=0),
                label=name,
                drawstyle="steps-post",
            )
    axes.axvline(_AIM_MS, color="grey", linestyle=":", label=f"{_AIM_MS} ms")
    _percent_axis(axes, "matched dives (%)")
    axes.set_xlabel("error of at most (ms)")
    axes.legend(loc="lower right")
    return figure


def board_figure(report: EvaluationReport) -> Figure:
    """Recall from each board, with the number of its dives."""
    figure, axes = _figure(f"Recall by board, temporal IoU at least {LEAST_OVERLAPS[0]:g}")
    scores = {board: figures.detection[0] for board, figures in report.by_board.items()}
    names = [f"{board} ({each.true_dives})" for board, each in scores.items()]
    bars = axes.barh(names, [100 * (each.recall or 0.0) for each in scores.values()], color=_COLOURS["matched"])
    axes.bar_label(bars, fmt="%.1f %%", padding=2)
    axes.invert_yaxis()
    axes.set_xlim(0, 118)
    axes.set_xlabel("dives found (%)")
    return figure


def tracking_figure(distances_px: Mapping[str, Sequence[float]]) -> Figure:
    """Share of dives whose mean distance from the true path is below a threshold (figure 5.10).

    Args:
        distances_px: the dives' mean distances in px at 320x180 for each method, by its name; infinite without a path.
    """
    figure, axes = _figure("Dives located, by distance from the true path")
    thresholds = np.linspace(0, THRESHOLDS_PX[-1], 201)
    for name, distances in distances_px.items():
        axes.plot(thresholds, 100 * detection_rates(_array(distances), thresholds), label=name)
    _percent_axis(axes, "dives (%)")
    axes.set_xlabel("mean distance below (px at 320x180)")
    axes.legend(loc="lower right")
    return figure


def attribute_figure(codes: CodeFigures) -> Figure:
    """Share of right attributes and codes with true and with predicted crops (figure 5.12 and table 5.3)."""
    groups = {"true crops": codes.true_crops, "predicted crops": codes.predicted_crops}
    return shares_figure("Dive codes", codes.true_crops.baseline, groups)


def shares_figure(title: str, baseline: Mapping[str, float], by_name: Mapping[str, ClassificationScores]) -> Figure:
    """Share of right attributes, by the rules, and of right codes, as bars beside each other.

    Args:
        title: what is drawn.
        baseline: by attribute, what always saying the most frequent value would reach.
        by_name: scores by the name that the legend gives them; at most five.
    """
    figure, axes = _figure(title)
    names = [*ATTRIBUTES, WHOLE_CODE]
    bars = {"baseline": baseline} | {name: _with_whole(scores) for name, scores in by_name.items()}
    places, height = np.arange(len(names)), 0.82 / len(bars)
    for number, (label, shares) in enumerate(bars.items()):
        widths = [100 * shares.get(name, np.nan) for name in names]
        offset = (number - (len(bars) - 1) / 2) * height
        drawn = axes.barh(places + offset, widths, height, label=label, color=_CODE_COLOURS[number])
        axes.bar_label(drawn, ["" if np.isnan(width) else f"{width:.1f} %" for width in widths], padding=2, fontsize=6)
    axes.set_yticks(places, [name.replace("_", " ") for name in names])
    axes.invert_yaxis()
    axes.set_xlim(0, 118)
    axes.set_xlabel("right (% of dives)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=3)
    return figure


def sureness_figure(scores: ClassificationScores) -> Figure:
    """How often what is said with some probability is right: on the diagonal where it means what it says."""
    figure, axes = _figure("How sure, and how often right")
    axes.plot([0, 100], [0, 100], color="grey", linestyle=":")
    for name, bins in scores.confidence.items():
        is_whole = name == WHOLE_CODE
        axes.plot(
            [100 * one.confidence for one in bins],
            [100 * one.accuracy for one in bins],
            marker="o" if is_whole else ".",
            linewidth=2 if is_whole else 0.8,
            label=name.replace("_", " "),
        )
    axes.set_xlim(0, 102)
    _percent_axis(axes, "right (%)")
    axes.set_xlabel("said to be so probable (%)")
    axes.legend(loc="upper left")
    return figure


def _with_whole(scores: ClassificationScores) -> Mapping[str, float]:
    whole = {} if scores.whole_code is None else {WHOLE_CODE: scores.whole_code}
    return {**scores.attributes, **whole}


def _array(values: Sequence[float]) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _figure(title: str) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_IN, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title)
    axes.grid(visible=True, alpha=0.3)
    axes.set_axisbelow(True)
    return figure, axes


def _percent_axis(axes: Axes, label: str) -> None:
    axes.set_ylim(0, 102)
    axes.set_ylabel(label)
