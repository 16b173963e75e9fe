"""Real BlazePose and MoveNet on real pictures, against what people marked in them."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest

from inference.models.onnx.estimator import load_onnx_estimator
from inference.pose.crop_map import CropRegion
from inference.pose.upright_search import estimate_upright

SIGMAS = np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]) / 1000
"""Of COCO's object keypoint similarity, by keypoint."""

MODELS = ("blazepose_landmark_lite.onnx", "movenet_singlepose_lightning_int8deq_4.onnx")
LEAST_KEYPOINTS = 10


@pytest.fixture(scope="module")
def people(request):
    """(picture, region, keypoints, visibility, area) of everybody of whom enough was marked."""
    folder = request.config.rootpath.parent / "shared" / "data" / "keypoints" / "coco"
    if not folder.is_dir():
        pytest.skip(f"no real pictures at {folder}")
    content = json.loads((folder / "test_coco.json").read_text())
    pictures = {image["id"]: cv2.imread(str(folder / image["file_name"])) for image in content["images"]}
    found = []
    for person in content["annotations"]:
        marked = np.array(person["keypoints"], float).reshape(17, 3)
        if person["num_keypoints"] >= LEAST_KEYPOINTS:
            region = CropRegion(*person["bbox"])
            # COCO counts pixels from their middles.
            found.append((pictures[person["image_id"]], region, marked[:, :2] + 0.5, marked[:, 2] > 0, person["area"]))
    return found


@pytest.fixture(scope="module", params=MODELS)
def estimator(request):
    path = request.config.rootpath.parent / "shared" / "models" / request.param
    if not path.is_file():
        pytest.skip(f"no real model at {path}")
    return load_onnx_estimator(path, "cpu")


def similarity(poses, people):
    """Mean object keypoint similarity, 1 for poses as marked."""
    values = []
    for found, (_, _, marked, counts, area) in zip(poses, people, strict=True):
        apart = ((found - marked) ** 2).sum(axis=1) / (2 * SIGMAS) ** 2 / 2 / area
        values.append(np.exp(-apart)[counts].mean())
    return float(np.mean(values))


def test_people_in_boxes_are_found_as_marked(estimator, people):
    poses = estimator.estimate([person[0] for person in people], [person[1] for person in people])

    found = similarity(poses.keypoints, people)
    print(f"\n{estimator.identity.name}: {found:.3f} of {len(people)} people")
    least = {"blazepose": 0.58, "movenet": 0.70}[estimator.design.kind]
    assert found > least


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_people_who_are_not_upright_are_found_if_pictures_are_turned(estimator, people, quarters):
    turned = [_turned(*person, quarters) for person in people]
    pictures, regions = [person[0] for person in turned], [person[1] for person in turned]
    plain = similarity(estimator.estimate(pictures, regions).keypoints, turned)
    found, chosen = estimate_upright(estimator, pictures, regions)
    upright = similarity(found.keypoints, turned)
    print(f"\n{estimator.identity.name}, {90 * quarters} degrees: {plain:.3f} as shown, {upright:.3f} turned")

    assert upright > {"blazepose": 0.6, "movenet": 0.7}[estimator.design.kind]
    assert upright > plain + 0.2
    leans = [math.remainder(region.turn_rad - quarters * math.pi / 2, 2 * math.pi) for region in chosen]
    assert np.mean(np.abs(leans) < math.pi / 4) > 0.6


def _turned(picture, region, marked, counts, area, quarters):
    """A person in a picture turned counterclockwise by quarters."""
    corners = np.array([[region.left, region.top], [region.left + region.width, region.top + region.height]])
    for _ in range(quarters):
        width = picture.shape[1]
        picture = np.ascontiguousarray(np.rot90(picture))
        marked, corners = (np.stack([points[:, 1], width - points[:, 0]], axis=1) for points in (marked, corners))
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return picture, CropRegion(left, top, right - left, bottom - top), marked, counts, area
