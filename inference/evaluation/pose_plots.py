"""Figures about pose models: which way they miss (thesis figure 3.21), and how near they come; drawn as `plots` draws.

Drawn with matplotlib, which is needed only when they are drawn (`pip install divereview[plots]`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from inference.pose.metrics.correct_keypoints import HALF_A_HEAD, correct_keypoints
from inference.pose.metrics.mispredictions import MispredictionField
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FIELD_SIZE_IN, _CURVES_SIZE_IN = (5.6, 4.6), (6.4, 4.0)
_STEPS = 51


def misprediction_figure(field: MispredictionField, title: str = "Mean misses by place") -> Figure:
    """Arrows from the middle of each cell as far as wrong predictions miss, coloured by how many are wrong there.

    Args:
        field: of one model.
        title: above the figure.
    """
    from matplotlib.figure import Figure

    shown = ~np.isnan(field.offsets).any(axis=-1)
    places, offsets = field.centres[shown], field.offsets[shown]
    figure = Figure(figsize=_FIELD_SIZE_IN, layout="constrained")
    axes = figure.add_subplot()
    arrows = axes.quiver(
        *places.T, *offsets.T, 100 * field.wrong_shares[shown], angles="xy", scale_units="xy", scale=1, cmap="viridis"
    )
    arrows.set_clim(0, 100 * max(np.nan_to_num(field.wrong_shares).max(), 0.01))
    figure.colorbar(arrows, label="wrong keypoints, %")
    axes.set(xlim=(-1, 1), ylim=(1, -1), xlabel="x", ylabel="y", aspect="equal", title=title)
    return figure


def correct_share_figure(
    errors: Mapping[str, FloatArray],
    skeleton: Skeleton,
    excluded: Collection[str] = (),
    highest: float = HALF_A_HEAD,
) -> Figure:
    """Curves of PCKh over its threshold, one for each model that has a known keypoint.

    Args:
        errors: (n, joints) of `relative_errors`, by the model's name.
        skeleton: whose joints they are.
        excluded: joints that are left out.
        highest: threshold, as a share of the head.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=_CURVES_SIZE_IN, layout="constrained")
    axes = figure.add_subplot()
    thresholds = np.linspace(0, highest, _STEPS)
    for name, own in errors.items():
        shares = [100 * correct_keypoints(own, skeleton, float(each), excluded).total for each in thresholds]
        if not np.isnan(shares).any():
            axes.plot(thresholds, shares, label=name)
    axes.set(xlim=(0, highest), ylim=(0, 100), xlabel="distance, heads", ylabel="keypoints within it, %")
    axes.set_title("How near predicted keypoints are")
    axes.grid(visible=True, alpha=0.3)
    if axes.lines:
        axes.legend(loc="lower right")
    return figure
