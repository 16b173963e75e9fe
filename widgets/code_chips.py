"""The attributes of a dive code as rows of chips, each with a bar for the model's probability of that value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QWidget

from inference.diving.attribute_probabilities import group_probabilities
from inference.diving.codes import GROUP_NAMES, ROTATION_NAMES, Position, halves
from widgets.code_draft import CodeDraft
from widgets.theme import SMALL_PX, current_theme, set_role, tabular

HALF_SOMERSAULTS: Final = range(12)
HALF_TWISTS: Final = range(10)
_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an attribute: what the chip says, in short and in full, and its key in the model's probabilities."""

    attribute: str
    value: Any
    text: str
    name: str
    key: str
    columns: int = 1


def choices() -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Rows of choices with their titles, from top to bottom."""
    short = {1: "Fwd", 2: "Back", 3: "Rev", 4: "Inw"}
    return (
        ("Group", tuple(Choice("group", n, str(n), f"group {n}, {name}", str(n)) for n, name in GROUP_NAMES.items())),
        (
            "Rotation",
            tuple(
                Choice("direction", n, short[n], f"rotation type {n}, {name}", str(n))
                for n, name in ROTATION_NAMES.items()
            ),
        ),
        (
            "Somersaults",
            tuple(
                Choice("half_somersaults", n, halves(n), f"{halves(n)} somersaults, digit {n}", str(n))
                for n in HALF_SOMERSAULTS
            ),
        ),
        (
            "Twists",
            tuple(Choice("half_twists", n, halves(n), f"{halves(n)} twists, digit {n}", str(n)) for n in HALF_TWISTS),
        ),
        (
            "Position",
            (
                *(
                    Choice("position", each, each.value, f"position {each.value}, {each.word}", each.value)
                    for each in Position
                ),
                Choice("is_flying", True, "Flying", "flying dive", "true", columns=2),
            ),
        ),
    )


class CodeChips(QWidget):
    """All rows; takes the keys 1-6, A-D, Up and Down (somersaults) and Shift+Up and Shift+Down (twists).

    Signals:
        chosen(str, object): attribute of `CodeDraft` and the value a person chose.
        stepped(str, int): attribute, and +1 or -1.
        given_up(): Escape.
    """

    chosen = Signal(str, object)
    stepped = Signal(str, int)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Dive code attributes")
        self.setAccessibleDescription("Keys 1 to 6 choose the group, A to D the position, Up and Down somersaults")
        self.chips: dict[tuple[str, Any], Chip] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setHorizontalSpacing(4)
        layout.setVerticalSpacing(4)
        line = 0
        for title, row in choices():
            label = QLabel(title, self)
            set_role(label, "small")
            layout.addWidget(label, line, 0)
            column = 0
            columns = 3 if row[0].attribute == "direction" else 2
            for choice in row:
                width = 2 * choice.columns if choice.columns > 1 else columns
                if column + width > 2 * _COLUMNS:
                    line, column = line + 1, 0
                layout.addWidget(self._add_chip(choice), line, 1 + column, 1, width)
                column += width
            line += 1
        for column in range(1, 2 * _COLUMNS + 1):
            layout.setColumnStretch(column, 1)

    def _add_chip(self, choice: Choice) -> Chip:
        chip = Chip(choice, self)
        chip.clicked.connect(lambda: self._choose(choice))
        self.chips[choice.attribute, choice.value] = chip
        return chip

    def _choose(self, choice: Choice) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        chip = self.chips[choice.attribute, choice.value]
        value = not chip.isChecked() if choice.attribute == "is_flying" else choice.value
        self.chosen.emit(choice.attribute, value)

    def set_draft(self, draft: CodeDraft) -> None:
        """Mark the chosen chips; a dive of group 5 or 6 cannot fly."""
        for (attribute, value), chip in self.chips.items():
            chip.setChecked(getattr(draft, attribute) == value)
        self.chips["is_flying", True].setEnabled(draft.group is None or draft.group <= 4)

    def set_probabilities(self, attributes: Mapping[str, Mapping[str, float]]) -> None:
        """Show the model's probability of every value; chips of attributes the model says nothing about have no bar."""
        by_attribute = {
            "group": group_probabilities(attributes),
            "direction": attributes.get("rotation_type", {}),
            "half_somersaults": attributes.get("half_somersaults", {}),
            "half_twists": attributes.get("half_twists", {}),
            "position": attributes.get("position", {}),
            "is_flying": attributes.get("flying", {}),
        }
        for (attribute, _), chip in self.chips.items():
            known = by_attribute[attribute]
            chip.set_probability(known.get(chip.choice.key, 0.0) if known else None)

    def event(self, event: QEvent) -> bool:
        """Claim the editor's keys while it has the keyboard, before the window's shortcuts get them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _meaning(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Choose by key."""
        meaning = _meaning(event)
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif meaning is None:
            super().keyPressEvent(event)
        elif meaning[0] == "step":
            self.stepped.emit(meaning[1], meaning[2])
        else:
            self.chosen.emit(meaning[1], meaning[2])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 Qt's name
        """Lines above and below while the keyboard is here."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(current_theme().accent), 1))
            painter.drawLine(0, 0, self.width(), 0)
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


def _meaning(event: QKeyEvent) -> tuple[str, str, Any] | None:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key, text = event.key(), event.text().upper()
    if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
        step = 1 if key == Qt.Key.Key_Up else -1
        if modifiers == Qt.KeyboardModifier.NoModifier:
            return "step", "half_somersaults", step
        if modifiers == Qt.KeyboardModifier.ShiftModifier:
            return "step", "half_twists", step
        return None
    if modifiers not in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier} or len(text) != 1:
        return None
    if text in "123456":
        return "choose", "group", int(text)
    return ("choose", "position", Position(text)) if text in "ABCD" else None


class Chip(QAbstractButton):
    """One value, chosen or not, with the probability bar along its foot."""

    def __init__(self, choice: Choice, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = choice
        self.probability: float | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_probability(None)

    def set_probability(self, probability: float | None) -> None:
        """The model's probability of this value, or None where it says nothing."""
        self.probability = probability
        name = self.choice.name[0].upper() + self.choice.name[1:]
        says = "" if probability is None else f", model {probability:.0%}"
        self.setAccessibleName(name + says)
        self.setToolTip(name + says)
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802 Qt's name
        """Stay as it is: the editor decides what a click leads to."""

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """Room for the text and the bar."""
        return QSize(24, 26)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """The same: a chip does not shrink."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 Qt's name and signature
        """A rounded field, its text and the bar."""
        theme = current_theme()
        is_hovered = self.underMouse() and self.isEnabled()
        fill, border, text = theme.field, theme.border, theme.text_muted
        if self.isChecked():
            fill, border, text = theme.accent_soft, theme.accent, theme.text
        elif is_hovered:
            fill, border, text = theme.hover, theme.border_strong, theme.text
        elif not self.isEnabled():
            fill, text = theme.panel, theme.text_faint
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(border), 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(frame, 5, 5)
        painter.setPen(QColor(text))
        painter.setFont(tabular(self.font(), pixel_size=SMALL_PX + 1, bold=self.isChecked()))
        has_bar = self.probability is not None
        painter.drawText(frame.adjusted(0, 0, 0, -4 if has_bar else 0), Qt.AlignmentFlag.AlignCenter, self.choice.text)
        if self.probability is not None:
            self._paint_bar(painter, frame, self.probability)

    @staticmethod
    def _paint_bar(painter: QPainter, frame: QRectF, probability: float) -> None:
        theme = current_theme()
        track = QRectF(frame.left() + 4, frame.bottom() - 5, frame.width() - 8, 2.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pressed))
        painter.drawRoundedRect(track, 1.25, 1.25)
        if probability >= 0.005:
            track.setWidth(max(track.width() * min(probability, 1.0), 2.5))
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(track, 1.25, 1.25)
