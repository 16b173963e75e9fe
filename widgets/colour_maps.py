"""Colour maps in which equal steps of a value look equally large, whoever looks: inferno and viridis.

Both are by Stéfan van der Walt and Nathaniel Smith (matplotlib, CC0), lightness rising evenly from dark to bright, so
that they can be read without telling hues apart. Of their 256 colours every eighth or so is kept; between them is a
straight line, which is within two of the 255 steps of a channel everywhere.
"""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

_KNOTS: Final = {
    "inferno": """
        000004 040312 0b0724 150b37 210c4a 2e0a5a 3c0965 4a0c6b 57106d 63146e 70196e 7d1e6d 89226a 962766 a32b61 af315c
        bb3755 c63e4d d14644 db4f3b e35932 eb6528 f1711e f67f14 f98d0a fb9c06 fcab0f fbba1f f9ca32 f5d949 f2e865 f3f586
        fcffa4""",
    "viridis": """
        440154 470d60 48186a 482374 472d7b 453681 424086 3f4989 3b528b 375a8d 33638d 2f6a8e 2c728e 297a8e 26818e 23898e
        21908c 1f988b 1f9f88 21a685 28ae80 31b57b 3ebc74 4cc26c 5dc963 6ece58 82d34c 96d83f abdc32 c0df24 d5e21a eae51a
        fde725""",
}

COLOUR_MAPS: Final = tuple(_KNOTS)

_COLOURS: Final = 256


@functools.cache
def colour_table(name: str) -> npt.NDArray[np.uint8]:
    """(256, 3) RGB colours of a map, from its lowest value to its highest.

    Raises:
        ValueError: if there is no such map.
    """
    if name not in _KNOTS:
        raise ValueError(f"no colour map '{name}'; there are {', '.join(COLOUR_MAPS)}")
    knots = np.array([list(bytes.fromhex(colour)) for colour in _KNOTS[name].split()], np.float64)
    at, places = np.linspace(0, len(knots) - 1, _COLOURS), np.arange(len(knots))
    colours = np.stack([np.interp(at, places, knots[:, channel]) for channel in range(3)], axis=1)
    table = np.rint(colours).astype(np.uint8)
    table.setflags(write=False)
    return table


def coloured(shares: npt.ArrayLike, name: str) -> npt.NDArray[np.uint8]:
    """(..., 3) RGB colours of (...) values from 0, the map's lowest, to 1; what lies beyond has the colour of the end.

    A value that is not a number is as low as can be.
    """
    values = np.clip(np.nan_to_num(np.asarray(shares, np.float64), nan=0.0), 0.0, 1.0)
    result: npt.NDArray[np.uint8] = colour_table(name)[np.rint(values * (_COLOURS - 1)).astype(np.intp)]
    return result
