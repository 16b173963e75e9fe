"""Paints the cells of the dives table: quiet text, a confidence bar and the mark of the review status."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.dive_cells import ALIGNMENTS, MISSING, Column, cell_text
from widgets.dive_data import DiveRow
from widgets.dives_model import DIVE_ROLE
from widgets.icons import paint_icon
from widgets.theme import SMALL_PX, Theme, current_theme, tabular

ROW_HEIGHT: Final = 26
PADDING: Final = 5
_MARK: Final = 15


class DiveDelegate(QStyledItemDelegate):
    """One delegate for all columns, so that a row looks of one piece."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        dive: DiveRow = index.data(DIVE_ROLE)
        theme, column = current_theme(), Column(index.column())
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, option, rect, column, theme)
        if column is Column.STATUS:
            self._paint_status(painter, rect, dive, theme)
        elif column is Column.SCORE and dive.score is not None:
            self._paint_score(painter, option, rect, dive.score, theme)
        else:
            self._paint_text(painter, option, rect, dive, column, theme)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 Qt's name
        """The height of a row; widths are the header's."""
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    @staticmethod
    def _paint_background(
        painter: QPainter, option: QStyleOptionViewItem, rect: QRectF, column: Column, theme: Theme
    ) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(theme.selection))
            if column is Column.NUMBER:
                is_active = bool(state & QStyle.StateFlag.State_Active)
                painter.fillRect(
                    QRectF(rect.left(), rect.top(), 3, rect.height()),
                    QColor(theme.accent if is_active else theme.border_strong),
                )
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(theme.hover))

    @staticmethod
    def _paint_text(
        painter: QPainter, option: QStyleOptionViewItem, rect: QRectF, dive: DiveRow, column: Column, theme: Theme
    ) -> None:
        text = cell_text(dive, column)
        is_quiet = column in {Column.NUMBER, Column.TIME} or text == MISSING or dive.status == "rejected"
        font = tabular(option.font, pixel_size=SMALL_PX + 1, bold=column is Column.CODE)
        painter.setFont(font)
        painter.setPen(QColor(theme.text_muted if is_quiet else theme.text))
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.drawText(inner, int(ALIGNMENTS[column]), text)

    @staticmethod
    def _paint_score(painter: QPainter, option: QStyleOptionViewItem, rect: QRectF, score: float, theme: Theme) -> None:
        font: QFont = tabular(option.font, pixel_size=SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.text_muted))
        number_width = painter.fontMetrics().horizontalAdvance("100")
        numbers = QRectF(rect.left() + PADDING, rect.top(), number_width, rect.height())
        painter.drawText(
            numbers, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), f"{score * 100:.0f}"
        )
        left = numbers.right() + 5
        track = QRectF(left, rect.center().y() - 2, max(8.0, rect.right() - PADDING - left), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.pressed))
        painter.drawRoundedRect(track, 2, 2)
        painter.setBrush(QColor(theme.accent))
        track.setWidth(max(track.width() * min(max(score, 0.0), 1.0), 2.0))
        painter.drawRoundedRect(track, 2, 2)

    @staticmethod
    def _paint_status(painter: QPainter, rect: QRectF, dive: DiveRow, theme: Theme) -> None:
        mark = QRectF(0, 0, _MARK, _MARK)
        mark.moveCenter(rect.center())
        paint_icon(painter, mark, f"status-{dive.status}", theme.status(dive.status))
