"""The 3D view: a pose as seen from any direction, whose joints can be moved there."""

from widgets.space.direction import ABOVE, CAMERA, SIDE, Direction
from widgets.space.space_view import SpaceView

__all__ = ["ABOVE", "CAMERA", "SIDE", "Direction", "SpaceView"]
