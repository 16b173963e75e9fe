"""Paints a pose in space: what is nearer lies on top, and is larger and stronger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainter

from widgets.canvas.pose_overlay import PoseOverlay, limb_colour, opacities, paint_joint, paint_limb, side_colour
from widgets.canvas.view_transform import ViewTransform
from widgets.theme import Theme, mixed

_LARGER = 0.3
"""How much thicker the nearest is than what lies in the middle, and how much thinner the farthest."""

_FADED = 0.5
"""How much of the ground's colour the farthest has."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A joint, or a limb between two."""

    away: float
    joints: tuple[int, ...]


def paint_body(
    painter: QPainter, seen: PoseOverlay, has_depth: np.ndarray, view: ViewTransform, theme: Theme, reach: float
) -> None:
    """Joints and limbs from the farthest to the nearest.

    Args:
        painter: where.
        seen: in screen coordinates.
        has_depth: (K,) whether each joint's depth is known; the others are hollow.
        view: from those to the widget.
        theme: its colours.
        reach: how far (px) the nearest and the farthest may be from the middle.
    """
    if seen.depths is None:
        raise ValueError("a pose without depths cannot be seen in space")
    points, opacity = view.to_widget(seen.points), opacities(seen)
    for part in parts(seen):
        nearness = float(np.clip(-part.away / reach, -1.0, 1.0))
        size, faded = 1.0 + _LARGER * nearness, _FADED * (1.0 - nearness) / 2
        share = float(opacity[list(part.joints)].min())
        if len(part.joints) == 2:
            first, second = part.joints
            colour = mixed(limb_colour(seen, first, second, theme), theme.canvas, faded).name()
            paint_limb(painter, QLineF(QPointF(*points[first]), QPointF(*points[second])), colour, share, size)
        else:
            (joint,) = part.joints
            colour = mixed(side_colour(seen.sides[joint], theme), theme.canvas, faded).name()
            centre, is_hollow = QPointF(*points[joint]), not has_depth[joint]
            paint_joint(painter, seen, joint, centre, colour, share, size=size, is_hollow=is_hollow)


def parts(seen: PoseOverlay) -> list[_Part]:
    """What there is to paint, the farthest first; of what is equally far away joints lie on limbs."""
    if seen.depths is None:
        return []
    away, is_drawn = seen.depths, seen.is_drawn
    limbs = [
        _Part(float(away[list(ends)].mean()), ends) for ends in seen.limbs if is_drawn[ends[0]] and is_drawn[ends[1]]
    ]
    joints = [_Part(float(away[joint]), (joint,)) for joint in np.flatnonzero(is_drawn).tolist()]
    return sorted([*limbs, *joints], key=lambda part: -part.away)
