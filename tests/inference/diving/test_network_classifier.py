"""A found dive gets the likeliest code that its board allows, with calibrated heads, from pictures along its path."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from falling_spots import FIRST, LAST, write_falling_spots
from torch import nn

from inference.dataset.read import Dataset
from inference.diving.boards import Board
from inference.diving.code_decoding import attribute_values, decode_code
from inference.diving.codes import parse
from inference.diving.network_classifier import LoadedClassifier, classify_dive, classify_dives
from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX
from inference.models.c3d import CLASSES
from inference.models.classifier_designs import ClassifierDesign
from inference.models.classifier_weights import StoredClassifier, save_classifier
from inference.progress import Cancelled, CancelToken
from inference.results import DetectedDive, FrameTime, Interval
from inference.video.reader import open_video

DESIGN = ClassifierDesign("compact", width=2)


class Sayer(nn.Module):
    """Says a code, as loudly as it is told; remembers what it was shown."""

    def __init__(self, code, loudness):
        super().__init__()
        values = attribute_values(parse(code))
        self.weight = nn.Parameter(torch.tensor(loudness))
        self.places = {name: CLASSES[name].index(value) for name, value in values.items()}
        self.shown = None

    def forward(self, clips):
        self.shown = clips
        return {
            name: self.weight * nn.functional.one_hot(torch.tensor([place]), len(CLASSES[name]))
            for name, place in self.places.items()
        }


def classifier_that_says(code, loudness=8.0, temperature=1.0):
    network = Sayer(code, loudness).eval()
    return LoadedClassifier(StoredClassifier(network, DESIGN, dict.fromkeys(CLASSES, temperature), "0123"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return Dataset(write_falling_spots(tmp_path_factory.mktemp("classify") / "spots", ("training",)))


@pytest.fixture
def reader(dataset):
    with open_video(dataset.find_video(dataset.sources[0])) as reader:
        yield reader


@pytest.fixture
def dive(dataset):
    (record,) = dataset.dives()
    return DetectedDive(record.interval, 0.9, record.trajectory)


def test_a_dive_gets_its_code_and_what_the_heads_say(reader, dive):
    said = classify_dive(reader, dive, classifier_that_says("5152B"), count=3)

    assert str(said.decoding.best.code) == "5152B"
    assert len(said.decoding.ranking) == 3
    # Softmax of 8 among eleven zeros.
    assert said.heads["half_somersaults"]["5"] == pytest.approx(1 / (1 + 11 * np.exp(-8)), rel=1e-2)
    coded = said.added_to(dive)
    assert (coded.code, coded.code_probability) == ("5152B", said.decoding.best.probability)
    assert (coded.interval, coded.trajectory, coded.score) == (dive.interval, dive.trajectory, 0.9)
    assert decode_code(coded.attribute_probabilities, count=3) == said.decoding


def test_the_board_rules_out_what_cannot_be_done_from_it(reader, dive):
    armstand = classifier_that_says("624C", loudness=2.0)

    assert str(classify_dive(reader, dive, armstand).decoding.best.code) == "624C"
    springboard = classify_dive(reader, dive, armstand, board=Board.from_key("springboard-3"))
    assert not springboard.decoding.best.code.is_armstand
    told = DetectedDive(dive.interval, 0.9, dive.trajectory, board="springboard-3")
    assert classify_dive(reader, told, armstand).decoding == springboard.decoding


def test_temperatures_make_it_less_sure(reader, dive):
    hot = classify_dive(reader, dive, classifier_that_says("103B", loudness=8.0, temperature=4.0))
    same = classify_dive(reader, dive, classifier_that_says("103B", loudness=2.0))

    assert hot.heads["position"] == pytest.approx(same.heads["position"], rel=1e-2)


def test_the_network_sees_the_pictures_along_the_path(reader, dive):
    classifier = classifier_that_says("103B")
    classify_dive(reader, dive, classifier)

    shown = classifier.stored.network.shown
    assert shown.shape == (1, 3, DESIGN.frames, 64, 64)
    brightness = shown[0].mean(dim=0)[3:-3]  # the spot is only there during the dive
    rows, columns = np.divmod(brightness.flatten(1).argmax(dim=1).numpy(), 64)
    # A spot of 5 px in squares of 36 px or so, and a frame of the video is no exact place on the path.
    assert np.abs(rows - 31.5).max() < 9
    assert np.abs(columns - 31.5).max() < 9


def test_dives_are_told_one_by_one_and_those_without_a_path_stay_as_they_are(reader, dive):
    pathless = DetectedDive(Interval(FrameTime(FIRST, 0.16), FrameTime(LAST, 0.6)), 0.5)
    told, shares, cancel = [], [], CancelToken()

    done = classify_dives(
        reader,
        [dive, pathless],
        classifier_that_says("405C"),
        progress=lambda share, _: shares.append(share),
        on_dive=told.append,
    )

    assert [each.code for each in done] == ["405C", None]
    assert done[1] is pathless
    assert (tuple(told), shares) == (done, [0.0, 0.5])
    cancel.cancel()
    with pytest.raises(Cancelled):
        classify_dives(reader, [dive], classifier_that_says("405C"), cancel=cancel)


def test_weights_from_a_file_name_what_they_predict(tmp_path):
    torch.manual_seed(0)
    save_classifier(DESIGN.build(), DESIGN, {}, tmp_path / "classifier.safetensors")

    classifier = LoadedClassifier.load(tmp_path / "classifier.safetensors")
    heads = classifier.heads(np.zeros((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), np.uint8))

    assert (classifier.identity.name, len(classifier.identity.weights_hash)) == ("dive classifier, compact", 16)
    assert {name: tuple(values) for name, values in heads.items()} == dict(CLASSES)
    assert all(sum(values.values()) == pytest.approx(1, abs=1e-5) for values in heads.values())
