"""Text on pictures: drawn large with OpenCV's strokes and shrunk, so that small letters are smooth."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

ENLARGEMENT = 4
CAP_HEIGHT_PX = 21.0
"""Height of a capital letter of OpenCV's simplex font at scale 1."""


def draw_text(
    picture: Picture, text: str, left: int, baseline: int, cap_height: float, colour: Colour, *, is_bold: bool = False
) -> int:
    """Write a line of text into the picture.

    Args:
        picture: (height, width, 3) BGR, changed in place.
        text: characters that the font lacks become question marks.
        left: of the first letter, px.
        baseline: of the letters, px from the top.
        cap_height: of a capital letter, px.
        colour: BGR.
        is_bold: thicker strokes.

    Returns:
        Where the text ends, px from the left.
    """
    letters = text.encode("ascii", errors="replace").decode("ascii")
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, cap_height * ENLARGEMENT / CAP_HEIGHT_PX
    thickness = max(1, round(cap_height * ENLARGEMENT * (0.17 if is_bold else 0.115)))
    (width, height), below = cv2.getTextSize(letters, font, scale, thickness)
    rows, columns = -(-(height + below + 2 * thickness) // ENLARGEMENT), -(-(width + 2 * thickness) // ENLARGEMENT)
    large = np.zeros((rows * ENLARGEMENT, columns * ENLARGEMENT), np.uint8)
    above = rows - -(-(below + thickness) // ENLARGEMENT)
    cv2.putText(large, letters, (thickness, above * ENLARGEMENT), font, scale, 255, thickness, cv2.LINE_AA)
    ink = cv2.resize(large, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    top = baseline - above
    y0, x0 = max(top, 0), max(left, 0)
    target = picture[y0 : max(top + rows, 0), x0 : max(left + columns, 0)]
    ink = ink[y0 - top :, x0 - left :][: target.shape[0], : target.shape[1]]
    target[:] = np.round(target + ink * (np.array(colour, np.float32) - target)).astype(np.uint8)
    return left + columns
