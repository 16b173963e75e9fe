"""Every predictor on maps small enough to check by hand: what it answers, how sure it is, and what it learns from."""

import math

import dsntnn
import pytest
import torch

from inference.pose import heatmaps as hm
from inference.pose.predictors import KINDS, REGULARISERS, PredictorSettings, mass_near

CENTRE = torch.zeros(1, 1, 2)


def predictor(kind, size=(5, 5), keypoints=1, **settings):
    return PredictorSettings(kind, **settings).build(keypoints, size)


def logits(*peaks, size=(5, 5)):
    """(1, 1, h, w) raw maps whose softmax has the given probabilities at (row, column)."""
    maps = torch.full((1, 1, *size), -200.0)
    for row, column, probability in peaks:
        maps[0, 0, row, column] = math.log(probability)
    return maps


def random_maps(n, keypoints, size, seed=0):
    return torch.randn(n, keypoints, *size, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", ["sa", "sar"])
def test_soft_argmax_is_the_mean_and_its_confidence_the_mass_around_it(kind):
    stage = predictor(kind)(logits((2, 0, 0.5), (2, 1, 0.25), (0, 4, 0.25)), "output")

    # Columns are at -0.8, -0.4, 0, 0.4, 0.8.
    torch.testing.assert_close(stage.coordinates, torch.tensor([[[-0.5 * 0.8 - 0.25 * 0.4 + 0.25 * 0.8, -0.25 * 0.8]]]))
    # The mean is at column 1.25, row 1.5; from there the far quarter is more than 2.5 px away, the rest less.
    assert predictor(kind).confidences(stage).item() == pytest.approx(0.75)


def test_a_gaussian_of_one_pixel_is_sure():
    output = predictor("sar").output((hm.bell(CENTRE, (28, 28), 1.0) + 1e-30).log())
    # 1 - exp(-2.8^2 / 2), a tenth of the side being 2.8 px.
    assert output.confidences.item() == pytest.approx(0.98, abs=0.01)
    torch.testing.assert_close(output.covariances[0, 0], torch.eye(2) / 14**2, atol=1e-4, rtol=0)


def test_mass_near_counts_at_least_two_and_a_half_pixels():
    assert mass_near(torch.full((1, 1, 7, 7), 1 / 49), CENTRE).item() == pytest.approx(21 / 49)


def test_the_three_readings_of_matched_heatmaps():
    maps = torch.full((1, 1, 5, 5), 0.01)
    maps[0, 0, 2, 1:4] = torch.tensor([0.3, 0.8, 0.4])
    maps[0, 0, 1, 2] = maps[0, 0, 3, 2] = 0.35
    slope, bend = math.log(0.4 / 0.3) / 2, math.log(0.3 * 0.4 / 0.8**2)
    answers = {"argmax": 0.0, "quarter": 0.25}
    for decoder, step in answers.items():
        stage = predictor("hm", decoder=decoder)(maps)
        assert stage.pmm is None
        torch.testing.assert_close(stage.coordinates, torch.tensor([[[step * 0.4, 0.0]]]))
        assert predictor("hm").confidences(stage).item() == pytest.approx(0.8)
    # DARK with so narrow a blur that there is none to speak of.
    dark = predictor("hm", decoder="dark", sigma_px=0.2)(maps)
    torch.testing.assert_close(dark.coordinates, torch.tensor([[[-slope / bend * 0.4, 0.0]]]), atol=1e-4, rtol=0)


def test_a_normaliser_makes_matched_heatmaps_probabilities():
    stage = predictor("hm", normaliser="relu")(torch.tensor([[[[3.0, -5.0], [0.0, 1.0]]]]))
    torch.testing.assert_close(stage.pmm, torch.tensor([[[[0.75, 0.0], [0.0, 0.25]]]]))
    assert predictor("hm").confidences(stage).item() == pytest.approx(1.0)


def test_the_fully_connected_layer_sees_all_maps():
    network = predictor("fc", (2, 3), keypoints=2)
    with torch.no_grad():
        network.layer.weight.zero_()
        network.layer.bias.copy_(torch.tensor([0.0, 0.1, 0.2, 0.3]))
        network.layer.weight[0, 6 + 4] = 2.0  # x of the first keypoint from the second map's second row, second column
    maps = torch.zeros(1, 2, 2, 3)
    maps[0, 1] = logits((1, 1, 0.7), (0, 0, 0.3), size=(2, 3))[0, 0]

    output = network.output(maps)

    torch.testing.assert_close(output.coordinates, torch.tensor([[[1.4, 0.1], [0.2, 0.3]]]))
    assert output.confidences.tolist() == [[0.0, 1.0]]
    assert output.covariances is None
    with pytest.raises(ValueError, match="the layer takes"):
        network(torch.zeros(1, 2, 3, 3))


def test_losses_by_hand():
    # 0.3 from the truth straight down; half of the mass in each of two pixels.
    maps, true = logits((2, 2, 0.5), (2, 3, 0.5)), torch.tensor([[[0.2, 0.3]]])
    assert predictor("sa").loss(predictor("sa").output(maps).stages, true).item() == pytest.approx(0.3)
    regularised = predictor("sar", regulariser="variance", weight=2.0, sigma_px=1.0)
    # Variances 1/4 and 0 px^2 instead of 1 each.
    expected = 0.3 + 2 * ((0.25 - 1) ** 2 + 1)
    assert regularised.loss(regularised.output(maps).stages, true).item() == pytest.approx(expected, rel=1e-5)
    # A flat map of zeros against a peak of one: the sum of the squared bell, 0.18 + ... = (1 + 2 / e + 2 / e^4)^2.
    matching = predictor("hm")
    expected = (1 + 2 / math.e + 2 / math.e**4) ** 2
    assert matching.loss(matching.output(torch.zeros(1, 1, 5, 5)).stages, CENTRE).item() == pytest.approx(expected)


@pytest.mark.parametrize("regulariser", REGULARISERS)
def test_regularised_losses_equal_dsntnn_in_values_and_gradients(regulariser):
    true = torch.rand(2, 3, 2, generator=torch.Generator().manual_seed(1)) - 0.5
    network = predictor("sar", (7, 9), 3, regulariser=regulariser, weight=0.5, sigma_px=1.2)

    def theirs(maps):
        pmm = dsntnn.flat_softmax(maps)
        form = {
            "jsd": lambda: dsntnn.js_reg_losses(pmm, true, 1.2),
            "kl": lambda: dsntnn.kl_reg_losses(pmm, true, 1.2),
            "variance": lambda: dsntnn.variance_reg_losses(pmm, 1.2),
        }[regulariser]()
        return dsntnn.average_loss(dsntnn.euclidean_losses(dsntnn.dsnt(pmm), true) + 0.5 * form)

    results = []
    for loss in (lambda maps: network.loss(network.output(maps).stages, true), theirs):
        maps = random_maps(2, 3, (7, 9)).requires_grad_()
        value = loss(maps)
        value.backward()
        results.append((value.detach(), maps.grad))
    torch.testing.assert_close(results[0], results[1])


def test_stages_are_supervised_one_by_one_and_the_last_one_answers():
    network, true = predictor("sar", (6, 6), 2), torch.zeros(3, 2, 2)
    first, last = random_maps(3, 2, (6, 6)), random_maps(3, 2, (6, 6), seed=1)

    output = network.output(first, last)

    assert [stage.name for stage in output.stages] == ["stage 1", "output"]
    torch.testing.assert_close(output.coordinates, network(last).coordinates)
    alone = [network.loss(network.output(maps).stages, true) for maps in (first, last)]
    torch.testing.assert_close(network.loss(output.stages, true), alone[0] + alone[1])


@pytest.mark.parametrize("kind", KINDS)
def test_keypoints_that_do_not_count_teach_nothing(kind):
    network, maps = predictor(kind, (6, 6), 2), random_maps(1, 2, (6, 6)).requires_grad_()
    true = torch.tensor([[[0.1, 0.1], [math.nan, math.nan]]])
    network.loss(network.output(maps).stages, true, torch.tensor([[True, False]])).backward()
    assert torch.isfinite(maps.grad).all()
    assert maps.grad[0, 0].abs().sum() > 0
    if kind != "fc":  # whose layer mixes the maps
        assert maps.grad[0, 1].abs().sum() == 0


@pytest.mark.parametrize(
    ("kind", "steps", "within"), [("fc", 60, 0.02), ("hm", 60, 0.15), ("sa", 60, 0.02), ("sar", 60, 0.02)]
)
def test_descending_the_loss_leads_to_the_truth(kind, steps, within):
    torch.manual_seed(0)
    network, true = predictor(kind, (8, 8), 2), torch.tensor([[[0.4, -0.3], [-0.6, 0.1]]])
    maps = torch.zeros(1, 2, 8, 8, requires_grad=True)
    optimizer = torch.optim.Adam([maps, *network.parameters()], lr=0.2 if kind != "fc" else 0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        network.loss(network.output(maps).stages, true).backward()
        optimizer.step()
    assert (network.output(maps).coordinates - true).norm(dim=-1).max() < within


@pytest.mark.parametrize("kind", ["hm", "sa", "sar"])
def test_maps_that_cover_part_of_the_crop_answer_in_its_coordinates(kind):
    """The same maps over the left upper quarter: half the size, moved; the loss at the moved truth keeps its form."""
    whole, part = predictor(kind, (6, 6)), predictor(kind, (6, 6))
    part.edges = (-1.0, -1.0, 0.0, 0.0)
    maps, true = random_maps(1, 1, (6, 6)), torch.tensor([[[0.2, -0.4]]])

    outputs = whole.output(maps), part.output(maps)

    torch.testing.assert_close(outputs[1].coordinates, outputs[0].coordinates / 2 - 0.5)
    torch.testing.assert_close(outputs[1].confidences, outputs[0].confidences)
    if kind != "hm":
        torch.testing.assert_close(outputs[1].covariances, outputs[0].covariances / 4)
    pairs = zip((whole, part), outputs, (true, true / 2 - 0.5), strict=True)
    losses = [net.losses(out.stages[0], at) for net, out, at in pairs]
    apart = hm.distances(outputs[0].coordinates, true)
    torch.testing.assert_close(losses[0] - (0 if kind == "hm" else apart / 2), losses[1])


def test_autocast_does_not_blur_the_answer():
    network, maps = predictor("fc", (8, 8), 2), random_maps(4, 2, (8, 8))
    with torch.autocast("cpu", torch.bfloat16):
        found = network.output(maps).coordinates
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, network.output(maps).coordinates)


@pytest.mark.parametrize(
    "settings",
    [{"kind": "median"}, {"normaliser": "tanh"}, {"regulariser": "l2"}, {"decoder": "peak"}, {"sigma_px": 0.0}],
)
def test_settings_outside_of_what_there_is_are_refused(settings):
    with pytest.raises(ValueError, match=r"is not one of|out of range"):
        PredictorSettings(**settings)
