"""Similarities by hand, and average precision as COCO's own program counts it."""

import contextlib
import io
import json

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from inference.pose.metrics.keypoint_similarity import (
    COCO_SIGMAS,
    FoundPose,
    TruePerson,
    average_precision,
    keypoint_similarity,
)

CATEGORY = {"id": 1, "name": "person", "keypoints": [str(number) for number in range(17)], "skeleton": []}


def made_up(rng):
    """Pictures with people, crowds and people nobody labelled, of all sizes."""
    annotations = []
    for picture in range(1, 9):
        for _ in range(rng.integers(0, 6)):
            left, top = rng.uniform(0, 400, 2)
            width, height = np.exp(rng.uniform(np.log(15), np.log(300), 2))
            seen = rng.integers(0, 3, 17) * (rng.random() > 0.15)
            places = rng.uniform([left, top], [left + width, top + height], (17, 2)) * (seen[:, None] > 0)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": picture,
                    "category_id": 1,
                    "iscrowd": int(rng.random() < 0.1),
                    "area": float(0.6 * width * height),
                    "bbox": [left, top, width, height],
                    "num_keypoints": int((seen > 0).sum()),
                    "keypoints": np.column_stack([places, seen]).reshape(-1).tolist(),
                }
            )
    return {
        "info": {},
        "images": [{"id": picture} for picture in range(1, 9)],
        "annotations": annotations,
        "categories": [CATEGORY],
    }


def perturbed(truth, rng):
    """Poses near people and elsewhere, more or less sure, some twice."""
    poses = []
    for annotation in truth["annotations"]:
        given = np.array(annotation["keypoints"], float).reshape(-1, 3)
        left, top, width, height = annotation["bbox"]
        places = np.where(
            given[:, 2:] > 0, given[:, :2], rng.uniform([left, top], [left + width, top + height], (17, 2))
        )
        for _ in range(rng.integers(0, 3)):
            spread = float(rng.choice([0.01, 0.03, 0.08, 0.3])) * np.sqrt(annotation["area"])
            moved = places + rng.normal(0, spread, places.shape)
            score = round(float(rng.random()), 2)
            poses.append({"image_id": annotation["image_id"], "category_id": 1, "score": score, "keypoints": moved})
    return poses


def by_coco(truth, poses):
    listed = [
        pose | {"keypoints": np.column_stack([pose["keypoints"], np.ones(17)]).reshape(-1).tolist()} for pose in poses
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(listed), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def person_of(annotation):
    given = np.array(annotation["keypoints"], float).reshape(-1, 3)
    return TruePerson(
        given[:, :2], given[:, 2] > 0, annotation["area"], tuple(annotation["bbox"]), bool(annotation["iscrowd"])
    )


def ours(truth, poses):
    pictures = []
    for picture in truth["images"]:
        people = [person_of(each) for each in truth["annotations"] if each["image_id"] == picture["id"]]
        found = [FoundPose(each["keypoints"], each["score"]) for each in poses if each["image_id"] == picture["id"]]
        pictures.append((people, found))
    return average_precision(pictures)


def assert_same(truth, poses):
    evaluation, result = by_coco(truth, poses), ours(truth, poses)
    figures = [
        result.ap, result.ap_50, result.ap_75, result.ap_medium, result.ap_large,
        result.ar, result.ar_50, result.ar_75, result.ar_medium, result.ar_large,
    ]  # fmt: skip
    np.testing.assert_allclose(figures, evaluation.stats, rtol=0, atol=1e-12)
    return evaluation


@pytest.mark.parametrize("seed", range(6))
def test_made_up_scenes_are_counted_as_coco_does(seed):
    rng = np.random.default_rng(seed)
    truth = made_up(rng)

    evaluation = assert_same(truth, perturbed(truth, rng))

    assert 0.02 < evaluation.stats[0] < 0.98


@pytest.mark.parametrize("seed", range(3))
def test_real_annotations_are_counted_as_coco_does(shared_data, seed):
    truth = json.loads((shared_data / "keypoints/coco/test_coco.json").read_text())
    rng = np.random.default_rng(seed)
    poses = perturbed(truth, rng)

    evaluation = assert_same(truth, poses)

    # The similarities themselves, too.
    for picture in truth["images"]:
        people = [person_of(each) for each in truth["annotations"] if each["image_id"] == picture["id"]]
        own = sorted((each for each in poses if each["image_id"] == picture["id"]), key=lambda each: -each["score"])
        mine = [[keypoint_similarity(person, pose["keypoints"]) for person in people] for pose in own[:20]]
        np.testing.assert_allclose(mine, evaluation.ious[(picture["id"], 1)], atol=1e-12)


def test_a_similarity_by_hand():
    labelled = np.zeros(17, bool)
    labelled[[0, 5]] = True
    person = TruePerson(np.zeros((17, 2)), labelled, 10000.0, (0, 0, 100, 100))
    pose = np.zeros((17, 2))
    pose[5] = [2 * COCO_SIGMAS[5] * 100, 0]  # as far as the bell is wide
    pose[9] = [500, 500]  # not labelled

    assert keypoint_similarity(person, pose) == pytest.approx((1 + np.exp(-0.5)) / 2)


def test_nobody_to_find_is_told_by_minus_one():
    nobody = average_precision([((), [FoundPose(np.zeros((17, 2)), 0.5)])])
    assert (nobody.ap, nobody.ar, nobody.ap_large) == (-1, -1, -1)

    person = TruePerson(np.arange(34.0).reshape(17, 2), np.ones(17, bool), 50.0**2, (0, 0, 50, 50))
    missed, found = (average_precision([((person,), poses)]) for poses in ((), [FoundPose(person.keypoints, 0.3)]))
    assert (missed.ap, missed.ar, missed.ap_medium, missed.ap_large) == (0, 0, 0, -1)
    assert (found.ap, found.ar, found.ap_medium) == (pytest.approx(1), 1, pytest.approx(1))
