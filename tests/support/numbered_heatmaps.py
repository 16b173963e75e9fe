"""Pose models that say which frame their answer is of, so that tests see whether it is shown over another."""

from __future__ import annotations

import numpy as np
from still_pose import StillPose

from inference.pose.crop_heatmaps import CropHeatmaps, StageHeatmaps
from inference.pose.crop_map import PERSON_PADDING, crop_map
from inference.pose.crop_places import CropPlaces, StagePlaces
from tests.support.barcode import read_barcode

SIDE, CELLS = 32, 8
STAGES = ("stage 1", "output")


class NumberedHeatmaps(StillPose):
    """Each heatmap's highest raw value is the frame's number, in the row of the joint and the column of the stage."""

    def look(self, picture, region):
        assert self.go_on.wait(60)
        self.regions.append(region)
        crop = crop_map(region, (SIDE, SIDE), PERSON_PADDING)
        number = read_barcode(picture)
        stages = []
        for stage, name in enumerate(STAGES):
            raw = np.zeros((17, CELLS, CELLS), np.float32)
            raw[np.arange(17), np.arange(17) % CELLS, stage] = number
            pmm = np.exp(raw / 30)
            pmm /= pmm.sum(axis=(1, 2), keepdims=True)
            stages.append(StageHeatmaps(name, raw, pmm, np.full((17, 2), 16.0), True))
        edges = (-1.0, -1.0, 1.0, 1.0)
        return CropHeatmaps(
            self.identity,
            tuple(self.skeleton.joints),
            crop.cut(picture),
            crop,
            tuple(stages),
            edges,
            np.full(17, 0.5),
        )


class NumberedPlaces(StillPose):
    """Without heatmaps. Its first stage says the crop's middle of every joint; its second looks round that, and says a
    place that is one px of the crop farther right for every ten frames.
    """

    def look(self, picture, region):
        crop = crop_map(region, (SIDE, SIDE), PERSON_PADDING)
        middle = np.full((17, 2), SIDE / 2)
        moved = np.add(middle, (read_barcode(picture) / 10, 0))
        stages = (
            StagePlaces("stage 1", middle, np.tile([0.0, 0.0, SIDE, SIDE], (17, 1))),
            StagePlaces("stage 2", moved, np.hstack([middle - 8, middle + 8])),
        )
        joints, scores = tuple(self.skeleton.joints), np.full(17, 0.5)
        return CropPlaces(self.identity, joints, crop.cut(picture), crop, stages, scores)
