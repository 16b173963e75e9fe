"""A pose model that always sees the same pose, so that tests know where every joint is."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import torch

from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.skeletons import CANONICAL_17
from inference.results import ModelIdentity

OFFSETS = {
    joint: (10.0 * (1 if joint.startswith("left") else -1 if joint.startswith("right") else 0), 4.0 * place - 32)
    for place, joint in enumerate(CANONICAL_17.joints)
}
"""Of each joint from the middle of what the model is shown, px of the picture."""

SCORE = 0.75

DEPTHS = {joint: 3.0 * place - 24 for place, joint in enumerate(CANONICAL_17.joints)}
"""How much farther away than the pelvis each joint is for a model that says so, px of the picture."""


class StillPose:
    """Says OFFSETS with SCORE, once it may go on; remembers what it was asked."""

    def __init__(self, name="still"):
        self.skeleton = CANONICAL_17
        self.identity = ModelIdentity(name, "1", "abc")
        self.regions = []
        self.go_on = threading.Event()
        self.go_on.set()

    def estimate(self, pictures, regions):
        assert self.go_on.wait(60)
        assert len(pictures) == len(regions)
        self.regions += regions
        offsets = np.array(list(OFFSETS.values()))
        keypoints = np.stack([region.middle + offsets for region in regions])
        return EstimatedPoses(keypoints, np.full(keypoints.shape[:2], SCORE))


class DeepPose(StillPose):
    """The same, and says DEPTHS."""

    def estimate(self, pictures, regions):
        depths = np.tile(list(DEPTHS.values()), (len(regions), 1))
        return replace(super().estimate(pictures, regions), depths=depths)


class CrampedPose(StillPose):
    """The same on a GPU that has memory for so many crops at once."""

    device = "cuda:0"

    def __init__(self, name, room):
        super().__init__(name)
        self.room = room

    def estimate(self, pictures, regions):
        if len(regions) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return super().estimate(pictures, regions)
