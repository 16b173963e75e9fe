"""A pose model that costs next to nothing, so that what is measured is the window and not a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import PERSON_PADDING, CropRegion, Picture, crop_map
from inference.pose.pose_maps import pose_maps
from inference.pose.skeletons import CANONICAL_17
from inference.results import ModelIdentity

_SIDE: Final = 64
_OFFSETS: Final = np.random.default_rng(2).uniform(-0.3, 0.3, (17, 2))
"""Of the joints from the middle, in sides of the box."""


class CostlessPose:
    """Puts the same pose into every box, with heatmaps as large as those of networks: 17 of 64 x 64 px."""

    skeleton = CANONICAL_17
    identity = ModelIdentity("costless", "1")

    def __init__(self) -> None:
        self._whole = CropRegion(0, 0, 1, 1)
        x, y = ((0.5 + _OFFSETS / PERSON_PADDING) * _SIDE).T
        across, down = (np.exp(-0.5 * ((np.arange(_SIDE) + 0.5 - at[:, None]) / 2.0) ** 2) for at in (x, y))
        maps = (down[:, :, None] * across[:, None, :]).astype(np.float32)
        pmm = maps / maps.sum(axis=(1, 2), keepdims=True)
        self._maps = pose_maps(pmm, pmm, crop_map(self._whole, (_SIDE, _SIDE), PERSON_PADDING), (-1.0, -1.0, 1.0, 1.0))

    def estimate(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """See `CropPoseEstimator`."""
        keypoints = [region.middle + _OFFSETS * (region.width, region.height) for region in regions]
        return EstimatedPoses(np.stack(keypoints), np.full((len(pictures), 17), 0.9))

    def estimate_with_maps(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """See `MapsEstimator`."""
        maps = []
        for region in regions:
            scale = np.array([[region.width], [region.height]])
            to_image = self._maps.to_image * scale + [[0, 0, region.left], [0, 0, region.top]]
            maps.append(replace(self._maps, heatmaps=self._maps.heatmaps.copy(), to_image=to_image))
        return replace(self.estimate(pictures, regions), maps=tuple(maps))
