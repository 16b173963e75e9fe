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

    least = {"blazepose": 0.58, "movenet": 0.70}[estimator.design.kind]
    assert similarity(poses.keypoints, people) > least


def test_upside_down_they_are_found_if_pictures_are_turned(estimator, people):
    turned, regions, back = [], [], []
    for picture, region, *_ in people[:4]:
        height, width = picture.shape[:2]
        turned.append(np.ascontiguousarray(picture[::-1, ::-1]))
        regions.append(
            CropRegion(
                width - region.left - region.width, height - region.top - region.height, region.width, region.height
            )
        )
        back.append(np.array([width, height]))
    plain = estimator.estimate(turned, regions).keypoints
    found, chosen = estimate_upright(estimator, turned, regions)

    sides = np.array(back)[:, None]
    assert similarity(sides - plain, people[:4]) < 0.4
    assert similarity(sides - found.keypoints, people[:4]) > 0.55
    for region in chosen:
        assert abs(abs(math.remainder(region.turn_rad, 2 * math.pi)) - math.pi) < math.radians(45)
