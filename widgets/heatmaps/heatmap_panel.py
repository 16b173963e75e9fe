"""What one panel shows: a heatmap over the crop that it belongs to, with what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from inference.pose.heatmap_facts import Heatmap, HeatmapFacts, Scale, TruthFacts
from inference.pose.planes import Plane, has_depth
from inference.results import FloatArray


@dataclass(frozen=True, slots=True)
class HeatmapStyle:
    """How heatmaps are drawn: the scale, the name of the colour map, and how opaque they lie over the picture."""

    scale: Scale = "normalised"
    colour_map: str = "inferno"
    opacity: float = 0.65


@dataclass(frozen=True, slots=True, eq=False)
class StageStep:
    """What one stage of a model without heatmaps did for one joint.

    Args:
        box: (4,) left, top, right and bottom of what it saw, px of the crop.
        before: (2,) the place that the stage before said; None for the first one.
        place: (2,) the place that it says.
        true: (2,) the true place; None where that is not known.
    """

    box: FloatArray
    before: FloatArray | None
    place: FloatArray
    true: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class HeatmapPanel:
    """One heatmap, what a stage without one did, or the crop alone while there is neither.

    Args:
        title: which model and stage.
        crop: (height, width, 3) BGR, what the model was shown.
        to_image: (2, 3) from px of the crop to image coordinates.
        heatmap: None if it is not known yet, or not there; note says which.
        facts: of the heatmap.
        truth: None where the true place is not known.
        sigma_px: of the target Gaussian, pixels of the heatmap.
        score: the model's confidence in this keypoint.
        note: a sentence in place of a heatmap.
        step: in place of a heatmap, of a model that has none.
        stage: counted from 0, that which it is of.
        plane: in which one looks at it; the crop lies in xy alone.
    """

    title: str
    crop: npt.NDArray[np.uint8]
    to_image: FloatArray
    heatmap: Heatmap | None = None
    facts: HeatmapFacts | None = None
    truth: TruthFacts | None = None
    sigma_px: float = 1.0
    score: float | None = None
    note: str = ""
    step: StageStep | None = None
    stage: int = 0
    plane: Plane = "xy"

    @property
    def has_depth(self) -> bool:
        """Whether there is no picture to lay the heatmap over."""
        return has_depth(self.plane)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width on the screen as shares of each other; depth is as long as the crop is wide."""
        height, width = self.crop.shape[:2]
        return (width if self.plane == "xz" else height), width

    @property
    def span(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge of what it shows, in the unit of `HeatmapGrid`."""
        height, width = self.crop.shape[:2]
        return (-1.0, -1.0, 1.0, 1.0) if self.has_depth else (0.0, 0.0, width, height)

    @property
    def has_truth(self) -> bool:
        """Whether the true place is known."""
        return self.truth is not None or (self.step is not None and self.step.true is not None)

    def in_image(self, place: npt.ArrayLike) -> FloatArray:
        """(2,) image coordinates of a place in the crop."""
        moved: FloatArray = self.to_image[:, :2] @ np.asarray(place, np.float64) + self.to_image[:, 2]
        return moved

    def in_words(self, place: npt.ArrayLike, *, is_short: bool = False) -> str:
        """A place, in the plane's unit and then in the picture, or in depth along the axis that the crop has too."""
        first, second = np.asarray(place, np.float64).tolist()
        if not self.has_depth:
            x, y = self.in_image(place)
            return f"{first:.1f}, {second:.1f}" + ("" if is_short else f" · image {x:.1f}, {y:.1f}")
        column, row = self.plane
        shared, share, length = (row, second, 0) if column == "z" else (column, first, 1)
        words = f"{column} {first:.3f}, {row} {second:.3f}"
        return words + ("" if is_short else f" · crop {shared} {(share + 1) / 2 * self.crop.shape[length]:.1f}")


@dataclass(frozen=True, slots=True, eq=False)
class HeatmapSheet:
    """Panels in rows, one row for each model, and what they are of.

    Args:
        caption: frame, place and joint.
        rows: of panels, one for each plane of each stage that is shown.
        planes: how many panels one stage has.
    """

    caption: str = ""
    rows: tuple[tuple[HeatmapPanel, ...], ...] = field(default_factory=tuple)
    planes: int = 1


def columns_of(row_lengths: Sequence[int], width: float, height: float, planes: int = 1) -> int:
    """In how many columns panels are largest, one after the other.

    Args:
        row_lengths: how many panels there are of each model; several of several models keep their rows.
        width: of the room.
        height: of the room.
        planes: how many panels one stage has; those of several stages stand in columns.
    """
    longest = max(row_lengths, default=0)
    is_table = is_in_rows(row_lengths)
    if planes > 1:
        choices = range(1, longest + 1) if longest <= planes else range(planes, longest + 1, planes)
    else:
        choices = range(longest, longest + 1) if is_table else range(1, sum(row_lengths) + 1)
    counts = row_lengths if is_table else [sum(row_lengths)]

    def side(columns: int) -> float:
        return min(width / columns, height / sum(-(-count // columns) for count in counts))

    return max(choices, key=side, default=1)


def is_in_rows(row_lengths: Sequence[int]) -> bool:
    """Whether each model has rows of its own; single panels stand one after the other."""
    return len(row_lengths) > 1 and max(row_lengths) > 1


def fact_lines(panel: HeatmapPanel, *, is_short: bool = False) -> list[tuple[str, str]]:
    """The facts of a panel as names and values for a person.

    Args:
        panel: of a heatmap or a stage's step; one without either has no facts.
        is_short: leave out the image coordinates, where several stand side by side.
    """
    place = partial(panel.in_words, is_short=is_short)
    lines = (
        _step_lines(panel.step, place) if panel.step is not None else _heatmap_lines(panel, place, is_short=is_short)
    )
    if lines and panel.score is not None:
        lines.append(("Confidence", f"{panel.score:.2f}"))
    return lines + _truth_lines(panel, place)


def _step_lines(step: StageStep, place: Callable[[FloatArray], str]) -> list[tuple[str, str]]:
    left, top, right, bottom = step.box
    lines = [("Place", place(step.place)), ("Looked at", f"{right - left:.1f} by {bottom - top:.1f} px")]
    if step.before is not None:
        moved = f"{np.hypot(*(step.place - step.before)):.2f} px"
        lines += [("Place before", place(step.before)), ("Moved by", moved)]
    return lines


def _heatmap_lines(panel: HeatmapPanel, place: Callable[[FloatArray], str], *, is_short: bool) -> list[tuple[str, str]]:
    facts = panel.facts
    if facts is None:
        return []
    longer, shorter = facts.spread
    digits, unit = (3, "" if is_short else " normalised") if panel.has_depth else (2, " px")
    lines = [
        ("Peak", f"{facts.peak:.3g} raw · {facts.peak_probability:.3g} of the mass"),
        ("Argmax", place(facts.argmax)),
        ("Expectation", place(facts.expectation)),
        ("Argmax to expectation", f"{facts.apart:.{digits}f}{unit}"),
        ("Spread", f"{longer:.{digits}f} by {shorter:.{digits}f}{unit} at {np.degrees(facts.axis_rad):.0f}°"),
        ("Entropy", f"{facts.entropy_nats:.2f} nats · {100 * facts.entropy_share:.0f} % of a flat one's"),
    ]
    if is_short:
        lines[0] = ("Peak, raw · share", f"{facts.peak:.3g} · {facts.peak_probability:.3g}")
        lines[-1] = ("Entropy", f"{facts.entropy_nats:.2f} nats · {100 * facts.entropy_share:.0f} %")
    return lines


def _truth_lines(panel: HeatmapPanel, place: Callable[[FloatArray], str]) -> list[tuple[str, str]]:
    truth, step = panel.truth, panel.step
    if truth is not None:
        return [
            ("True place", place(truth.place)),
            ("Error", f"{truth.error_px:.2f} px · distance {truth.distance:.4f}"),
            ("Divergence (JSD)", f"{truth.js_divergence:.4f} nats"),
            ("Distance + JSD", f"{truth.loss():.4f}"),
        ]
    if step is not None and step.true is not None:
        return [("True place", place(step.true)), ("Error", f"{np.hypot(*(step.place - step.true)):.2f} px")]
    return []
