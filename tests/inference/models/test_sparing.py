"""Less at once, then the processor: for any model, for poses, and for the detector and the classifier of analyses."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from inference.diving.network_classifier import LoadedClassifier
from inference.diving.network_finder import LoadedDetector
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.models.c3d import CLASSES
from inference.models.classifier_designs import ClassifierDesign
from inference.models.classifier_weights import StoredClassifier
from inference.models.detector_signals import DetectorSignals, detector_signals
from inference.models.dive_detector import DiveDetector
from inference.models.errors import ModelError
from inference.models.processor_copy import on_processor
from inference.models.sparing import Sparing, is_out_of_memory

NO_ROOM = "CUDA out of memory. Tried to allocate 2.00 GiB."


class Device:
    """Doubles numbers, as many at once as there is room for; nothing at all without room."""

    def __init__(self, name, room):
        self.device, self.room, self.asked = name, room, []

    def doubled(self, numbers):
        self.asked.append(list(numbers))
        if len(numbers) > self.room:
            raise torch.OutOfMemoryError(NO_ROOM)
        return [2 * number for number in numbers]


def double(sparing, numbers):
    found = sparing.in_parts(len(numbers), lambda model, part: model.doubled(numbers[part]))
    return [number for part in found for number in part]


def sparing(gpu, processor, largest=8, told=None):
    devices = {"auto": gpu, "cpu": processor}
    return Sparing("the model", devices.__getitem__, largest, (told if told is not None else []).append)


def test_fewer_are_shown_at_once_from_then_on():
    told, gpu = [], Device("cuda:0", 2)
    model = sparing(gpu, None, told=told)
    assert double(model, [1, 2, 3, 4, 5]) == [2, 4, 6, 8, 10]
    assert gpu.asked == [[1, 2, 3, 4, 5], [1, 2], [3, 4], [5]]
    assert double(model, [6, 7, 8]) == [12, 14, 16]
    assert gpu.asked[4:] == [[6, 7], [8]]
    assert told == ["The GPU has too little memory for 5 frames at once; the model looks at 2 at once now."]
    assert model.device == "cuda:0"


def test_without_room_for_one_the_processor_goes_on_where_the_gpu_stopped():
    told, gpu, processor = [], Device("cuda:0", 0), Device("cpu", 1)
    model = sparing(gpu, processor, largest=2, told=told)
    assert double(model, [1, 2, 3]) == [2, 4, 6]
    assert (gpu.asked, processor.asked) == ([[1, 2], [1]], [[1, 2], [1], [2], [3]])
    assert told[1:2] == ["The GPU has too little memory for the model; it computes on the processor now, more slowly."]
    assert model.device == "cpu"


def test_a_model_that_does_not_fit_is_loaded_onto_the_processor():
    told, processor = [], Device("cpu", 9)

    def load(place):
        if place == "auto":
            raise torch.OutOfMemoryError(NO_ROOM)
        return processor

    model = Sparing("the model", load, 4, told.append)
    assert double(model, [1]) == [2]
    assert len(told) == 1


def test_without_room_anywhere_it_says_what_to_do():
    model = sparing(Device("cuda:0", 0), Device("cpu", 0))
    with pytest.raises(ModelError, match=r"^There is too little memory for the model; choose a smaller model\.$"):
        double(model, [1, 2])


def test_other_errors_are_not_taken_for_it():
    model = sparing(Device("cpu", 1), None)
    with pytest.raises(TypeError):
        model.in_parts(1, lambda device, _: device.doubled(None))


def test_running_out_of_memory_is_known_by_what_libraries_say():
    wrapped = ModelError("The model x.onnx cannot be run.")
    wrapped.__cause__ = RuntimeError("[ONNXRuntimeError] : Failed to allocate memory for requested buffer")
    assert is_out_of_memory(wrapped)
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError())
    assert is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_processors_own_refusal_is_known():
    with pytest.raises(RuntimeError) as refused:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(refused.value)


class Confined:
    """Makes a network run out of memory as if it were on a GPU; its copy on the processor does not."""

    room = 0

    def confine(self, room):
        self.room, self.home = room, id(next(self.parameters()))
        return self

    @property
    def is_confined(self):
        return getattr(self, "home", None) == id(next(self.parameters()))

    @property
    def device(self):
        return torch.device("cpu:0" if self.is_confined else "cpu")  # as text, the first is not the processor

    def check(self, count):
        if self.is_confined and count > self.room:
            raise torch.OutOfMemoryError(NO_ROOM)


class ConfinedDetector(Confined, DiveDetector):
    """Runs out of memory in the heads, when all layers have remembered what they saw."""

    def maps(self, features):
        self.check(features.shape[2])
        return super().maps(features)


@pytest.fixture
def pictures():
    return np.random.default_rng(4).integers(0, 256, (100, 16, 32, 3), np.uint8)


@pytest.mark.parametrize(("room", "last_notice"), [(12, "pictures at once"), (0, "on the processor now")])
def test_a_detector_with_less_memory_says_the_same(pictures, room, last_notice):
    torch.manual_seed(1)
    network = ConfinedDetector(width=2).eval()
    wanted = DetectorSignals.joined(detector_signals(network, pictures, half_precision=False))
    told = []
    detector = LoadedDetector(network.confine(room), "feedc0de").sparing(told.append)
    found = DetectorSignals.joined(detector.signals(pictures))
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=2e-3)
    assert found.candidates.shape == wanted.candidates.shape
    assert "The GPU has too little memory for" in told[0]
    assert last_notice in told[-1]
    count = len(told)
    assert DetectorSignals.joined(detector.signals(pictures[:40])).probabilities.shape == (3, 40)
    assert len(told) == count
    assert detector.identity == LoadedDetector(network, "feedc0de").identity


def test_what_was_pushed_in_vain_is_taken_back(pictures):
    """Exactly: whatever is pushed a second time would show in single precision."""
    torch.manual_seed(1)
    network = ConfinedDetector(width=2).eval()
    wanted = DetectorSignals.joined(detector_signals(network, pictures, half_precision=False))
    spare = Sparing("the detector", {"auto": network.confine(7)}.__getitem__, 60, lambda _: None)
    found = DetectorSignals.joined(detector_signals(spare, pictures, half_precision=False))
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-5)
    np.testing.assert_allclose(found.candidates, wanted.candidates, atol=1e-4)


class ConfinedHeads(Confined, nn.Module):
    """Logits that are the mean brightness."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.register_buffer("nothing", torch.zeros(1))

    def forward(self, clips):
        self.check(len(clips))
        mean = clips.mean() * self.weight
        return {name: mean.expand(len(clips), len(values)) for name, values in CLASSES.items()}


def test_a_classifier_without_memory_goes_on_on_the_processor(monkeypatch):
    monkeypatch.setattr(LoadedClassifier, "device", property(lambda self: self.stored.network.device))
    network = ConfinedHeads().eval()
    design = ClassifierDesign()
    loaded = LoadedClassifier(StoredClassifier(network, design, dict.fromkeys(CLASSES, 1.0), "0123"))
    clip = np.full((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), 90, np.uint8)
    wanted, told = loaded.heads(clip), []
    network.confine(0)
    with pytest.raises(torch.OutOfMemoryError):
        loaded.heads(clip)
    sparing = LoadedClassifier(loaded.stored).sparing(told.append)
    assert sparing.identity == loaded.identity
    assert sparing.heads(clip) == sparing.heads(clip) == wanted
    assert told == [
        "The GPU has too little memory for the dive classifier; it computes on the processor now, more slowly."
    ]


def test_what_was_noticed_when_loading_is_told_whenever_it_is_used():
    told = []
    detector = LoadedDetector(DiveDetector(width=2).eval(), "feedc0de", ("Less.",))
    for _ in range(2):
        detector.sparing(told.append)
    assert told == ["Less.", "Less."]


def test_the_copy_on_the_processor_is_the_same_network():
    network = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)).eval()
    copied = on_processor(network)
    shown = torch.rand(4, 3)
    assert copied is not network
    assert torch.equal(copied(shown), network(shown))
    assert [type(each) for each in copied.parameters()] == [nn.Parameter] * 4
