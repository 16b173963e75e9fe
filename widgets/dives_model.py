"""The dives as a Qt table model that filters and sorts itself.

Sorting and filtering happen in one Python sort over the rows instead of in a proxy model, which would call back into
Python for every comparison. A single edit touches a single row: it is changed, moved, taken out or put in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from widgets.dive_cells import (
    ALIGNMENTS,
    HEADER_ALIGNMENT,
    HEADER_TIPS,
    TITLES,
    Column,
    cell_text,
    cell_tip,
    search_words,
    sort_key,
)
from widgets.dive_data import DiveRow

FEW: Final = 8
"""Up to so many changed dives are put in their places one by one."""

_ROOT: Final = QModelIndex()
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
DIVE_ROLE: Final = int(Qt.ItemDataRole.UserRole)

AnyIndex = QModelIndex | QPersistentModelIndex


class DivesModel(QAbstractTableModel):
    """Rows are the dives that pass the filter, in the order chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dives: dict[str, DiveRow] = {}
        self._shown: list[DiveRow] = []
        self._given: tuple[DiveRow, ...] | None = None  # what `set_dives` was last given, if nothing came after
        self._rows: dict[str, int] | None = None
        self._words: tuple[str, ...] = ()
        self._statuses: frozenset[str] = frozenset()
        self._column = Column.NUMBER
        self._descending = False

    # Contents

    def set_dives(self, dives: Iterable[DiveRow]) -> None:
        """Show these dives; of those already shown only the changed ones are touched."""
        given = tuple(dives)
        changed = _changed(self._given, given)
        self._given = given
        if changed is not None:
            for dive in changed:
                self._replace(dive)
            return
        self._dives = {dive.id: dive for dive in given}
        self._rearrange()

    def update_dive(self, dive: DiveRow) -> None:
        """Replace or add one dive; it moves, appears or disappears as sorting and filter ask."""
        self._given = None
        self._replace(dive)

    def _replace(self, dive: DiveRow) -> None:
        before = self._dives.get(dive.id)
        self._dives[dive.id] = dive
        key = sort_key(self._column, descending=self._descending)
        row = self.row_of(dive.id)
        if before is not None and key(before) == key(dive) and self._passes(before) == self._passes(dive):
            if row is not None and before != dive:
                self._shown[row] = dive
                self._announce([row])
        else:
            self._rearrange()

    def remove_dive(self, dive_id: str) -> None:
        """Take one dive out; an unknown id is ignored."""
        self._given = None
        if self._dives.pop(dive_id, None) is not None:
            self._rearrange()

    def dive(self, dive_id: str) -> DiveRow | None:
        """The dive with this id, shown or not."""
        return self._dives.get(dive_id)

    @property
    def dive_count(self) -> int:
        """How many dives there are, shown or not."""
        return len(self._dives)

    def status_counts(self) -> Counter[str]:
        """How many dives there are of each status, shown or not."""
        return Counter(map(attrgetter("status"), self._dives.values()))

    # Order and filter

    def set_filter(self, text: str, statuses: Iterable[str] = ()) -> None:
        """Show only dives in which words begin with each word of the text and that have one of the statuses, if any."""
        words, wanted = tuple(text.lower().split()), frozenset(statuses)
        if (words, wanted) != (self._words, self._statuses):
            self._words, self._statuses = words, wanted
            self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; missing values stay at the end."""
        self._column, self._descending = Column(column), order == Qt.SortOrder.DescendingOrder
        self._rearrange()

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set, whatever it hides."""
        return bool(self._words or self._statuses)

    def row_of(self, dive_id: str) -> int | None:
        """The row where the dive is shown, or None if it is not."""
        if self._rows is None:
            self._rows = {dive.id: row for row, dive in enumerate(self._shown)}
        return self._rows.get(dive_id)

    def id_at(self, row: int) -> str | None:
        """The id of the dive shown in a row, or None outside the table."""
        return self._shown[row].id if 0 <= row < len(self._shown) else None

    def shown_ids(self) -> tuple[str, ...]:
        """The ids of the dives shown, from top to bottom."""
        return tuple(dive.id for dive in self._shown)

    def _passes(self, dive: DiveRow) -> bool:
        if self._statuses and dive.status not in self._statuses:
            return False
        if not self._words:
            return True
        present = search_words(dive)
        return all(any(word.startswith(wanted) for word in present) for wanted in self._words)

    def _rearrange(self) -> None:
        """Bring the rows to the present dives, order and filter with the smallest messages to the views."""
        wanted = [dive for dive in self._dives.values() if self._passes(dive)]
        wanted.sort(key=sort_key(self._column, descending=self._descending), reverse=self._descending)
        old_ids, new_ids = [dive.id for dive in self._shown], [dive.id for dive in wanted]
        before = {dive.id: dive for dive in self._shown}
        if old_ids != new_ids:
            self._change_rows(old_ids, new_ids, wanted)
        self._shown = wanted
        self._announce([row for row, dive in enumerate(wanted) if before.get(dive.id, dive) != dive])

    def _change_rows(self, old_ids: list[str], new_ids: list[str], wanted: list[DiveRow]) -> None:
        pairs = enumerate(zip(old_ids, new_ids, strict=False))
        head = next((row for row, (old, new) in pairs if old != new), min(len(old_ids), len(new_ids)))
        surplus = len(old_ids) - len(new_ids)
        if surplus > 0 and old_ids[head + surplus :] == new_ids[head:]:
            self.beginRemoveRows(_ROOT, head, head + surplus - 1)
            self._set_shown(wanted)
            self.endRemoveRows()
        elif surplus < 0 and new_ids[head - surplus :] == old_ids[head:]:
            self.beginInsertRows(_ROOT, head, head - surplus - 1)
            self._set_shown(wanted)
            self.endInsertRows()
        elif surplus == 0 and set(old_ids) == set(new_ids):
            self._reorder(old_ids, wanted)
        else:
            self.beginResetModel()
            self._set_shown(wanted)
            self.endResetModel()

    def _reorder(self, old_ids: list[str], wanted: list[DiveRow]) -> None:
        self.layoutAboutToBeChanged.emit()
        self._set_shown(wanted)
        for index in self.persistentIndexList():
            row = self.row_of(old_ids[index.row()])
            self.changePersistentIndex(index, QModelIndex() if row is None else self.index(row, index.column()))
        self.layoutChanged.emit()

    def _set_shown(self, wanted: list[DiveRow]) -> None:
        self._shown, self._rows = wanted, None

    def _announce(self, rows: list[int]) -> None:
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), len(Column) - 1))

    # What Qt asks

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:  # noqa: N802 Qt's name
        """How many dives pass the filter."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:  # noqa: N802 Qt's name
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:  # noqa: N802 Qt's name
        """The columns' titles and tool tips."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[column]
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return HEADER_TIPS[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return HEADER_ALIGNMENT
        return None

    def data(self, index: AnyIndex, role: int = _DISPLAY) -> Any:
        """One cell; `DIVE_ROLE` gives the whole row."""
        if not index.isValid():
            return None
        dive, column = self._shown[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(dive, column)
        if role == DIVE_ROLE:
            return dive
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return ALIGNMENTS[column]
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell_tip(dive, column)
        return None


def _changed(before: tuple[DiveRow, ...] | None, after: tuple[DiveRow, ...]) -> list[DiveRow] | None:
    """The rows that were replaced, if those are all that changed and few; comparing identities takes no Python loop."""
    if before is None or len(before) != len(after):
        return None
    places = list(compress(range(len(after)), map(is_not, before, after)))
    if len(places) > FEW or any(before[place].id != after[place].id for place in places):
        return None
    return [after[place] for place in places]
