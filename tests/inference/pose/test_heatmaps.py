"""Values and gradients by hand, then against dsntnn, then properties; and what half precision does."""

import math

import dsntnn
import pytest
import torch

from inference.pose import heatmaps as hm


def plus():
    """A cross: 0.6 in the middle of arms of 0.1, one pixel right of the middle of a 5 x 5 map."""
    pmm = torch.zeros(5, 5)
    pmm[2, 3], pmm[2, 2], pmm[2, 4], pmm[1, 3], pmm[3, 3] = 0.6, 0.1, 0.1, 0.1, 0.1
    return pmm


def random_maps(*size, seed=0):
    return torch.randn(3, 4, *size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_soft_argmax_is_the_mean_location():
    torch.testing.assert_close(hm.soft_argmax(plus()), torch.tensor([0.4, 0.0]))


def test_the_gradient_of_soft_argmax_is_the_coordinate():
    pmm = plus().requires_grad_()
    hm.soft_argmax(pmm)[0].backward()
    torch.testing.assert_close(pmm.grad, torch.tensor([-0.8, -0.4, 0.0, 0.4, 0.8]).expand(5, 5))


def test_the_gradient_of_the_distance_by_hand():
    # At (0.4, 0) with the truth at (0.4, 0.3): straight up, so a pixel's gradient is minus its y.
    pmm = plus().requires_grad_()
    loss = hm.distances(hm.soft_argmax(pmm), torch.tensor([0.4, 0.3]))
    loss.backward()
    assert loss.item() == pytest.approx(0.3)
    torch.testing.assert_close(pmm.grad, -torch.tensor([-0.8, -0.4, 0.0, 0.4, 0.8])[:, None].expand(5, 5))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("softmax", [math.exp(1), math.exp(-1), 1.0, math.exp(2)]),
        ("abs", [1.0, 1.0, 0.0, 2.0]),
        ("relu", [1.0, 0.0, 0.0, 2.0]),
        ("sigmoid", [1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1)), 0.5, 1 / (1 + math.exp(-2))]),
    ],
)
def test_normalisers_by_hand(by, expected):
    pmm = hm.normalise(torch.tensor([[1.0, -1.0], [0.0, 2.0]]), by)
    expected = torch.tensor(expected).reshape(2, 2)
    torch.testing.assert_close(pmm, expected / expected.sum())


def test_a_map_without_a_positive_value_becomes_flat():
    maps = torch.full((2, 3, 4), -1.0, requires_grad=True)
    pmm = hm.normalise(maps, "relu")
    torch.testing.assert_close(pmm, torch.full((2, 3, 4), 1 / 12))
    pmm.sum().backward()
    assert torch.isfinite(maps.grad).all()


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_expectations_equal_dsntnn_in_values_and_gradients(dims):
    maps = random_maps(*(5, 7, 6)[:dims])
    results = []
    for soft_argmax in (lambda pmm: hm.soft_argmax(pmm, dims), dsntnn.dsnt):
        given = maps.clone().requires_grad_()
        pmm = hm.normalise(given, dims=dims)
        torch.testing.assert_close(pmm, dsntnn.flat_softmax(given))
        coordinates = soft_argmax(pmm)
        (coordinates**3).sum().backward()
        results.append((coordinates.detach(), given.grad))
    torch.testing.assert_close(results[0], results[1])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(hm.js_divergence, dsntnn.js_reg_losses), (hm.kl_divergence, dsntnn.kl_reg_losses)],
)
def test_divergences_equal_dsntnn_in_values_and_gradients(ours, theirs):
    means = torch.rand(3, 4, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 1.6 - 0.8
    target = hm.gaussian(means, (9, 11), 1.3)
    results = []
    for losses in (lambda pmm: ours(pmm, target), lambda pmm: theirs(pmm, means, 1.3)):
        given = random_maps(9, 11).requires_grad_()
        values = losses(hm.normalise(given))
        values.sum().backward()
        results.append((values.detach(), given.grad))
    torch.testing.assert_close(results[0], results[1])


SIZES = [(9,), (9, 11), (4, 9, 11)]


def random_means(dims, seed=2):
    return torch.rand(3, 4, dims, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 1.8 - 0.9


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(hm.gaussian, dsntnn.make_gauss), (hm.bell, lambda *args: dsntnn.make_gauss(*args, normalize=False))],
)
def test_gaussians_equal_dsntnn_in_values_and_gradients(ours, theirs, size):
    weights = random_maps(*size, seed=5)
    results = []
    for drawn in (ours, theirs):
        means = random_means(len(size)).requires_grad_()
        maps = drawn(means, size, 1.7)
        (maps * weights).sum().backward()
        results.append((maps.detach(), means.grad))
    torch.testing.assert_close(results[0], results[1])


@pytest.mark.parametrize("size", SIZES)
def test_losses_equal_dsntnn_in_values_and_gradients(size):
    """Eqs. 3.1, 3.4, 3.6, 3.7 and 3.9, over maps of one, two and three dimensions."""
    dims, means = len(size), random_means(len(size))

    def drawn():
        return dsntnn.make_gauss(means, size, 1.3)

    pairs = {
        "matching": (
            lambda pmm: hm.heatmap_matching_losses(pmm, means, 1.3),
            lambda pmm: ((pmm - drawn()) ** 2).flatten(2).sum(-1),
        ),
        "distance": (
            lambda pmm: hm.distances(hm.soft_argmax(pmm, dims), means),
            lambda pmm: dsntnn.euclidean_losses(dsntnn.dsnt(pmm), means),
        ),
        "divergence": (
            lambda pmm: hm.regularised_losses(pmm, means, 1.3, 0.7),
            lambda pmm: dsntnn.euclidean_losses(dsntnn.dsnt(pmm), means) + 0.7 * dsntnn.js_reg_losses(pmm, means, 1.3),
        ),
        "Kullback-Leibler": (
            lambda pmm: hm.kl_divergence(pmm, hm.gaussian(means, size, 1.3), dims),
            lambda pmm: dsntnn.kl_reg_losses(pmm, means, 1.3),
        ),
        "variance": (
            lambda pmm: hm.variance_penalty(pmm, 1.3, dims),
            lambda pmm: dsntnn.variance_reg_losses(pmm, 1.3),
        ),
    }
    for name, pair in pairs.items():
        results = []
        for losses in pair:
            given = random_maps(*size).requires_grad_()
            values = losses(dsntnn.flat_softmax(given))
            dsntnn.average_loss(values).backward()
            results.append((values.detach(), given.grad))
        torch.testing.assert_close(results[0], results[1], msg=lambda text, name=name: f"{name}: {text}")


def test_the_gradient_of_the_variance_by_hand():
    # Of a pixel one to the right of the mean the variance along x takes 1, of one two away 4, and its sigma of 0 makes
    # the penalty's gradient twice the variance, 0.2, times that; y adds its own.
    pmm = plus().requires_grad_()
    hm.variance_penalty(pmm, 0.0).backward()
    squares_x, squares_y = torch.tensor([9.0, 4.0, 1.0, 0.0, 1.0]), torch.tensor([4.0, 1.0, 0.0, 1.0, 4.0])
    torch.testing.assert_close(pmm.grad, 0.4 * (squares_x[None] + squares_y[:, None]))


def test_covariance_by_hand():
    # Half of the mass one pixel right and down of the other: deviations of half a pixel, which are 1 / 4 and 1 / 8.
    pmm = torch.zeros(8, 4)
    pmm[2, 1] = pmm[3, 2] = 0.5
    torch.testing.assert_close(hm.covariance(pmm), torch.tensor([[1 / 16, 1 / 32], [1 / 32, 1 / 64]]))
    diagonal = hm.covariance(plus()).diagonal() * (5 / 2) ** 2
    torch.testing.assert_close(diagonal, hm.variance_px(plus()))


def test_a_gaussian_is_found_again_and_has_its_variance():
    means = torch.tensor([[0.1, -0.25]], dtype=torch.float64)
    pmm = hm.gaussian(means, (40, 60), 2.0)
    torch.testing.assert_close(hm.soft_argmax(pmm), means, atol=1e-6, rtol=0)
    torch.testing.assert_close(hm.variance_px(pmm), torch.full((1, 2), 4.0, dtype=torch.float64), atol=1e-3, rtol=0)
    torch.testing.assert_close(hm.variance_penalty(pmm, 1.0), torch.tensor([18.0]).double(), atol=0.02, rtol=0)


def test_variance_by_hand():
    # x: 0.1 one pixel either side; y the same.
    torch.testing.assert_close(hm.variance_px(plus()), torch.tensor([0.2, 0.2]))


def test_divergences_by_hand():
    certain, split = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.5, 0.5]])
    assert hm.kl_divergence(certain, split).item() == pytest.approx(math.log(2))
    # The middle is 3/4, 1/4.
    expected = (math.log(4 / 3) + 0.5 * math.log(2 / 3) + 0.5 * math.log(2)) / 2
    assert hm.js_divergence(certain, split).item() == pytest.approx(expected)
    assert hm.js_divergence(certain, certain.flip(-1)).item() == pytest.approx(math.log(2))


def test_argmax_and_its_quarter_shift():
    maps = torch.zeros(3, 4, 5)
    maps[0, 2, 1], maps[0, 2, 2], maps[0, 1, 1] = 9, 3, 1  # right and up
    maps[1, 0, 4], maps[1, 0, 3], maps[1, 1, 4] = 9, 3, 1  # in a corner
    maps[2, 1, 2] = 9  # neighbours alike

    peaks = hm.to_pixels(hm.argmax(maps), (4, 5))
    torch.testing.assert_close(peaks, torch.tensor([[1.5, 2.5], [4.5, 0.5], [2.5, 1.5]]))
    moved = hm.to_pixels(hm.quarter_shifted_argmax(maps), (4, 5)) - peaks
    torch.testing.assert_close(moved, torch.tensor([[0.25, -0.25], [0.0, 0.0], [0.0, 0.0]]))
    volume = torch.zeros(2, 3, 4)
    volume[1, 2, 0] = 1
    torch.testing.assert_close(hm.to_pixels(hm.argmax(volume, 3), (2, 3, 4)), torch.tensor([0.5, 2.5, 1.5]))


def test_heatmap_matching_is_the_squared_distance_of_maps():
    means = torch.tensor([[0.0, 0.0]])
    off = hm.gaussian(means, (5, 5), 1.0)
    off[0, 0, 0] += 0.3
    off[0, 4, 4] -= 0.1
    torch.testing.assert_close(hm.heatmap_matching_losses(off, means, 1.0), torch.tensor([0.09 + 0.01]))


def test_the_regularised_loss_is_distance_plus_divergence():
    maps, means = random_maps(8, 8), torch.zeros(3, 4, 2, dtype=torch.float64)
    pmm = hm.normalise(maps)
    expected = dsntnn.euclidean_losses(dsntnn.dsnt(pmm), means) + 0.5 * dsntnn.js_reg_losses(pmm, means, 1.0)
    torch.testing.assert_close(hm.regularised_losses(pmm, means, 1.0, 0.5), expected)


def test_masked_means():
    losses = torch.tensor([[1.0, 5.0], [3.0, math.inf]])
    counts = torch.tensor([[True, False], [True, False]])
    assert hm.masked_mean(losses, counts).item() == 2.0
    assert hm.masked_mean(losses, torch.zeros(2, 2, dtype=torch.bool)).item() == 0.0
    torch.testing.assert_close(
        hm.masked_mean(losses[:1], counts[:1].float()), dsntnn.average_loss(losses[:1], counts[:1].float())
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_costs_no_more_than_the_storage(dtype):
    means = torch.rand(50, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 1.4 - 0.7
    maps = (hm.gaussian(means, (56, 56), 1.0) + 1e-6).log().to(dtype)
    found = hm.soft_argmax(hm.normalise(maps))
    assert found.dtype == torch.float32
    # A quarter of a pixel, of which there are 56 between -1 and 1.
    assert (found - means).abs().max() < 0.25 * 2 / 56


def test_half_precision_changes_no_loss_nor_gradient_by_more_than_the_storage():
    means, results = random_means(2, seed=4).float(), []
    stored = (random_maps(28, 28) * 4).bfloat16()
    for dtype in (torch.float64, torch.bfloat16):
        given = stored.to(dtype).requires_grad_()
        with torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16):
            losses = hm.regularised_losses(hm.normalise(given), means.to(torch.promote_types(dtype, torch.float32)))
        losses.mean().backward()
        results.append((losses.detach().double(), given.grad.double()))
    torch.testing.assert_close(results[1][0], results[0][0], atol=1e-5, rtol=0)
    # The gradient is stored as the maps are: 8 bits.
    torch.testing.assert_close(results[1][1], results[0][1], atol=1e-7, rtol=2**-8)


def test_shifting_the_map_shifts_the_answer():
    pmm = torch.zeros(12, 12)
    pmm[3:8, 2:7] = plus()
    shifted = torch.roll(pmm, (2, 3), (0, 1))
    before, after = (hm.to_pixels(hm.soft_argmax(one), (12, 12)) for one in (pmm, shifted))
    torch.testing.assert_close(after - before, torch.tensor([3.0, 2.0]))
