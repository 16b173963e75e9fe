"""Editing a dive code: by chips for each attribute or by typing it, checked against the rules as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from inference.diving.boards import Board
from inference.diving.codes import DiveCode, DiveCodeError, Position, broken_rules, describe, parse
from inference.diving.degree_of_difficulty import degree_of_difficulty, difficulty_note, table
from widgets.code_chips import HALF_SOMERSAULTS, HALF_TWISTS, CodeChips
from widgets.code_draft import CodeDraft
from widgets.code_proposals import CodeProposals, Proposals
from widgets.rule_list import RuleList
from widgets.theme import TEXT_PX, set_role, tabular

_NOTHING: Mapping[str, Mapping[str, float]] = {}


class CodeEditor(QWidget):
    """Holds a draft until it is a code that keeps every rule, then says so.

    A draft that breaks a rule stays in the editor, with one sentence for each rule, until it is put right, given up
    with Escape or saved nevertheless with the button below the sentences: what a diver really did may break a rule.
    While another dive is shown it waits, unless that dive's code has changed meanwhile.

    Signals:
        code_edited(object): the new code as text, or None where a person emptied the field.
        draft_left(str): a draft, as far as it can be written, waits because another dive is shown now.
    """

    code_edited = Signal(object)
    draft_left = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dive_id = ""
        self._stored: str | None = None
        self._board: Board | None = None
        self._draft = CodeDraft()
        self._waiting: dict[str, tuple[str | None, str, CodeDraft]] = {}  # by dive: stored code, typed text, draft

        self.field = _CodeField(self)
        self.difficulty = QLabel(self)
        self.difficulty.setFont(tabular(self.font(), pixel_size=TEXT_PX + 1, bold=True))
        self.difficulty.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rules = RuleList(self)
        self.save_anyway = QPushButton("Save nevertheless", self)
        set_role(self.save_anyway, "link")
        self.save_anyway.setToolTip("Keep this code although it breaks a rule")
        self.proposals = CodeProposals(self)
        self.chips = CodeChips(self)

        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.field, 1)
        top.addWidget(self.difficulty)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(top)
        self._column.addWidget(self.words)
        self._column.addWidget(self.proposals)
        self._column.addWidget(self.chips)
        self._put_rules(is_typing=False)
        self.setFocusProxy(self.chips)

        self.field.textEdited.connect(self._on_typed)
        self.field.committed.connect(self._on_committed)
        self.field.given_up.connect(self.give_up)
        self.proposals.chosen.connect(self.take)
        self.chips.chosen.connect(self.choose)
        self.chips.stepped.connect(self.step)
        self.chips.given_up.connect(self.give_up)
        self.save_anyway.clicked.connect(self._save)
        self._show_draft("")

    # What is shown

    def set_dive_code(
        self,
        code: str | None,
        *,
        dive_id: str = "",
        board: str | None = None,
        probabilities: Mapping[str, Mapping[str, float]] = _NOTHING,
        proposals: Proposals = (),
    ) -> None:
        """Show a dive's code; an unfinished draft of the same dive and code is kept, as when only the board changes.

        Args:
            code: the code that counts; None where there is none.
            dive_id: whose it is.
            board: the key of its board.
            probabilities: the model's, of every value of every attribute.
            proposals: the codes that the model thinks most probable, with their probabilities.
        """
        keeps_draft = self.has_draft() and (dive_id, code) == (self._dive_id, self._stored)
        if dive_id != self._dive_id:
            self._let_draft_wait()
        stored, text, draft = self._waiting.pop(dive_id, (code, code or "", self._draft_of(code)))
        self._dive_id, self._stored = dive_id, code
        self._board = _board(board)
        self.chips.set_probabilities(probabilities)
        self.proposals.set_proposals(proposals)
        if keeps_draft:
            self._refresh()
        elif stored == code:
            self._draft = draft
            self._show_draft(text)
        else:
            self.give_up()

    def _let_draft_wait(self) -> None:
        if self._dive_id and self.has_draft():
            self._waiting[self._dive_id] = self._stored, self.field.text(), self._draft
            self.draft_left.emit(self.field.text())

    def has_draft(self) -> bool:
        """Whether the editor holds something that is not the stored code."""
        return self.field.text() != (self._stored or "") or self._draft != self._draft_of(self._stored)

    def give_up(self) -> None:
        """Back to the stored code."""
        self._draft = self._draft_of(self._stored)
        self._show_draft(self._stored or "")

    def focus_field(self) -> None:
        """Put the keyboard into the typed field, with everything selected."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    # Edits

    def _put_rules(self, *, is_typing: bool) -> None:
        """Sentences stand where the eye is: below the field while a person types, else below the chips.

        There a sentence that comes or goes does not move the chip under the mouse.
        """
        for place, (widget, alignment) in enumerate(
            ((self.rules, Qt.AlignmentFlag(0)), (self.save_anyway, Qt.AlignmentFlag.AlignLeft)), start=2
        ):
            self._column.removeWidget(widget)
            self._column.insertWidget(place if is_typing else -1, widget, 0, alignment)

    def choose(self, attribute: str, value: object) -> None:
        """Choose one attribute of `CodeDraft`, as the chips do; saved at once if the code is complete and allowed."""
        if not self.isEnabled():
            return
        self._put_rules(is_typing=False)
        draft = self._draft.choose(attribute, value)
        try:
            code = draft.code()
        except DiveCodeError as error:
            # Such a combination has no code to show, so the draft stays what it was.
            self.rules.show_sentences([_sentence(str(error))], "danger")
            return
        self._draft = draft
        self._show_draft("" if code is None else str(code))
        if code is not None and not broken_rules(code, self._board):
            self._save()

    def take(self, code: str) -> None:
        """Take over a whole code, as a click on a proposal does."""
        if self.isEnabled():
            self._put_rules(is_typing=False)
            self._draft = self._draft_of(code)
            self._show_draft(code)
            self._save()

    def choose_group(self, group: int) -> None:
        """Choose the group, 1 to 6."""
        self.choose("group", group)

    def choose_position(self, letter: str) -> None:
        """Choose the position, A to D."""
        self.choose("position", Position(letter))

    def step(self, attribute: str, change: int) -> None:
        """One half more or less of "half_somersaults" or "half_twists"."""
        present = getattr(self._draft, attribute)
        wanted = (0 if present is None else present) + change
        values = HALF_SOMERSAULTS if attribute == "half_somersaults" else HALF_TWISTS
        if wanted in values:
            self.choose(attribute, wanted)

    def _on_typed(self, text: str) -> None:
        self._put_rules(is_typing=True)
        try:
            self._draft = CodeDraft.of(parse(text))
        except DiveCodeError:
            self._draft = CodeDraft()
        self._refresh()

    def _on_committed(self) -> None:
        text = self.field.text().strip()
        code = self._code()
        if not text and self._draft == CodeDraft():
            if self._stored is not None:
                self._stored = None
                self.code_edited.emit(None)
        elif code is not None and not broken_rules(code, self._board):
            self._save()

    def _save(self) -> None:
        code = self._code()
        if code is None:
            return
        text = str(code)
        has_changed, self._stored = text != self._stored, text
        self._show_draft(text)
        if has_changed:
            self.code_edited.emit(text)

    # Showing

    def _code(self) -> DiveCode | None:
        return self._draft.code()

    @staticmethod
    def _draft_of(text: str | None) -> CodeDraft:
        try:
            return CodeDraft.of(parse(text or ""))
        except DiveCodeError:
            return CodeDraft()

    def _show_draft(self, text: str) -> None:
        self.field.setText(text)
        self._refresh()

    def _refresh(self) -> None:
        code, text = self._code(), self.field.text().strip()
        self.chips.set_draft(self._draft)
        self.proposals.set_code("" if code is None else str(code))
        self.words.setText("" if code is None else describe(code))
        self._show_difficulty(code)
        if code is not None:
            sentences, role = list(broken_rules(code, self._board)), "warning"
        elif text:
            sentences, role = [_syntax_sentence(text)], "danger"
        elif self._draft != CodeDraft():
            sentences, role = [self._draft.open_sentence()], "muted"
        else:
            sentences, role = [], "muted"
        self.rules.show_sentences(sentences, role)
        self.field.set_problem({"warning": "warning", "danger": "error"}.get(role, "") if sentences else "")
        self.save_anyway.setVisible(code is not None and bool(sentences) and str(code) != self._stored)

    def _show_difficulty(self, code: DiveCode | None) -> None:
        if code is None or self._board is None:
            value, tip = None, "Choose a code and a board to see the degree of difficulty"
        else:
            value = degree_of_difficulty(code, self._board)
            tip = (
                f"{table().source} has no degree of difficulty for {code} from the {self._board.label}"
                if value is None
                else difficulty_note(code, self._board)
                or f"Degree of difficulty of {code} from the {self._board.label}, {table().source}"
            )
        self.difficulty.setText("DD \N{EN DASH}" if value is None else f"DD {value:.1f}")
        set_role(self.difficulty, "muted" if value is None else "")
        self.difficulty.setToolTip(tip)
        self.difficulty.setAccessibleName(tip if value is None else f"Degree of difficulty {value:.1f}")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 Qt's name
        """Keep the digits of the difficulty bold and even in a new theme's font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.difficulty.setFont(tabular(self.font(), pixel_size=TEXT_PX + 1, bold=True))


class _CodeField(QLineEdit):
    """The typed code: Return and leaving the field commit it, Escape gives it up."""

    committed = Signal()
    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(tabular(self.font(), pixel_size=TEXT_PX + 4, bold=True))
        self.setPlaceholderText("5152B")
        self.setMaxLength(12)
        self.setAccessibleName("Dive code")
        self.setToolTip("Type a dive code such as 5152B; Return keeps it, Escape gives it up")
        self.editingFinished.connect(self.committed)

    def set_problem(self, problem: str) -> None:
        """Mark the field: "error", "warning" or "" for none."""
        if self.property("problem") != problem:
            self.setProperty("problem", problem)
            self.style().unpolish(self)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Give up on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """Room for the longest code."""
        return QSize(self.fontMetrics().horizontalAdvance("51112B") + 36, super().sizeHint().height())


def _board(key: str | None) -> Board | None:
    try:
        return None if key is None else Board.from_key(key)
    except ValueError:
        return None


def _syntax_sentence(text: str) -> str:
    try:
        parse(text)
    except DiveCodeError as error:
        return _sentence(str(error))
    return ""


def _sentence(message: str) -> str:
    return f"{message[0].upper()}{message[1:]}."
