"""Board and dive code of the selected dive, by key and from the inspector."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.document.errors import DocumentError
from app.window.review_session import ReviewSession
from inference.diving.boards import BOARDS
from inference.diving.codes import DiveCode, DiveCodeError, Position, parse

FIRST_CODE = DiveCode(group=1, direction=1, half_somersaults=1, half_twists=0, position=Position.PIKE)
"""Where the keys start from for a dive that has no code: 101B, the plain forward dive."""


class CodeEditing(QObject):
    """One attribute of the code a key; a combination that cannot be written is refused with the reason."""

    def __init__(self, session: ReviewSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def set_group(self, group: int) -> None:
        """Key 1 to 6."""
        self._change(lambda code: code.replace(group=group))

    def set_position(self, letter: str) -> None:
        """Key A to D."""
        self._change(lambda code: code.replace(position=Position(letter)))

    def add_half_somersaults(self, count: int) -> None:
        """So many half-somersaults more, or less if negative."""
        self._change(lambda code: code.replace(half_somersaults=code.half_somersaults + count))

    def add_half_twists(self, count: int) -> None:
        """So many half-twists more, or less if negative."""
        self._change(lambda code: code.replace(half_twists=code.half_twists + count))

    def set_code(self, text: str | None) -> None:
        """Store a code as the inspector gives it."""
        dive = self._session.selected
        if dive is not None and text != dive.code:
            self._session.edit(lambda document: document.set_code(dive.id, text))

    def set_board(self, key: str | None) -> None:
        """Store a board as the inspector gives it."""
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

    def _change(self, change: Callable[[DiveCode], DiveCode]) -> None:
        dive = self._session.selected
        if dive is None:
            return
        try:
            code = parse(dive.code) if dive.code else FIRST_CODE
            self.set_code(str(change(code)))
        except DiveCodeError as error:
            self._session.failed.emit(DocumentError(_sentence(str(error))))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
