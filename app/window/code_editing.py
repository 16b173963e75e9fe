"""Board and dive code of the selected dive: from the inspector into the review, and by key into the inspector."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.window.review_session import ReviewSession
from inference.diving.boards import BOARDS
from widgets.code_editor import CodeEditor


class CodeEditing(QObject):
    """Keys go through the code editor, so that a broken rule is told there in the same words as for the mouse."""

    def __init__(self, editor: CodeEditor, session: ReviewSession, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._session = editor, session

    def set_group(self, group: int) -> None:
        """Key 1 to 6."""
        self._editor.choose_group(group)

    def set_position(self, letter: str) -> None:
        """Key A to D."""
        self._editor.choose_position(letter)

    def add_half_somersaults(self, count: int) -> None:
        """So many half-somersaults more, or less if negative."""
        self._editor.step("half_somersaults", count)

    def add_half_twists(self, count: int) -> None:
        """So many half-twists more, or less if negative."""
        self._editor.step("half_twists", count)

    def set_code(self, text: str | None) -> None:
        """Store a code."""
        dive = self._session.selected
        if dive is not None and text != dive.code:
            self._session.edit(lambda document: document.set_code(dive.id, text))

    def set_board(self, key: str | None) -> None:
        """Store a board."""
        dive = self._session.selected
        if dive is not None and key != dive.board:
            self._session.edit(lambda document: document.set_board(dive.id, key))

    def next_board(self) -> None:
        """The next board in the row of all seven."""
        dive = self._session.selected
        if dive is None:
            return
        keys = [board.key for board in BOARDS]
        place = keys.index(dive.board) + 1 if dive.board in keys else 0
        self.set_board(keys[place % len(keys)])
