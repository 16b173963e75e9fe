"""Pose models in memory: one for all who use it, none for nobody, and a sentence where a device is missing."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from tiny_pose_model import DESIGN, NAME

from app.loaded_models import LoadedModels
from app.pose_models import PoseModelChoice
from inference.models import pose_designs
from inference.models.errors import ModelError
from inference.models.pose_weights import save_pose_model
from inference.pose.crop_map import whole_crop


@pytest.fixture
def choices(tmp_path, monkeypatch):
    """Two models with other weights each."""
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)
    found = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        path = tmp_path / f"pose{seed}.safetensors"
        save_pose_model(pose_designs.build(NAME).eval(), NAME, {}, path)
        found.append(PoseModelChoice(path.stem, f"Model {seed}", path, is_shipped=False))
    return found


def test_a_model_is_loaded_once_for_all_who_use_it_on_one_device(choices):
    models = LoadedModels()
    first = models.get(choices[0])
    assert models.get(choices[0]) is first
    others = models.get(choices[1]), models.get(choices[0], "cpu")
    assert first not in others


def test_a_file_that_has_changed_is_another_model(choices):
    models = LoadedModels()
    first = models.get(choices[0])
    os.utime(choices[0].path, ns=(0, 1))
    assert models.get(choices[0]) is not first


def test_a_model_is_free_once_the_last_user_has_let_go(choices):
    models = LoadedModels()
    live, job = models.get(choices[0]), models.get(choices[0])
    gone = weakref.ref(live)
    live = models.get(choices[1])
    gc.collect()
    assert gone() is job
    job = live
    gc.collect()
    assert gone() is None


def test_threads_that_ask_at_once_are_given_the_same_model(choices, monkeypatch):
    from inference.models import pose_estimators

    loading, may_load, loaded = threading.Event(), threading.Event(), []
    load = pose_estimators.load_estimator

    def slow(wanted, device):
        loading.set()
        assert may_load.wait(60)
        loaded.append(wanted)
        return load(wanted, device)

    monkeypatch.setattr(pose_estimators, "load_estimator", slow)
    models = LoadedModels()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(models.get, choices[0]) for _ in range(3)]
        assert loading.wait(60)
        may_load.set()
        found = [each.result(60) for each in asked]
    assert found == [found[0]] * 3
    assert loaded == [str(choices[0].path)]


def test_several_threads_may_run_one_model_at_once(choices):
    estimator = LoadedModels().get(choices[0], "cpu")
    pictures = np.random.default_rng(0).integers(0, 256, (8, 40, 40, 3), np.uint8)
    region = whole_crop(4, 4, 32, 32)
    alone = [estimator.estimate([picture], [region]).keypoints for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: estimator.estimate([picture], [region]).keypoints, list(pictures) * 4))
    np.testing.assert_array_equal(together, alone * 4)


def test_a_device_that_is_gone_is_told_and_another_one_taken(choices):
    told = []
    models = LoadedModels()
    estimator = models.get(choices[0], "cuda:77", told.append)
    assert estimator.device == models.get(choices[0]).device
    where = "the processor" if estimator.device == "cpu" else estimator.device
    assert told == [f"The device cuda:77 is not there any more; Model 1 computes on {where} now."]
    models.get(choices[0], "cuda:77", told.append)
    assert len(told) == 1


def test_a_model_that_cannot_be_run_on_the_device_is_told(choices, monkeypatch):
    class OnnxOnProcessor:
        device = "cpu"

    told = []
    monkeypatch.setattr("inference.models.pose_estimators.load_estimator", lambda wanted, device: OnnxOnProcessor())
    held = [LoadedModels().get(choices[0], device, told.append) for device in ("auto", "cpu", "mps")]
    assert len(held) == 3
    assert told == ["Model 1 cannot be run on mps; it computes on the processor."]


def test_a_model_that_cannot_be_loaded_is_tried_again(choices):
    models, content = LoadedModels(), choices[0].path.read_bytes()
    choices[0].path.write_bytes(b"broken")
    with pytest.raises(ModelError):
        models.get(choices[0])
    choices[0].path.write_bytes(content)
    assert models.get(choices[0]).skeleton is not None
