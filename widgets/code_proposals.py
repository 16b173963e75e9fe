"""The dives that a model thinks most probable, each a chip with its probability; a click takes it over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from widgets.code_chips import Chip, Choice, choices
from widgets.theme import set_role

Proposals = Sequence[tuple[str, float]]


class CodeProposals(QWidget):
    """A row of codes, the most probable first; hidden while there are none.

    Signals:
        chosen(str): the code on the chip that was clicked.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: list[Chip] = []
        self._proposals: tuple[tuple[str, float], ...] = ()
        title = QLabel("Model", self)
        set_role(title, "small")
        title.ensurePolished()
        # The chips begin where those of the attributes below do.
        title.setMinimumWidth(max(title.fontMetrics().horizontalAdvance(each) for each, _ in choices()))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 2, 0, 0)
        self._row.setSpacing(4)
        self._row.addWidget(title)
        self.hide()

    def set_proposals(self, proposals: Proposals) -> None:
        """Show these codes with their probabilities."""
        if tuple(proposals) == self._proposals:
            return
        self._proposals = tuple(proposals)
        for chip in self.chips:
            self._row.removeWidget(chip)
            chip.deleteLater()
        self.chips = [self._chip(code, probability) for code, probability in proposals]
        self.setVisible(bool(self.chips))

    def set_code(self, code: str) -> None:
        """Mark the chip of this code, if there is one."""
        for chip in self.chips:
            chip.setChecked(chip.choice.value == code)

    def _chip(self, code: str, probability: float) -> Chip:
        chip = Chip(Choice("code", code, f"{code} {probability:.0%}", f"dive {code}", code), self)
        chip.set_probability(probability)
        chip.clicked.connect(lambda: self.chosen.emit(code))
        self._row.addWidget(chip, 1)
        chip.show()
        return chip
