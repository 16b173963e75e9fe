"""The classifiers of table 5.2: shapes and parameters counted by hand, loss and gradients by hand."""

import math
from itertools import pairwise

import pytest
import torch

from inference.diving.code_decoding import attribute_values, decode_code, possible_codes
from inference.models.c3d import CLASSES, DiveClassifier, attribute_probabilities, classifier_loss


def convolutions(*widths, normalised=True):
    """Parameters of 3 x 3 x 3 convolutions with bias, and of their normalisation."""
    return sum(27 * a * b + b + (2 * b if normalised else 0) for a, b in pairwise(widths))


BODIES = {
    "vanilla": convolutions(3, 64, 128, 256, 256, 512, 512, 512, 512, normalised=False),
    "altered": convolutions(3, 32, 64, 128, 128, 256, 256, 256, 256),
    "dilated": convolutions(3, 32, 64, 128, 128, 256, 256, 256, 256),
}


def head_parameters(kind, classes):
    if kind == "dilated":
        context = convolutions(12, 24, 24, 48, 96, 96) + 96 * 12 + 12 + 24
        return 256 * 12 + 12 + context + convolutions(12, 12) + 27 * 12 * classes + classes
    width, flat = (4096, 512 * 9) if kind == "vanilla" else (2048, 256 * 9)
    norms = 0 if kind == "vanilla" else 4 * width
    return flat * width + width + width * width + width + norms + width * classes + classes


@pytest.mark.parametrize("kind", ["vanilla", "altered", "dilated"])
def test_layers_are_those_of_the_table(kind):
    with torch.device("meta"):
        classifier = DiveClassifier(kind)
        features = classifier.body(torch.zeros(2, 3, 16, 112, 112))
        outputs = classifier(torch.zeros(2, 3, 16, 112, 112))

    expected = {"vanilla": (2, 512, 1, 3, 3), "altered": (2, 256, 1, 3, 3), "dilated": (2, 256, 4, 14, 14)}
    assert features.shape == expected[kind]
    assert {name: tuple(output.shape) for name, output in outputs.items()} == {
        name: (2, len(values)) for name, values in CLASSES.items()
    }
    counted = {
        name: sum(parameter.numel() for parameter in part.parameters()) for name, part in classifier.heads.items()
    }
    assert sum(parameter.numel() for parameter in classifier.body.parameters()) == BODIES[kind]
    assert counted == {name: head_parameters(kind, len(values)) for name, values in CLASSES.items()}


def test_the_context_network_keeps_the_size_of_its_features():
    with torch.device("meta"):
        head = DiveClassifier("dilated").heads["position"]
        features = torch.zeros(1, 256, 4, 14, 14)
        for layer in head[:17]:  # up to the convolution that ends the context network
            features = layer(features)

    assert features.shape == (1, 96, 4, 14, 14)


def test_every_dive_has_a_place_among_the_classes():
    for code in possible_codes(None):
        for name, value in attribute_values(code).items():
            assert value in CLASSES[name]


def test_loss_is_the_sum_of_the_heads_and_skips_what_is_not_known():
    position = torch.tensor([[0.0, 0.0, 0.0, 0.0], [math.log(3.0), 0.0, 0.0, 0.0]], requires_grad=True)
    armstand = torch.tensor([[0.0, 0.0], [0.0, 0.0]], requires_grad=True)

    loss = classifier_loss(
        {"position": position, "armstand": armstand},
        {"position": torch.tensor([1, 0]), "armstand": torch.tensor([-1, 1])},
    )
    loss.backward()

    # 1/4 and 3/6 for the positions, on average; 1/2 for the one armstand that is known.
    assert loss.item() == pytest.approx((math.log(4) + math.log(2)) / 2 + math.log(2))
    torch.testing.assert_close(position.grad[0], torch.tensor([0.125, -0.375, 0.125, 0.125]))
    torch.testing.assert_close(armstand.grad, torch.tensor([[0.0, 0.0], [0.5, -0.5]]))


def test_nothing_known_costs_nothing():
    logits = torch.zeros(2, 4, requires_grad=True)
    classifier_loss({"position": logits}, {"position": torch.tensor([-1, -1])}).backward()

    assert (logits.grad == 0).all()


def test_heads_go_into_the_decoding():
    code = next(code for code in possible_codes(None) if str(code) == "5253B")
    logits = {
        name: 6.0 * torch.eye(len(values))[values.index(attribute_values(code)[name])][None]
        for name, values in CLASSES.items()
    }

    (probabilities,) = attribute_probabilities(logits)

    assert sum(probabilities["half_twists"].values()) == pytest.approx(1)
    assert decode_code(probabilities).best.code == code


def test_a_few_clips_are_learned_by_heart():
    torch.manual_seed(1)
    classifier = DiveClassifier("dilated", side=32).eval()  # as trained, without dropping out
    with torch.inference_mode():
        features = classifier.body(torch.randn(2, 3, 16, 32, 32))
    features = features.clone()
    labels = {name: torch.tensor([0, len(values) - 1]) for name, values in CLASSES.items()}
    optimizer = torch.optim.SGD(classifier.heads.parameters(), lr=0.05, momentum=0.9)
    losses = []
    for _ in range(25):
        loss = classifier_loss({name: head(features) for name, head in classifier.heads.items()}, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    assert losses[-1] < 0.5 * losses[0]


def test_clips_that_are_too_small_are_refused():
    with pytest.raises(ValueError, match="clips of 16 px are too small"):
        DiveClassifier("altered", side=16)
