import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from inference.results import FrameTime
from widgets.dive_cells import MISSING, Column, cell_text
from widgets.dive_data import DiveRow
from widgets.dives_model import DivesModel
from widgets.dives_table import DivesTable


def row(number: int, **values) -> DiveRow:
    start = 100 * number
    return DiveRow(
        f"d{number}", number, FrameTime(start, start / 25), FrameTime(start + 40, start / 25 + 1.6), **values
    )


DIVES = (
    row(1, board="springboard-3", code="5152B", score=0.9, status="accepted"),
    row(2, board="platform-10", code="1011C", score=0.2),
    row(3, board="platform-7.5", code="101B", score=0.6),
    row(4, status="corrected", note="left knee open"),
    row(5, board="springboard-1", code="103B", score=0.4, status="rejected"),
    row(6, board="springboard-3", code="203C", score=0.3),
)


@pytest.fixture
def table(qtbot) -> DivesTable:
    widget = DivesTable()
    qtbot.addWidget(widget)
    widget.resize(360, 480)
    widget.set_dives(DIVES)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture(autouse=True)
def checked_model(request, monkeypatch) -> None:
    """Let Qt check every message of the model, where there are few enough rows."""
    if "ten_thousand" in request.node.name:
        return
    create = DivesModel.__init__

    def create_checked(self, parent=None) -> None:
        create(self, parent)
        QAbstractItemModelTester(self, QAbstractItemModelTester.FailureReportingMode.Fatal, self)

    monkeypatch.setattr(DivesModel, "__init__", create_checked)


def numbers(table: DivesTable) -> list[int]:
    return [int(dive_id[1:]) for dive_id in table.model.shown_ids()]


def click_row(qtbot, table: DivesTable, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    rect = table.view.visualRect(table.model.index(row, Column.CODE))
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, modifier, rect.center())


def click_header(qtbot, table: DivesTable, column: Column) -> None:
    header = table.view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 6, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_cells_say_what_the_dive_is():
    assert [cell_text(DIVES[0], column) for column in Column] == ["1", "00:00:04.00", "3 m S", "5152B", "90", ""]
    assert [cell_text(DIVES[3], column) for column in Column] == ["4", "00:00:16.00", MISSING, MISSING, MISSING, ""]


def test_tool_tips_say_it_in_words(table: DivesTable):
    tips = [table.model.index(0, column).data(Qt.ItemDataRole.ToolTipRole) for column in Column]
    assert tips == [
        "Dive 1",
        "Frames 100 to 140, 1.60 s",
        "3 m springboard",
        "Forward 2½ somersaults, 1 twist, pike",
        "The model is 90.0% confident",
        "Accepted",
    ]


def test_clicking_selects_and_double_clicking_activates(qtbot, table: DivesTable):
    with qtbot.waitSignal(table.dive_selected) as selected:
        click_row(qtbot, table, 2)
    assert selected.args == ["d3"]
    rect = table.view.visualRect(table.model.index(2, Column.CODE))
    with qtbot.waitSignal(table.dive_activated) as activated:
        qtbot.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert activated.args == ["d3"]


def test_walking_with_the_arrow_keys_and_going_there_with_return(qtbot, table: DivesTable):
    click_row(qtbot, table, 0)
    with qtbot.waitSignal(table.dive_selected) as selected:
        qtbot.keyClick(table.view, Qt.Key.Key_Down)
    assert selected.args == ["d2"]
    with qtbot.waitSignal(table.dive_activated) as activated:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert activated.args == ["d2"]


def test_several_dives_are_selected_from_top_to_bottom(qtbot, table: DivesTable):
    click_row(qtbot, table, 4)
    click_row(qtbot, table, 1, Qt.KeyboardModifier.ControlModifier)
    click_row(qtbot, table, 3, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_dives() == ["d2", "d4", "d5"]
    assert table.current_dive() == "d4"


def test_selecting_by_program_is_silent(qtbot, table: DivesTable):
    with qtbot.assertNotEmitted(table.dive_selected), qtbot.assertNotEmitted(table.selection_changed):
        table.select_dive("d5")
    assert table.selected_dives() == ["d5"]
    with qtbot.assertNotEmitted(table.dive_selected):
        table.select_dive(None)
    assert (table.current_dive(), table.selected_dives()) == (None, [])


@pytest.mark.parametrize(
    ("column", "ascending", "descending"),
    [
        (Column.NUMBER, None, [6, 5, 4, 3, 2, 1]),
        (Column.BOARD, [2, 3, 5, 1, 6, 4], [6, 1, 5, 3, 2, 4]),
        (Column.CODE, [3, 5, 6, 2, 1, 4], [1, 2, 6, 5, 3, 4]),
        (Column.SCORE, [2, 6, 5, 3, 1, 4], [1, 3, 5, 6, 2, 4]),
        (Column.STATUS, [2, 3, 6, 4, 1, 5], [5, 1, 4, 6, 3, 2]),
    ],
)
def test_clicking_a_header_sorts_with_missing_values_last(qtbot, table: DivesTable, column, ascending, descending):
    click_header(qtbot, table, column)
    if ascending is not None:
        assert numbers(table) == ascending
        click_header(qtbot, table, column)
    assert numbers(table) == descending


def test_typing_filters_by_every_word(qtbot, table: DivesTable):
    table.focus_filter()
    qtbot.keyClicks(table.filter_bar.search, "springboard 3 m")
    assert numbers(table) == [1, 6]
    assert table.count_label.text() == "2 of 6 dives · 3 to review"
    qtbot.keyClick(table.filter_bar.search, Qt.Key.Key_Escape)
    assert numbers(table) == [1, 2, 3, 4, 5, 6]
    qtbot.keyClicks(table.filter_bar.search, "KNEE")
    assert numbers(table) == [4]
    qtbot.keyClick(table.filter_bar.search, Qt.Key.Key_Down)
    assert table.view.hasFocus()


def test_status_buttons_filter_and_count(qtbot, table: DivesTable):
    buttons = table.filter_bar.status_buttons
    assert {status: button.text() for status, button in buttons.items()} == {
        "unreviewed": "3",
        "accepted": "1",
        "corrected": "1",
        "rejected": "1",
    }
    qtbot.mouseClick(buttons["accepted"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(buttons["corrected"], Qt.MouseButton.LeftButton)
    assert numbers(table) == [1, 4]
    qtbot.mouseClick(buttons["accepted"], Qt.MouseButton.LeftButton)
    assert numbers(table) == [4]


def test_the_review_queue_shows_the_least_certain_first_and_shrinks(qtbot, table: DivesTable):
    click_header(qtbot, table, Column.TIME)
    qtbot.mouseClick(table.filter_bar.queue, Qt.MouseButton.LeftButton)
    assert table.is_review_queue()
    assert numbers(table) == [2, 6, 3]
    table.select_dive("d2")
    assert (table.previous_dive(), table.next_dive()) == (None, "d6")
    table.update_dive(replace(DIVES[1], status="accepted"))
    assert numbers(table) == [6, 3]
    qtbot.mouseClick(table.filter_bar.queue, Qt.MouseButton.LeftButton)
    assert numbers(table) == [1, 2, 3, 4, 5, 6]
    assert table.view.horizontalHeader().sortIndicatorSection() == Column.TIME


def test_neighbours_follow_the_order_shown(qtbot, table: DivesTable):
    assert (table.next_dive(), table.previous_dive()) == ("d1", "d6")
    click_header(qtbot, table, Column.SCORE)
    table.select_dive("d5")
    assert (table.next_dive(), table.previous_dive()) == ("d3", "d6")


def test_one_edit_changes_one_row_without_reset(qtbot, table: DivesTable):
    table.select_dive("d3")
    with (
        qtbot.assertNotEmitted(table.model.modelReset),
        qtbot.assertNotEmitted(table.model.layoutChanged),
        qtbot.waitSignal(table.model.dataChanged) as changed,
    ):
        table.update_dive(replace(DIVES[2], code="105B"))
    assert (changed.args[0].row(), changed.args[1].row()) == (2, 2)
    assert table.model.index(2, Column.CODE).data() == "105B"


def test_adding_and_deleting_move_only_what_they_must(qtbot, table: DivesTable):
    table.select_dive("d5")
    with qtbot.assertNotEmitted(table.model.modelReset):
        with qtbot.waitSignal(table.model.rowsRemoved) as removed:
            table.set_dives([*DIVES[:1], *DIVES[2:]])
        assert removed.args[1:] == [1, 1]
        with qtbot.waitSignal(table.model.rowsInserted) as inserted:
            table.set_dives(DIVES)
        assert inserted.args[1:] == [1, 1]
    assert table.selected_dives() == ["d5"]
    assert numbers(table) == [1, 2, 3, 4, 5, 6]


def test_another_order_keeps_selection_and_current_dive(qtbot, table: DivesTable):
    click_row(qtbot, table, 1)
    click_row(qtbot, table, 2, Qt.KeyboardModifier.ControlModifier)
    click_header(qtbot, table, Column.SCORE)
    assert table.selected_dives() == ["d2", "d3"]
    click_header(qtbot, table, Column.SCORE)
    assert table.selected_dives() == ["d3", "d2"]
    assert table.current_dive() == "d3"


def test_deleting_the_current_dive_selects_no_other_by_itself(qtbot, table: DivesTable):
    click_row(qtbot, table, 2)
    with qtbot.assertNotEmitted(table.dive_selected):
        table.set_dives([dive for dive in DIVES if dive.id != "d3"])
    assert (table.current_dive(), table.selected_dives()) == (None, [])


def test_a_filter_that_hides_the_selection_forgets_it(qtbot, table: DivesTable):
    table.select_dive("d1")
    qtbot.mouseClick(table.filter_bar.status_buttons["rejected"], Qt.MouseButton.LeftButton)
    assert table.selected_dives() == []
    assert table.current_dive() is None


def test_delete_rejects_and_shift_delete_deletes(qtbot, table: DivesTable):
    click_row(qtbot, table, 0)
    click_row(qtbot, table, 1, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(table.status_requested) as status:
        qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    assert status.args == [["d1", "d2"], "rejected"]
    with qtbot.waitSignal(table.delete_requested) as deleted:
        qtbot.keyClick(table.view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert deleted.args == [["d1", "d2"]]
    table.set_editable(False)
    with qtbot.assertNotEmitted(table.delete_requested), qtbot.assertNotEmitted(table.status_requested):
        qtbot.keyClick(table.view, Qt.Key.Key_Delete)
        qtbot.keyClick(table.view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)


def test_the_menu_offers_what_fits_the_selection(qtbot, table: DivesTable):
    click_row(qtbot, table, 0)
    click_row(qtbot, table, 2, Qt.KeyboardModifier.ShiftModifier)
    menu = table.context_menu()
    qtbot.addWidget(menu)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == ["Accept", "Reject", "Back to unreviewed", "Merge 3 dives", "Delete 3 dives"]
    with qtbot.waitSignal(table.merge_requested) as merged:
        actions["Merge 3 dives"].trigger()
    assert merged.args == [["d1", "d2", "d3"]]
    with qtbot.waitSignal(table.status_requested) as status:
        actions["Accept"].trigger()
    assert status.args == [["d1", "d2", "d3"], "accepted"]
    click_row(qtbot, table, 0)
    single = table.context_menu()
    qtbot.addWidget(single)
    assert [action.text() for action in single.actions() if not action.isEnabled()] == ["Merge"]


def test_an_empty_table_says_why(qtbot, table: DivesTable):
    assert not table.empty.isVisible()
    qtbot.keyClicks(table.filter_bar.search, "nothing like it")
    assert table.empty.isVisible()
    assert table.empty.label.text() == "No dive matches the filter."
    qtbot.mouseClick(table.empty.clear, Qt.MouseButton.LeftButton)
    assert numbers(table) == [1, 2, 3, 4, 5, 6]
    table.set_dives([])
    assert table.empty.label.text() == "No dives yet.\nAnalyse the video, or add a dive by hand."
    assert not table.empty.clear.isVisible()
    assert table.count_label.text() == "0 dives"


def test_letters_are_left_to_the_shortcuts_of_the_window(qtbot, table: DivesTable):
    click_row(qtbot, table, 3)
    with qtbot.assertNotEmitted(table.dive_selected):
        qtbot.keyClicks(table.view, "1")
    assert table.current_dive() == "d4"


def test_nothing_is_cut_off_at_its_smallest_width(qtbot, table: DivesTable):
    table.resize(table.minimumWidth(), 300)
    view = table.view
    for column in Column:
        text = max((cell_text(dive, column) for dive in DIVES), key=len)
        assert view.columnWidth(column) >= view.fontMetrics().horizontalAdvance(text) * 12 // 13
    assert sum(view.columnWidth(column) for column in Column) <= view.viewport().width()
    names = [child.accessibleName() for child in table.findChildren(QWidget) if child.focusPolicy().value & 1]
    assert "Dives" in names


def test_ten_thousand_dives_stay_quick(qtbot, table: DivesTable):
    many = [row(number, score=(number * 37 % 101) / 101) for number in range(1, 10_001)]
    table.set_dives(many)
    started = time.perf_counter()
    for number in range(1, 2001):
        table.select_dive(f"d{number}")
        assert table.next_dive() == f"d{number + 1}"
    navigation_s = (time.perf_counter() - started) / 2000
    started = time.perf_counter()
    for number in range(1, 51):
        table.update_dive(replace(many[number], code="101B"))
    update_s = (time.perf_counter() - started) / 50
    assert navigation_s < 0.016
    assert update_s < 0.016
