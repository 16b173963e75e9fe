"""A frame with the path of a dive over it: what is drawn of it, and which handle or candidate lies where."""

from __future__ import annotations

import math

import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from inference.results import FloatArray
from widgets.canvas.overlay_painter import Emphasis, paint_candidates, paint_crop_box, paint_handles, paint_path
from widgets.canvas.path_overlay import PathOverlay
from widgets.canvas.picking import candidate_at, handle_at
from widgets.canvas.posed_view import PosedView
from widgets.theme import Theme

OVERLAYS = ("path", "candidates", "crop", "pose", "ghost", "handles")


class PathPicture(PosedView):
    """A posed frame with a dive's path, handles, candidates and crop box, each of which can be hidden.

    Of handles, candidates and joints within reach of a position the nearest is meant.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlay: PathOverlay | None = None
        self._crop: tuple[float, float, float] | None = None
        self._hidden: set[str] = set()

    def set_path(self, overlay: PathOverlay | None) -> None:
        """Show a dive's path, handles and candidates; None shows none."""
        self._overlay = overlay
        self.update()

    def set_crop_box(self, x: float, y: float, side: float | None) -> None:
        """Show the tracked crop: its top left corner and side in image coordinates; side None shows none."""
        self._crop = None if side is None else (x, y, side)
        self.update()

    def set_overlay_visible(self, name: str, visible: bool) -> None:
        """Show or hide "path", "candidates", "crop", "pose", "ghost" (of the pose) or "handles".

        Raises:
            ValueError: for any other name.
        """
        if name not in OVERLAYS:
            raise ValueError(f"unknown overlay “{name}”, expected one of {OVERLAYS}")
        if visible:
            self._hidden.discard(name)
        else:
            self._hidden.add(name)
        if name == "pose":
            self.set_pose_visible(visible)
        elif name == "ghost":
            self.set_ghost_visible(visible)
        self.update()

    def is_overlay_visible(self, name: str) -> bool:
        """Whether an overlay is switched on."""
        return name not in self._hidden

    def clear(self) -> None:
        """Show no frame and no overlays."""
        self.set_path(None)
        self.set_pose(None)
        self._crop = None
        super().clear()

    @property
    def emphasis(self) -> Emphasis:
        """Which handle and candidate are hovered or selected; here none is."""
        return Emphasis()

    def paint_overlays(self, painter: QPainter, theme: Theme) -> None:
        """Maps, crop box, pose, signals, path, candidates, handles: what can be moved lies on top."""
        self.paint_maps(painter, theme)
        if self._crop is not None and "crop" not in self._hidden:
            x, y, side = self._crop
            across, down = self.view.scales
            paint_crop_box(painter, self.view.to_widget((x, y)), (side * across, side * down), theme)
        self.paint_joints(painter, theme)
        self.paint_spreads(painter, theme)
        self.paint_signals(painter, theme)
        if self._overlay is not None:
            self._paint_path(painter, self._overlay, theme)

    def _paint_path(self, painter: QPainter, overlay: PathOverlay, theme: Theme) -> None:
        if "path" not in self._hidden:
            paint_path(painter, overlay, self.view, theme)
        if "candidates" not in self._hidden:
            paint_candidates(painter, overlay, self.view, theme, self.emphasis.hovered_candidate)
        if "handles" not in self._hidden:
            paint_handles(painter, overlay, self.view, theme, self.emphasis)

    def editable_overlay(self, overlay_name: str) -> PathOverlay | None:
        """The overlay if this part of it is in sight and may be changed."""
        overlay = self._overlay
        is_ready = overlay is not None and overlay.editable and self.shown_frame is not None
        return overlay if is_ready and overlay_name not in self._hidden else None

    def handle_under(self, position: QPointF) -> str | None:
        """The handle that can be taken at a position of this widget."""
        overlay = self.editable_overlay("handles")
        handle = handle_at(overlay, self.view, position.x(), position.y()) if overlay else None
        if overlay is None or handle is None or self._is_joint_nearer(overlay.handles[handle], position):
            return None
        return handle

    def candidate_under(self, position: QPointF) -> int | None:
        """The candidate that can be clicked at a position of this widget."""
        overlay = self.editable_overlay("candidates")
        candidate = candidate_at(overlay, self.view, position.x(), position.y()) if overlay else None
        if overlay is None or candidate is None or self._is_joint_nearer(overlay.candidates[candidate], position):
            return None
        return candidate

    def _is_joint_nearer(self, place: npt.ArrayLike, position: QPointF) -> bool:
        joint = super().joint_under(position)
        return joint is not None and self.distance_to_joint(joint, position) <= _distance(
            self.to_widget(place), position
        )

    def joint_under(self, position: QPointF) -> str | None:
        """The nearest joint within reach, unless a handle or candidate is nearer."""
        is_taken = self.handle_under(position) is not None or self.candidate_under(position) is not None
        return None if is_taken else super().joint_under(position)


def _distance(place: FloatArray, position: QPointF) -> float:
    return math.hypot(float(place[0]) - position.x(), float(place[1]) - position.y())
