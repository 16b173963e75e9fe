"""Colour maps: those of matplotlib, even in lightness, and safe with any number."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.colour_maps import COLOUR_MAPS, colour_table, coloured


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_the_colours_are_those_of_matplotlib(name):
    colormaps = pytest.importorskip("matplotlib").colormaps
    wanted = 255 * np.array(colormaps[name].colors)
    assert np.abs(colour_table(name) - wanted).max() < 2.3


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_lightness_rises_evenly(name):
    steps = np.diff(_lightness(colour_table(name)[15::15]))  # next to black this measure of lightness is too coarse
    assert steps.min() > 0.75 * steps.mean()
    assert steps.max() < 1.3 * steps.mean()


def test_values_beyond_the_ends_and_no_numbers_have_colours_too():
    table = colour_table("viridis")
    drawn = coloured([[-1.0, 0.0, np.nan], [1.0, 7.0, 0.5]], "viridis")
    assert drawn.shape == (2, 3, 3)
    np.testing.assert_array_equal(drawn[0], np.repeat(table[:1], 3, axis=0))
    np.testing.assert_array_equal(drawn[1], table[[255, 255, 128]])


def test_an_unknown_map_is_told():
    with pytest.raises(ValueError, match="no colour map 'jet'; there are inferno, viridis"):
        coloured([0.5], "jet")


def _lightness(rgb: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB bytes."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)
