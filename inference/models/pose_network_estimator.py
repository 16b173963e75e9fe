"""A network of our own as an estimator of poses in crops."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from inference.models.deeppose import CascadeOutput
from inference.models.devices import device_named
from inference.models.part_affinity_model import PartAffinityModel
from inference.models.pose_model import prepared
from inference.models.pose_weights import StoredPoseModel, load_pose_model
from inference.models.precision import is_half_precision_quick
from inference.models.single_call import SingleCall, in_a_single_call
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_heatmaps import CropHeatmaps, CropLook, StageHeatmaps
from inference.pose.crop_map import PERSON_PADDING, CropMap, CropRegion, Picture, crop_map
from inference.pose.crop_places import CropPlaces, StagePlaces
from inference.pose.heatmap_facts import positive_share
from inference.pose.planes import axes_of, has_depth, last_in_picture
from inference.pose.pose_maps import PoseMaps, pose_maps
from inference.pose.pose_output import HeatmapStage, PoseOutput
from inference.pose.predictors import PredictorSettings, SoftArgmax
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray, ModelIdentity

_AT_ONCE: Final = 16
_USUAL_CROP_PERCENT: Final = 225
"""What crops of simulated divers have, for weights that do not say what they learned from."""
_VERSION: Final = "1"


class NetworkPoseEstimator:
    """Poses by a pose model that this program trained.

    Args:
        stored: what its weights file holds.
        device: where it computes, cpu or cuda:0, say.
        is_half: whether keypoints are computed in bfloat16. Heatmaps that are looked into never are: their small values
            would lie on steps.
    """

    def __init__(self, stored: StoredPoseModel, device: str = "cpu", *, is_half: bool = False) -> None:
        # Convolutions are quicker with colours last in memory, on a processor and with tensor cores.
        stored.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's
        self._model = stored.model.to(device).eval()
        self._device = torch.device(device)
        self._is_half = is_half
        self._single_call: SingleCall | None = None
        self._box_padding = (stored.learned.get("crop_percent") or _USUAL_CROP_PERCENT) / 100
        self._identity = ModelIdentity(stored.name, _VERSION, stored.weights_hash)

    @property
    def skeleton(self) -> Skeleton:
        """Whose joints, in whose order, the keypoints are."""
        return self._model.skeleton

    @property
    def identity(self) -> ModelIdentity:
        """The design's name and the hash of the weights."""
        return self._identity

    @property
    def device(self) -> str:
        """Where it computes: cpu or cuda:0, say."""
        return str(self._device)

    def prepare(self) -> None:
        """Get ready to compute beside a playing video; see `Preparable`."""
        if self._single_call is None and self._device.type == "cpu":
            self._single_call = in_a_single_call(self._model, is_half=self._is_half)

    def estimate(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people; see `CropPoseEstimator`."""
        return self._estimated(pictures, regions, with_maps=False)

    def estimate_with_maps(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people, and what led to them; see `MapsEstimator`."""
        return self._estimated(pictures, regions, with_maps=True)

    def _estimated(
        self, pictures: Sequence[Picture], regions: Sequence[CropRegion], *, with_maps: bool
    ) -> EstimatedPoses:
        height, width = self._model.input_size
        maps = [self._crop_map(region) for region in regions]
        count = len(self.skeleton.joints)
        keypoints, scores = np.zeros((len(maps), count, 2)), np.zeros((len(maps), count))
        evidence: list[PoseMaps] = []
        depths: list[FloatArray] = []
        for first in range(0, len(maps), _AT_ONCE):
            places = range(first, min(first + _AT_ONCE, len(maps)))
            crops = np.stack([maps[place].cut(pictures[place])[..., :3] for place in places])
            output = self._output(crops, is_half=self._is_half)
            found = (output.coordinates[..., :2].numpy().astype(np.float64) + 1) / 2 * [width, height]
            scores[first : places.stop] = np.clip(output.confidences.numpy(), 0, 1)
            for place, points in zip(places, found, strict=True):
                keypoints[place] = maps[place].to_image(points)
            if output.coordinates.shape[-1] > 2:
                away = output.coordinates[..., 2].numpy().astype(np.float64) * max(height, width) / 2
                depths += [row / maps[place].scale for place, row in zip(places, away, strict=True)]
            stage = last_in_picture(output.stages) if with_maps else None
            if stage is not None:
                evidence += [self._maps(output, stage, place - first, maps[place]) for place in places]
        return EstimatedPoses(keypoints, scores, tuple(evidence), np.stack(depths) if depths else None)

    def _maps(self, output: PoseOutput, stage: HeatmapStage, place: int, crop: CropMap) -> PoseMaps:
        raw = stage.heatmaps[place].numpy()
        read, pmm = (raw, positive_share(raw)) if stage.pmm is None else (stage.pmm[place].numpy(),) * 2
        # A model with PMMs but no covariances reads something else off them than where a joint is.
        means_something = stage.pmm is None or output.covariances is not None
        limbs = self._model.limbs if isinstance(self._model, PartAffinityModel) else ()
        pafs = output.pafs[-1][place].numpy() if output.pafs else None
        kept = pmm if means_something else None
        poses = None if output.samples is None else _in_crop(output.samples[place], crop.size)
        return pose_maps(read, kept, crop, output.heatmap_edges, limbs, pafs, poses)

    def look(self, picture: Picture, region: CropRegion) -> CropLook:
        """What it says of one person, with the heatmaps or places of every stage; see `HeatmapEstimator`."""
        crop = self._crop_map(region)
        shown = crop.cut(picture)
        output = self._output(shown[None], is_half=False)
        joints, scores = tuple(self.skeleton.joints), np.clip(output.confidences[0].numpy().astype(np.float64), 0, 1)
        if not output.stages:
            return CropPlaces(self._identity, joints, shown, crop, _stage_places(output, crop.size), scores)
        settings = getattr(getattr(self._model, "predictor", None), "settings", PredictorSettings())
        return CropHeatmaps(
            self._identity,
            joints,
            shown,
            crop,
            tuple(_stage_arrays(stage, shown.shape[1], shown.shape[0]) for stage in output.stages),
            output.heatmap_edges,
            scores,
            settings.sigma_px,
            settings.weight,
        )

    def _crop_map(self, region: CropRegion) -> CropMap:
        """The way to what the model is shown of a person: as large in it as people were when it learned."""
        return crop_map(region, self._model.input_size, PERSON_PADDING if region.is_whole else self._box_padding)

    def _output(self, crops: Picture, *, is_half: bool) -> PoseOutput:
        """The answer for (n, height, width, 3) BGR crops."""
        shown = torch.from_numpy(crops)
        if self._single_call is not None and is_half == self._is_half:
            return self._single_call(shown)
        if self._device.type == "cuda":
            shown = shown.pin_memory()  # whence it is copied while the processor goes on
        with torch.inference_mode(), torch.autocast(self._device.type, torch.bfloat16, enabled=is_half):
            pictures = prepared(shown.to(self._device, non_blocking=True))
            output: PoseOutput = self._model(pictures.contiguous(memory_format=torch.channels_last))
            return output.on_cpu()


def _in_crop(normalised: torch.Tensor, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """(..., 2) px of a crop of (height, width)."""
    extent = torch.tensor([size[1], size[0]])
    return ((normalised + 1) / 2 * extent).numpy()


def _stage_arrays(stage: HeatmapStage, width: int, height: int) -> StageHeatmaps:
    raw = stage.heatmaps[0].numpy()
    pmm = positive_share(raw) if stage.pmm is None else stage.pmm[0].numpy()
    places = stage.coordinates[0, :, axes_of(stage.plane)].numpy().astype(np.float64)
    if not has_depth(stage.plane):
        places = (places + 1) / 2 * [width, height]
    return StageHeatmaps(stage.name, raw, pmm, places, stage.pmm is not None, stage.plane)


def _stage_places(output: PoseOutput, size: tuple[int, int]) -> tuple[StagePlaces, ...]:
    """The places that each stage says of the first crop, of (height, width) px, and the boxes that it saw."""
    places: Sequence[torch.Tensor] = [output.coordinates[..., :2]]
    reaches: Sequence[torch.Tensor] = [torch.ones(1, 2)]
    if isinstance(output, CascadeOutput):
        places, reaches = output.places, output.reaches
    middles = (torch.zeros_like(places[0]), *places)
    names = [f"stage {number}" for number, _ in enumerate(places, start=1)] if len(places) > 1 else ["output"]
    extent = np.array([size[1], size[0]])

    def pixels(normalised: torch.Tensor) -> FloatArray:
        found: FloatArray = (normalised[0].numpy().astype(np.float64) + 1) / 2 * extent
        return found

    return tuple(
        StagePlaces(name, pixels(place), np.hstack([pixels(middle - reach[:, None]), pixels(middle + reach[:, None])]))
        for name, place, middle, reach in zip(names, places, middles, reaches, strict=False)
    )


def load_network_estimator(path: Path, device: str = "auto") -> NetworkPoseEstimator:
    """A pose model of ours with its weights.

    In half precision where that is quicker and the keypoints are means of heatmaps: many rounded pixels together still
    say the place to a fraction of a px of the crop. The highest of rounded pixels may be another one, and coordinates
    that a network says outright would be rounded themselves.

    Args:
        path: what `train pose` wrote.
        device: see `device_named`.

    Raises:
        ModelError: if the file is missing, broken, or not that of a pose model.
        DeviceGoneError: if the device is not there.
    """
    device = device_named(device)
    stored = load_pose_model(path)
    is_mean = isinstance(getattr(stored.model, "predictor", None), SoftArgmax)
    return NetworkPoseEstimator(stored, device, is_half=is_mean and is_half_precision_quick(device))
