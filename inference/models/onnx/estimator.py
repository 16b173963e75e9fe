"""Any published pose model in an ONNX file as an estimator of poses in crops."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inference.models.errors import ModelError
from inference.models.onnx.answers import decode, heatmap_edges
from inference.models.onnx.design import OnnxDesign
from inference.models.onnx.published_skeletons import skeleton_named
from inference.models.onnx.recognition import recognised
from inference.models.onnx.session import Array, OnnxSession, input_type, open_session
from inference.models.onnx.sidecar import read_sidecar
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_heatmaps import CropHeatmaps, StageHeatmaps
from inference.pose.crop_map import CropRegion, Picture, crop_map
from inference.pose.heatmap_facts import positive_share
from inference.pose.pose_maps import PoseMaps, pose_maps
from inference.pose.skeletons import Skeleton
from inference.results import ModelIdentity

_AT_ONCE = 16
"""Crops that a model is shown at once, if it takes several."""


class OnnxPoseEstimator:
    """Poses by an ONNX file; see `load_onnx_estimator`."""

    def __init__(self, session: OnnxSession, design: OnnxDesign, skeleton: Skeleton, identity: ModelIdentity) -> None:
        self._session = session
        self._skeleton = skeleton
        self._identity = identity
        self.design = design

    @property
    def skeleton(self) -> Skeleton:
        """Whose joints, in whose order, the keypoints are."""
        return self._skeleton

    @property
    def identity(self) -> ModelIdentity:
        """The file's name and hash."""
        return self._identity

    @property
    def provider(self) -> str:
        """What runs it, in onnxruntime's words."""
        return self._session.provider

    @property
    def device(self) -> str:
        """Where it computes: cpu, cuda or dml, say, after what runs it."""
        return self.provider.removesuffix("ExecutionProvider").lower()

    def estimate(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people; see `CropPoseEstimator`.

        Raises:
            ModelError: if the model cannot be run.
        """
        return self._estimated(pictures, regions, with_maps=False)

    def estimate_with_maps(self, pictures: Sequence[Picture], regions: Sequence[CropRegion]) -> EstimatedPoses:
        """The poses of people, and what led to them if the model is of the kind heatmaps; see `MapsEstimator`.

        Raises:
            ModelError: if the model cannot be run.
        """
        return self._estimated(pictures, regions, with_maps=self.design.kind == "heatmaps")

    def _estimated(
        self, pictures: Sequence[Picture], regions: Sequence[CropRegion], *, with_maps: bool
    ) -> EstimatedPoses:
        maps = [crop_map(region, self.design.input_size, self.design.padding) for region in regions]
        crops = [each.cut(picture, self.design.fill)[..., :3] for each, picture in zip(maps, pictures, strict=True)]
        count = len(self._skeleton.joints)
        keypoints, scores = np.zeros((len(maps), count, 2)), np.zeros((len(maps), count))
        evidence: list[PoseMaps] = []
        at_once = self._session.inputs[0].shape[0] or _AT_ONCE
        for first in range(0, len(maps), at_once):
            shown = slice(first, min(first + at_once, len(maps)))
            answer, answered = self._answer(crops[shown], at_once)
            found, sureness = self._read(answer, answered)
            scores[shown] = sureness[: shown.stop - first]
            for place in range(first, shown.stop):
                keypoints[place] = maps[place].to_image(found[place - first])
            if with_maps:
                evidence += [
                    pose_maps(heatmaps, positive_share(heatmaps), each, heatmap_edges(self.design, heatmaps.shape[1:]))
                    for heatmaps, each in zip(self._heatmaps(answer), maps[shown], strict=False)
                ]
        return EstimatedPoses(keypoints, scores, tuple(evidence))

    def look(self, picture: Picture, region: CropRegion) -> CropHeatmaps | None:
        """What a model of the kind heatmaps says of one person; None for the other kinds. See `HeatmapEstimator`.

        Raises:
            ModelError: if the model cannot be run.
        """
        if self.design.kind != "heatmaps":
            return None
        crop = crop_map(region, self.design.input_size, self.design.padding)
        shown = crop.cut(picture, self.design.fill)
        answer, count = self._answer([shown], self._session.inputs[0].shape[0] or 1)
        keypoints, scores = self._read(answer, count)
        maps = self._heatmaps(answer)[0]
        edges = heatmap_edges(self.design, (maps.shape[1], maps.shape[2]))
        stage = StageHeatmaps("output", maps, positive_share(maps), keypoints[0], is_normalised_by_model=False)
        joints = tuple(self._skeleton.joints)
        return CropHeatmaps(self._identity, joints, shown, crop, (stage,), edges, scores[0], self.design.sigma_px)

    def _heatmaps(self, answer: Sequence[Array]) -> Array:
        """(n, K, h, w) of a model of the kind heatmaps, as it says them."""
        maps = next(each for each in answer if each.ndim == 4).astype(np.float32)
        return maps if self.design.joints is None else maps[:, list(self.design.joints)]

    def _answer(self, crops: Sequence[Picture], at_once: int) -> tuple[Sequence[Array], int]:
        """What the model answers, and to how many crops, which may be more than were given."""
        shown = prepared(np.stack(crops), self.design)
        declared = self._session.inputs[0].shape[0]
        if declared is not None and len(shown) < at_once:  # the last ones of a file that wants so many, no fewer
            shown = np.concatenate([shown, np.repeat(shown[-1:], at_once - len(shown), axis=0)])
        return self._session.run(shown), len(shown)

    def _read(self, answer: Sequence[Array], count: int) -> tuple[Array, Array]:
        try:
            keypoints, scores = decode(self.design, answer)
            if len(keypoints) != count:
                raise ValueError("there are not as many answers as crops")
        except (ValueError, IndexError, StopIteration) as error:
            shapes = ", ".join(str(each.shape) for each in answer)
            raise ModelError(
                f"{self._session.path.name} answers {shapes}, which is no answer of the kind {self.design.kind}."
            ) from error
        return keypoints, scores


def load_onnx_estimator(
    path: Path, device: str = "auto", settings: Mapping[str, Any] | None = None
) -> OnnxPoseEstimator:
    """An ONNX pose model, recognised from what it takes and answers, and from its sidecar.

    Args:
        path: the file.
        device: see `open_session`.
        settings: values of `OnnxDesign` by name, which win over the sidecar's.

    Raises:
        ModelError: if it cannot be read, is newer than onnxruntime, or is no pose model of a known kind.
    """
    session = open_session(path, device)
    if not session.inputs or not session.outputs:
        raise ModelError(f"{path.name} is no pose model: it has no inputs or no outputs.")
    input_type(session.inputs[0])
    try:
        design = recognised(session, {**read_sidecar(path), **(settings or {})})
        skeleton = skeleton_named(design.skeleton)
    except StopIteration:
        raise ModelError(f"{path.name} does not answer as its sidecar says it would.") from None
    return OnnxPoseEstimator(session, design, skeleton, ModelIdentity(path.stem, design.kind, short_hash(path)))


def prepared(crops: Picture, design: OnnxDesign) -> Array:
    """What a model takes of crops.

    Args:
        crops: (n, height, width, 3), BGR.
        design: of the model.

    Returns:
        (n, 3, height, width), or (n, height, width, 3) for those that want it so; single precision.
    """
    colours = crops[..., ::-1] if design.colour == "rgb" else crops
    values = (colours.astype(np.float32) - np.asarray(design.mean, np.float32)) / np.asarray(
        design.deviation, np.float32
    )
    return values if design.is_channels_last else np.ascontiguousarray(values.transpose(0, 3, 1, 2))


def short_hash(path: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
