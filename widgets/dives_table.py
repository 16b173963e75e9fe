"""The dives of a video as a table to filter, sort, select and walk through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from widgets.dive_cells import Column
from widgets.dive_data import DiveRow
from widgets.dives_delegate import PADDING
from widgets.dives_filter_bar import DivesFilterBar
from widgets.dives_model import DivesModel
from widgets.dives_view import DivesView, EmptyNote
from widgets.icons import icon
from widgets.theme import SMALL_PX, STATUSES, base_font, set_role, tabular

_STATUS_VERBS: Final = {
    "accepted": ("Accept", "accept"),
    "rejected": ("Reject", "reject"),
    "unreviewed": ("Back to unreviewed", "revert"),
}


class DivesTable(QWidget):
    """Filter bar, table and a line that counts; nothing is emitted for what the program itself sets.

    Signals:
        dive_selected(str): a person made this dive the current one.
        selection_changed(list): ids of all selected dives, from top to bottom.
        dive_activated(str): double click or Return: go and look at this dive.
        status_requested(list, str): give these dives this review status.
        delete_requested(list), merge_requested(list): ids of the selected dives.
    """

    dive_selected = Signal(str)
    selection_changed = Signal(list)
    dive_activated = Signal(str)
    status_requested = Signal(list, str)
    delete_requested = Signal(list)
    merge_requested = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._is_editable = True
        self._selected: tuple[str, ...] = ()
        self._current: str | None = None
        self._is_restoring = False
        self._order_before_queue = (Column.NUMBER, Qt.SortOrder.AscendingOrder)

        self.model = DivesModel(self)
        self.filter_bar = DivesFilterBar(self)
        self.view = DivesView(self)
        # Connected before the view is, which answers these signals by choosing another current dive.
        self.model.modelAboutToBeReset.connect(self._begin_restoring)
        self.model.rowsAboutToBeRemoved.connect(self._begin_restoring)
        self.view.setModel(self.model)
        self.empty = EmptyNote(self.view)
        self.count_label = QLabel(self)
        set_role(self.count_label, "small")
        self.count_label.setContentsMargins(10, 4, 10, 5)
        self._set_up_columns()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filter_bar)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.count_label)
        self._connect()
        self._refresh_counts()

    def _set_up_columns(self) -> None:
        header = self.view.horizontalHeader()
        metrics = QFontMetrics(tabular(base_font(), pixel_size=SMALL_PX + 1))
        samples = {
            Column.NUMBER: "9999",
            Column.TIME: "00:00:00.00",
            Column.BOARD: "7.5 m P",
            Column.CODE: "5152B m",
            Column.SCORE: "100 mm",
        }
        widths = {column: metrics.horizontalAdvance(sample) + 2 * PADDING for column, sample in samples.items()}
        widths[Column.STATUS] = 28
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(Column.CODE, QHeaderView.ResizeMode.Stretch)
        scroll_bar = self.view.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(sum(widths.values()) + scroll_bar)

    def _connect(self) -> None:
        selection = self.view.selectionModel()
        selection.selectionChanged.connect(self._on_selection_changed)
        selection.currentRowChanged.connect(self._on_current_changed)
        self.model.modelReset.connect(self._restore_selection)
        self.model.rowsRemoved.connect(self._restore_selection)
        for change in (
            self.model.rowsInserted,
            self.model.rowsRemoved,
            self.model.modelReset,
            self.model.layoutChanged,
        ):
            change.connect(self._refresh_counts)
        self.view.doubleClicked.connect(self._on_activated)
        self.view.activated.connect(self._on_activated)
        self.view.key_pressed.connect(self._on_key)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.filter_bar.filter_changed.connect(self._on_filter_changed)
        self.filter_bar.queue_toggled.connect(self.set_review_queue)
        self.filter_bar.leave_requested.connect(self.view.setFocus)
        self.empty.clear_requested.connect(self.clear_filter)

    # Contents

    def set_dives(self, dives: Sequence[DiveRow]) -> None:
        """Show these dives, keeping selection, filter and order; only what differs is redrawn."""
        self.model.set_dives(dives)
        self._refresh_counts()

    def update_dive(self, row: DiveRow) -> None:
        """Replace one dive."""
        self.model.update_dive(row)
        self._refresh_counts()

    def set_editable(self, is_editable: bool) -> None:
        """Offer edits in the menu and by key, or not (a review open elsewhere)."""
        self._is_editable = is_editable

    # Selection

    def current_dive(self) -> str | None:
        """The id of the current dive."""
        return self._current

    def selected_dives(self) -> list[str]:
        """The ids of the selected dives, from top to bottom."""
        rows = ((self.model.row_of(dive_id), dive_id) for dive_id in self._selected)
        return [dive_id for _, dive_id in sorted((row, dive_id) for row, dive_id in rows if row is not None)]

    def select_dive(self, dive_id: str | None) -> None:
        """Make this the current and only selected dive and scroll to it; None or a hidden dive selects nothing."""
        row = None if dive_id is None else self.model.row_of(dive_id)
        if row is not None and self._current == dive_id and self._selected == (dive_id,):
            return
        self._is_restoring = True
        if row is None:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        else:
            self.view.selectRow(row)
            self.view.scrollTo(self.model.index(row, Column.NUMBER))
        self._is_restoring = False
        self._remember_selection()

    def next_dive(self) -> str | None:
        """The dive below the current one as shown, or the first; None at the end."""
        return self._neighbour(1)

    def previous_dive(self) -> str | None:
        """The dive above the current one as shown, or the last; None at the beginning."""
        return self._neighbour(-1)

    def _neighbour(self, step: int) -> str | None:
        row = None if self._current is None else self.model.row_of(self._current)
        if row is None:
            row = -1 if step > 0 else self.model.rowCount()
        return self.model.id_at(row + step)

    # Filter and order

    def clear_filter(self) -> None:
        """Show every dive and leave the review queue."""
        self.filter_bar.queue.setChecked(False)
        self.filter_bar.clear()

    def set_review_queue(self, is_on: bool) -> None:
        """Show the unreviewed dives, the least certain first; or go back to the order before."""
        self.filter_bar.queue.setChecked(is_on)
        header = self.view.horizontalHeader()
        if is_on:
            order = (Column(header.sortIndicatorSection()), header.sortIndicatorOrder())
            if order != (Column.SCORE, Qt.SortOrder.AscendingOrder):
                self._order_before_queue = order
            self.filter_bar.set_statuses(["unreviewed"])
            self.view.sortByColumn(Column.SCORE, Qt.SortOrder.AscendingOrder)
        else:
            self.filter_bar.set_statuses([])
            self.view.sortByColumn(*self._order_before_queue)

    def is_review_queue(self) -> bool:
        """Whether the review queue is shown."""
        return self.filter_bar.queue.isChecked()

    def focus_filter(self) -> None:
        """Put the keyboard into the filter field."""
        self.filter_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_bar.search.selectAll()

    def _on_filter_changed(self, text: str, statuses: list[str]) -> None:
        self.model.set_filter(text, statuses)
        self._refresh_counts()

    # What the person does

    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if self._is_restoring:
            return
        before, self._selected = self._selected, self._selected_in_view()
        if self._selected != before:
            self.selection_changed.emit(self.selected_dives())

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._is_restoring:
            return
        dive_id = self.model.id_at(current.row()) if current.isValid() else None
        has_changed, self._current = dive_id != self._current, dive_id
        if has_changed and dive_id is not None:
            self.dive_selected.emit(dive_id)

    def _remember_selection(self) -> None:
        self._selected = self._selected_in_view()
        current = self.view.currentIndex()
        self._current = self.model.id_at(current.row()) if current.isValid() else None

    def _selected_in_view(self) -> tuple[str, ...]:
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(dive_id for row in rows if (dive_id := self.model.id_at(row)) is not None)

    def _begin_restoring(self) -> None:
        self._is_restoring = True

    def _restore_selection(self) -> None:
        rows = [row for dive_id in self._selected if (row := self.model.row_of(dive_id)) is not None]
        selection = QItemSelection()
        for row in rows:
            index = self.model.index(row, 0)
            selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        model = self.view.selectionModel()
        model.select(selection, flags.ClearAndSelect | flags.Rows)
        current = None if self._current is None else self.model.row_of(self._current)
        index = QModelIndex() if current is None else self.model.index(current, 0)
        model.setCurrentIndex(index, flags.NoUpdate)
        if index.isValid():
            self.view.scrollTo(index)
        self._is_restoring = False
        self._remember_selection()

    def _on_activated(self, index: QModelIndex) -> None:
        dive_id = self.model.id_at(index.row())
        if dive_id is not None:
            self.dive_activated.emit(dive_id)

    def _on_key(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Delete or not self._selected or not self._is_editable:
            return
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.delete_requested.emit(self.selected_dives())
        else:
            self.status_requested.emit(self.selected_dives(), "rejected")

    def _open_menu(self, position: QPoint) -> None:
        if self._selected and self._is_editable:
            menu = self.context_menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.view.viewport().mapToGlobal(position))

    def context_menu(self) -> QMenu:
        """What can be done with the selected dives."""
        ids = self.selected_dives()
        menu = QMenu(self)
        for status, (text, icon_name) in _STATUS_VERBS.items():
            action = menu.addAction(icon(icon_name), text)
            action.triggered.connect(lambda _=False, status=status: self.status_requested.emit(ids, status))
        menu.addSeparator()
        merge = QAction(icon("merge"), f"Merge {len(ids)} dives" if len(ids) > 1 else "Merge", menu)
        merge.setEnabled(len(ids) > 1)
        merge.triggered.connect(lambda: self.merge_requested.emit(ids))
        menu.addAction(merge)
        delete = QAction(icon("delete", "danger"), f"Delete {len(ids)} dives" if len(ids) > 1 else "Delete", menu)
        delete.triggered.connect(lambda: self.delete_requested.emit(ids))
        menu.addAction(delete)
        return menu

    def _refresh_counts(self) -> None:
        shown, total = self.model.rowCount(), self.model.dive_count
        counts = self.model.status_counts()
        self.filter_bar.set_counts(counts)
        open_count = counts.get(STATUSES[0], 0)
        dives = f"{total:,} dive{'s' if total != 1 else ''}"
        parts = [dives if shown == total else f"{shown:,} of {dives}"]
        if total:
            parts.append(f"{open_count:,} to review" if open_count else "all reviewed")
        self.count_label.setText(" · ".join(parts))
        self.empty.show_state(has_dives=total > 0, has_rows=shown > 0)
