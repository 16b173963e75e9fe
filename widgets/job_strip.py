"""What long work is doing: its name, how far it is, how long it will take, and a way to stop it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from widgets.icons import icon
from widgets.theme import SMALL_PX, set_role, tabular

_STEPS: Final = 1000


class JobStrip(QWidget):
    """One line for the status bar; hidden while no job runs.

    Signals:
        cancel_requested(): a person wants the job to stop.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.label = QLabel(self)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.label.setMinimumWidth(120)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.remaining = QLabel(self)
        set_role(self.remaining, "small")
        self.remaining.setFont(tabular(self.font(), pixel_size=SMALL_PX))
        self.remaining.setMinimumWidth(self.remaining.fontMetrics().horizontalAdvance("100 % · about 59 min left"))
        self.cancel = QToolButton(self)
        self.cancel.setIcon(icon("cancel", "text_muted"))
        self.cancel.setIconSize(QSize(14, 14))
        self.cancel.setToolTip("Stop this job (Ctrl+.)")
        self.cancel.setAccessibleName("Stop this job")
        self.cancel.clicked.connect(self._on_cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 4, 0)
        layout.setSpacing(10)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.bar)
        layout.addWidget(self.remaining)
        layout.addWidget(self.cancel)
        self.hide()

    def start(self, name: str) -> None:
        """A job began; until the first progress the bar only says that something happens."""
        self._name = name
        self.bar.setRange(0, 0)
        self.remaining.setText("")
        self._say(name)
        self.cancel.setEnabled(True)
        self.show()

    def set_progress(self, fraction: float, what: str = "", remaining_s: float | None = None) -> None:
        """Show how far the job is.

        Args:
            fraction: 0 to 1.
            what: what it does now; "" leaves the job's name alone.
            remaining_s: estimated seconds left, or None where nobody can say yet.
        """
        self.bar.setRange(0, _STEPS)
        self.bar.setValue(round(min(max(fraction, 0.0), 1.0) * _STEPS))
        percent = f"{min(max(fraction, 0.0), 1.0):.0%}".replace("%", "\N{NO-BREAK SPACE}%")
        self.remaining.setText(percent if remaining_s is None else f"{percent} · {remaining_text(remaining_s)}")
        self._say(f"{self._name}: {what}" if what else self._name)

    def set_stopping(self) -> None:
        """The job was asked to stop and is finishing what it must."""
        self.cancel.setEnabled(False)
        self.remaining.setText("stopping…")

    def finish(self) -> None:
        """No job runs any more."""
        self.hide()

    def _say(self, text: str) -> None:
        self.label.setText(text)
        self.label.setToolTip(text)
        self.setAccessibleName(text)

    def _on_cancel(self) -> None:
        self.set_stopping()
        self.cancel_requested.emit()


def remaining_text(seconds: float) -> str:
    """A remaining time as a person would say it: no more precise than it is known."""
    if seconds < 1.5:
        return "almost done"
    if round(seconds) < 60:
        return f"about {round(seconds)} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min left"
    hours, minutes = divmod(5 * round(minutes / 5), 60)
    return f"about {hours} h left" if minutes == 0 else f"about {hours} h {minutes} min left"
