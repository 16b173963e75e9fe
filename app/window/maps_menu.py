"""The part of the Overlays menu that says how maps are drawn: of which joint, how opaque, in which colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from widgets.colour_maps import COLOUR_MAPS

ALL_JOINTS: Final = ""
INSPECTED_JOINT: Final = "*"
"""Whichever joint the heatmap inspector shows."""

OPACITIES: Final = (0.4, 0.6, 0.8, 1.0)

_Value = TypeVar("_Value")


class MapsMenu(QObject):
    """Three lists of which one entry each is chosen.

    Args:
        menu: that the lists are added to.
        joints: names the joints that there are when the list is opened.
        chosen: gives the joint, opacity and colour map that are chosen now.
    """

    joint_chosen = Signal(str)
    """A joint's name, ALL_JOINTS or INSPECTED_JOINT."""
    opacity_chosen = Signal(float)
    colours_chosen = Signal(str)

    def __init__(
        self,
        menu: QMenu,
        joints: Callable[[], Sequence[str]],
        chosen: Callable[[], tuple[str, float, str]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._joints, self._chosen = joints, chosen
        menu.addSeparator()
        self.joint = self._add(
            menu, "Joint", "Of which joint heatmap, ellipses, samples and arrows are shown", self._list_joints
        )
        self.opacity = self._add(menu, "Heatmap opacity", "Of the heatmap's highest value", self._list_opacities)
        self.colours = self._add(menu, "Heatmap colours", "In equal steps from low to high", self._list_colours)

    def _add(self, menu: QMenu, title: str, tip: str, fill: Callable[[], None]) -> QMenu:
        made = menu.addMenu(title)
        made.menuAction().setToolTip(tip)
        made.menuAction().setStatusTip(tip)
        made.aboutToShow.connect(fill)
        return made

    def _list_joints(self) -> None:
        entries = [("All joints", ALL_JOINTS), ("Joint of the heatmap inspector", INSPECTED_JOINT)]
        entries += [(name.replace("_", " ").capitalize(), name) for name in self._joints()]
        _fill(self.joint, entries, self._chosen()[0], self.joint_chosen.emit)

    def _list_opacities(self) -> None:
        entries = [(f"{share:.0%}".replace("%", " %"), share) for share in OPACITIES]
        _fill(self.opacity, entries, self._chosen()[1], self.opacity_chosen.emit)

    def _list_colours(self) -> None:
        entries = [(name.capitalize(), name) for name in COLOUR_MAPS]
        _fill(self.colours, entries, self._chosen()[2], self.colours_chosen.emit)


def _fill(menu: QMenu, entries: Sequence[tuple[str, _Value]], chosen: _Value, choose: Callable[[_Value], None]) -> None:
    menu.clear()
    group = QActionGroup(menu)
    for text, value in entries:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(value == chosen)
        group.addAction(action)
        action.triggered.connect(partial(_call_with, choose, value))


def _call_with(choose: Callable[[_Value], None], value: _Value, _checked: bool = False) -> None:
    choose(value)
