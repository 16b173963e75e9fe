import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QWidget

from widgets.shortcut_sheet import ShortcutSheet, spread
from widgets.shortcuts import ShortcutEditor, ShortcutEntry, find_conflicts, key_text

ENTRIES = (
    ShortcutEntry("play", "Play / pause", "Play", ("Space",)),
    ShortcutEntry("stop", "Shuttle stop", "Play", ("K",)),
    ShortcutEntry("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ShortcutEntry("about", "About", "Help"),
)


@pytest.fixture
def editor(qtbot) -> ShortcutEditor:
    widget = ShortcutEditor()
    qtbot.addWidget(widget)
    widget.resize(640, 480)
    widget.set_shortcuts(ENTRIES, {"stop": ["S"]})
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def shown_keys(editor: ShortcutEditor) -> dict[str, str]:
    return {action: item.text(1) for action, item in editor._items.items()}


def record(qtbot, editor: ShortcutEditor, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    editor.recorder.setFocus()
    qtbot.keyClick(editor.recorder, key, modifier)


def test_conflicts_are_named_once_for_each_key():
    assert find_conflicts(ENTRIES, {"play": ["K"], "stop": ["K"], "redo": ["Ctrl+Y"]}) == [
        "K belongs to both “Play / pause” and “Shuttle stop”; give one of them another key."
    ]
    assert find_conflicts(ENTRIES, {"play": ["K", "X"], "stop": ["k"], "redo": ["K"]}) == [
        "K belongs to “Play / pause”, “Shuttle stop” and “Redo”; give one of them another key."
    ]
    assert find_conflicts(ENTRIES, {entry.action: entry.default_keys for entry in ENTRIES}) == []


def test_actions_are_listed_with_their_keys(editor: ShortcutEditor):
    assert shown_keys(editor) == {
        "play": "Space",
        "stop": "S",
        "redo": key_text(["Ctrl+Shift+Z", "Ctrl+Y"]),
        "about": "",
    }
    assert [group.text(0) for group in editor._groups.values()] == ["Play", "Edit", "Help"]
    assert editor._items["stop"].font(1).bold()
    assert editor._items["stop"].toolTip(1) == "Default: K"


def test_pressing_a_key_gives_it_to_the_action(qtbot, editor: ShortcutEditor):
    rect = editor.tree.visualItemRect(editor._items["play"])
    qtbot.mouseClick(editor.tree.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert editor.current_action() == "play"
    with qtbot.waitSignal(editor.keys_changed) as changed:
        record(qtbot, editor, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert changed.args == ["play", ["Ctrl+P"]]
    assert editor.keys()["play"] == ("Ctrl+P",)


def test_a_key_can_be_given_without_the_mouse(qtbot, editor: ShortcutEditor):
    editor.search.setFocus()
    qtbot.keyClicks(editor.search, "shuttle")
    assert editor.current_action() == "stop"
    qtbot.keyClick(editor.search, Qt.Key.Key_Return)
    assert editor.recorder.hasFocus() or editor.focusWidget() is editor.recorder
    with qtbot.waitSignal(editor.keys_changed) as changed:
        qtbot.keyClick(editor.recorder, Qt.Key.Key_F7)
    assert changed.args == ["stop", ["F7"]]
    editor.search.setFocus()
    qtbot.keyClick(editor.search, Qt.Key.Key_Down)
    assert editor.focusWidget() is editor.tree
    editor.search.clear()
    assert editor.current_action() is None


def test_a_conflict_waits_until_it_is_settled(qtbot, editor: ShortcutEditor):
    changes: list[tuple[str, list[str]]] = []
    editor.keys_changed.connect(lambda action, keys: changes.append((action, keys)))
    editor.choose_action("play")
    record(qtbot, editor, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: bool(editor.conflict_sentences()))
    assert editor.conflicts.sentences() == [
        "S belongs to both “Play / pause” and “Shuttle stop”; give one of them another key."
    ]
    assert changes == []
    editor.choose_action("stop")
    qtbot.mouseClick(editor.reset, Qt.MouseButton.LeftButton)
    assert editor.conflicts.sentences() == []
    assert changes == [("play", ["S"]), ("stop", ["K"])]


def test_a_second_key_and_none_at_all(qtbot, editor: ShortcutEditor):
    editor.choose_action("about")
    qtbot.mouseClick(editor.add_key, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(editor.keys_changed) as changed:
        record(qtbot, editor, Qt.Key.Key_F1)
    assert changed.args == ["about", ["F1"]]
    qtbot.mouseClick(editor.add_key, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(editor.keys_changed) as changed:
        record(qtbot, editor, Qt.Key.Key_F2)
    assert changed.args == ["about", ["F1", "F2"]]
    with qtbot.waitSignal(editor.keys_changed) as changed:
        qtbot.mouseClick(editor.remove, Qt.MouseButton.LeftButton)
    assert changed.args == ["about", []]


def test_all_defaults_come_back(qtbot, editor: ShortcutEditor):
    with qtbot.waitSignal(editor.keys_changed) as changed:
        qtbot.mouseClick(editor.reset_all, Qt.MouseButton.LeftButton)
    assert changed.args == ["stop", ["K"]]
    assert editor.keys() == {entry.action: entry.default_keys for entry in ENTRIES}


def test_finding_an_action_by_name_or_key(qtbot, editor: ShortcutEditor):
    qtbot.keyClicks(editor.search, "shuttle")
    assert [action for action, item in editor._items.items() if not item.isHidden()] == ["stop"]
    assert editor._groups["Edit"].isHidden()
    editor.search.clear()
    editor.search.setText(key_text(["Ctrl+Y"]))
    assert [action for action, item in editor._items.items() if not item.isHidden()] == ["redo"]


def test_without_an_action_there_is_nothing_to_press(editor: ShortcutEditor):
    assert editor.current_action() is None
    assert not editor.recorder.isEnabled()
    assert not editor.reset.isEnabled()
    assert editor.reset_all.isEnabled()


@pytest.fixture
def window(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(1280, 720)
    widget.show()
    widget.activateWindow()
    qtbot.waitExposed(widget)
    return widget


def test_the_sheet_lists_actions_that_have_keys(qtbot, window: QWidget):
    sheet = ShortcutSheet(window)
    sheet.set_shortcuts(ENTRIES, {"play": ["P"], "stop": []})
    sheet.open()
    texts = [label.text() for label in sheet.card.findChildren(QLabel)]
    assert "Play / pause" in texts
    assert "P" in texts
    assert "Shuttle stop" not in texts
    assert "About" not in texts
    assert sheet.geometry() == window.rect()


def test_any_key_closes_the_sheet_and_does_nothing_else(qtbot, window: QWidget):
    pressed: list[str] = []
    QShortcut(QKeySequence("K"), window).activated.connect(lambda: pressed.append("K"))
    sheet = ShortcutSheet(window)
    sheet.set_shortcuts(ENTRIES, {})
    sheet.open()
    qtbot.waitUntil(sheet.hasFocus)
    qtbot.keyClick(sheet, Qt.Key.Key_K)
    assert not sheet.isVisible()
    assert pressed == []


def test_a_click_beside_the_sheet_closes_it_and_one_on_it_does_not(qtbot, window: QWidget):
    sheet = ShortcutSheet(window)
    sheet.set_shortcuts(ENTRIES, {})
    sheet.open()
    qtbot.mouseClick(sheet.card, Qt.MouseButton.LeftButton)
    assert sheet.isVisible()
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not sheet.isVisible()


def test_the_sheet_follows_the_window(qtbot, window: QWidget):
    sheet = ShortcutSheet(window)
    sheet.set_shortcuts(ENTRIES, {})
    sheet.open()
    window.resize(700, 500)
    assert sheet.size() == window.size()
    assert window.rect().contains(sheet.card.geometry())


@pytest.mark.parametrize(
    ("sizes", "count", "columns"),
    [
        ([10, 4, 20, 18], 3, [[0, 1], [2], [3]]),
        ([5], 4, [[0]]),
        ([], 3, []),
        ([1, 1, 1, 9], 2, [[0, 1, 2], [3]]),
        ([12, 4, 24, 18, 18, 12, 3], 4, [[0, 5], [1, 3], [2], [4, 6]]),
    ],
)
def test_groups_are_spread_evenly(sizes, count, columns):
    assert spread(sizes, count) == columns
