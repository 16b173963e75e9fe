"""Which way a pose model misses, as a picture in the manner of thesis figure 3.21; drawn as `plots` draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.evaluation.pose import PosedCrops
from inference.pose.metrics.correct_keypoints import HALF_A_HEAD, relative_errors
from inference.pose.metrics.mispredictions import misprediction_field
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE_IN = (5.6, 4.6)


def misprediction_figure(name: str, answers: PosedCrops) -> Figure:
    """Mean misses of the keypoints beyond half a head, by where they truly are in what the model is shown.

    Args:
        name: of the model.
        answers: what it says.
    """
    from matplotlib.figure import Figure

    half_side = CROP_SIDE_PX / CROP_MARGIN / 2
    predicted, true = ((points - CROP_SIDE_PX / 2) / half_side for points in (answers.predicted, answers.true))
    with np.errstate(invalid="ignore"):
        wrong = relative_errors(answers.predicted, answers.true, answers.head_px) > HALF_A_HEAD
    field = misprediction_field(predicted, true, wrong)
    x, y = np.moveaxis(field.centres, -1, 0)
    along, down = np.moveaxis(field.offsets, -1, 0)
    shown = ~np.isnan(along)
    figure = Figure(figsize=_SIZE_IN, layout="constrained")
    axes = figure.add_subplot()
    arrows = axes.quiver(
        x[shown],
        y[shown],
        along[shown],
        down[shown],
        100 * field.wrong_shares[shown],
        angles="xy",
        scale_units="xy",
        scale=1,
        cmap="viridis",
    )
    figure.colorbar(arrows, label="keypoints beyond half a head, %")
    axes.set(xlim=(-1, 1), ylim=(1, -1), xlabel="x", ylabel="y", aspect="equal", title=f"Misses of {name}")
    return figure
