"""What the cells of the dives table say, how they sort and what the filter finds in them."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import Qt

from inference.diving.boards import Board
from inference.diving.codes import DiveCodeError, describe, parse
from inference.time_code import time_code
from widgets.dive_data import DiveRow

MISSING: Final = "\N{EN DASH}"

SortKey = Callable[[DiveRow], tuple[Any, ...]]


class Column(IntEnum):
    """The columns of the dives table, from left to right."""

    NUMBER = 0
    TIME = 1
    BOARD = 2
    CODE = 3
    SCORE = 4
    STATUS = 5


TITLES: Final = {
    Column.NUMBER: "#",
    Column.TIME: "Time",
    Column.BOARD: "Board",
    Column.CODE: "Code",
    Column.SCORE: "Conf.",
    Column.STATUS: "",
}
HEADER_TIPS: Final = {
    Column.NUMBER: "Number of the dive in the video",
    Column.TIME: "Start: last contact with the board",
    Column.BOARD: "Board height; S springboard, P platform",
    Column.CODE: "Dive code",
    Column.SCORE: "The model's confidence in %",
    Column.STATUS: "Review status",
}
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
HEADER_ALIGNMENT: Final = _LEFT
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ALIGNMENTS: Final = {
    Column.NUMBER: _RIGHT,
    Column.TIME: _LEFT,
    Column.BOARD: _LEFT,
    Column.CODE: _LEFT,
    Column.SCORE: _LEFT,
    Column.STATUS: Qt.AlignmentFlag.AlignCenter,
}
STATUS_ORDER: Final = ("unreviewed", "corrected", "accepted", "rejected")


def board_text(key: str | None) -> str:
    """A board in the few letters a table has room for: "3 m S" or "7.5 m P"."""
    if key is None:
        return MISSING
    try:
        board = Board.from_key(key)
    except ValueError:
        return key
    return f"{board.height_m:g} m {'S' if board.is_springboard else 'P'}"


def board_label(key: str | None) -> str:
    """A board in full: "3 m springboard"."""
    if key is None:
        return "no board"
    try:
        return Board.from_key(key).label
    except ValueError:
        return key


def _missing_last(value: Any, *, descending: bool) -> tuple[bool, Any]:
    """Sort key that keeps missing values at the end in both directions."""
    return ((value is None) is not descending, value if value is not None else 0)


def sort_key(column: Column, *, descending: bool) -> SortKey:
    """What to sort the dives of a column by; missing values stay at the end in both directions."""
    match column:
        case Column.NUMBER:
            return lambda dive: (dive.number,)
        case Column.TIME:
            return lambda dive: (dive.start.frame, dive.number)
        case Column.BOARD:
            return lambda dive: (*_text_key(dive.board, descending=descending), dive.number)
        case Column.CODE:
            return lambda dive: (*_text_key(dive.code, descending=descending), dive.number)
        case Column.SCORE:
            return lambda dive: (*_missing_last(dive.score, descending=descending), dive.number)
        case Column.STATUS:
            return lambda dive: (STATUS_ORDER.index(dive.status), dive.number)


def _text_key(value: str | None, *, descending: bool) -> tuple[bool, tuple[int, str]]:
    """Sort key of a code or board: shorter first, so that 1011C follows 101C to 109C; missing ones last."""
    return ((value is None) is not descending, (len(value), value) if value is not None else (0, ""))


def cell_text(dive: DiveRow, column: Column) -> str:
    """What a cell says, as drawn; the status is drawn as its mark alone."""
    match column:
        case Column.NUMBER:
            return str(dive.number)
        case Column.TIME:
            return time_code(dive.start.seconds)
        case Column.BOARD:
            return board_text(dive.board)
        case Column.CODE:
            return dive.code or MISSING
        case Column.SCORE:
            return MISSING if dive.score is None else f"{round(100 * dive.score)}"
        case Column.STATUS:
            return ""


def cell_tip(dive: DiveRow, column: Column) -> str:
    """The cell in a few more words, for tool tips and screen readers."""
    match column:
        case Column.NUMBER:
            return f"Dive {dive.number}" + (f": {dive.note}" if dive.note else "")
        case Column.TIME:
            return f"Frames {dive.start.frame} to {dive.end.frame}, {dive.end.seconds - dive.start.seconds:.2f} s"
        case Column.BOARD:
            return board_label(dive.board).capitalize()
        case Column.CODE:
            return _code_in_words(dive.code)
        case Column.SCORE:
            return "Added by a person" if dive.score is None else f"The model is {dive.score:.1%} confident"
        case Column.STATUS:
            return dive.status.capitalize()


def _code_in_words(code: str | None) -> str:
    if code is None:
        return "No dive code"
    try:
        return describe(parse(code))
    except DiveCodeError as error:
        return str(error)


def search_words(dive: DiveRow) -> list[str]:
    """The words that the filter compares the beginnings of, in lower case."""
    parts = (f"#{dive.number}", time_code(dive.start.seconds), board_label(dive.board), dive.code or "", dive.status)
    return " ".join((*parts, dive.note)).lower().split()
