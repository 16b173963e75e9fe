from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit

from inference.results import FrameTime
from widgets.dive_data import DiveDetails, FieldOrigin
from widgets.dive_inspector import DiveInspector

DIVE = DiveDetails(
    id="d3",
    number=3,
    start=FrameTime(1234, 49.36),
    end=FrameTime(1275, 51.0),
    board="springboard-3",
    code="5152B",
    score=0.83,
    status="unreviewed",
    note="late kick-out",
    origins={
        "start": FieldOrigin("Ana, 2 March 2026 10:14", is_human=True, can_revert=True),
        "end": FieldOrigin("motion 1.0"),
        "board": FieldOrigin("Ana, 2 March 2026 10:15", is_human=True),
    },
    metrics=(("Flight time", "1.36 s"), ("Entry speed", "8.9 m/s")),
    frame_count=5000,
)


@pytest.fixture
def inspector(qtbot) -> DiveInspector:
    widget = DiveInspector()
    qtbot.addWidget(widget)
    widget.resize(320, 900)
    widget.set_dive(DIVE)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def retype(qtbot, edit: QLineEdit, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, key)


def test_a_dive_is_shown(inspector: DiveInspector):
    assert inspector.title.text() == "Dive 3"
    assert inspector.subtitle.text() == "1.64 s · 42 frames"
    assert inspector.status.label.text() == "Not reviewed yet"
    assert inspector.status.score.text() == "confidence 83%"
    assert (inspector.start.edit.text(), inspector.start.time.text()) == ("1234", "00:00:49.36")
    assert (inspector.end.edit.text(), inspector.end.time.text()) == ("1275", "00:00:51.00")
    assert inspector.board.currentText() == "3 m springboard"
    assert inspector.code.field.text() == "5152B"
    assert inspector.metrics.metrics() == [("Flight time", "1.36 s"), ("Entry speed", "8.9 m/s")]
    assert inspector.note.toPlainText() == "late kick-out"
    assert not inspector.empty.isVisible()


def test_without_a_dive_it_says_where_to_choose_one(inspector: DiveInspector):
    inspector.set_dive(None)
    assert inspector.empty.isVisible()
    assert not inspector.title.isVisible()
    assert inspector.details() is None


def test_typing_a_frame_number(qtbot, inspector: DiveInspector):
    with qtbot.waitSignal(inspector.start_edited) as edited:
        retype(qtbot, inspector.start.edit, "1230")
    assert edited.args == [1230]
    with qtbot.waitSignal(inspector.end_edited) as edited:
        retype(qtbot, inspector.end.edit, "1280", Qt.Key.Key_Tab)
    assert edited.args == [1280]


def test_typing_a_time(qtbot, inspector: DiveInspector):
    with qtbot.waitSignal(inspector.end_time_edited) as edited:
        retype(qtbot, inspector.end.edit, "0:51,04")
    assert edited.args == [pytest.approx(51.04)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("5000", "There is no frame 5000; the last one is 4999."),
        ("-3", "“-3” is neither a frame number nor a time; write 1234 or 00:00:49.36."),
        ("0:75", "“0:75” has 75 seconds; a minute has fewer than 60."),
    ],
)
def test_what_is_no_frame_is_refused_with_a_sentence(qtbot, inspector: DiveInspector, text, sentence):
    with qtbot.assertNotEmitted(inspector.start_edited), qtbot.assertNotEmitted(inspector.start_time_edited):
        retype(qtbot, inspector.start.edit, text)
    assert inspector.refusals.sentences() == [sentence]
    assert inspector.start.edit.property("problem") == "error"
    qtbot.keyClick(inspector.start.edit, Qt.Key.Key_Escape)
    assert inspector.start.edit.text() == "1234"
    assert inspector.refusals.sentences() == []


def test_the_same_frame_again_is_no_edit(qtbot, inspector: DiveInspector):
    with qtbot.assertNotEmitted(inspector.start_edited):
        retype(qtbot, inspector.start.edit, "1234")


def test_taking_the_frame_shown(qtbot, inspector: DiveInspector):
    with qtbot.waitSignal(inspector.start_here_requested):
        qtbot.mouseClick(inspector.start.take, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(inspector.end_here_requested):
        qtbot.mouseClick(inspector.end.take, Qt.MouseButton.LeftButton)
    assert inspector.start.take.toolTip() == "Start at the frame shown ([)"


def test_choosing_a_board_by_keyboard(qtbot, inspector: DiveInspector):
    inspector.board.setFocus()
    with qtbot.waitSignal(inspector.board_edited) as edited:
        qtbot.keyClick(inspector.board, Qt.Key.Key_Down)
    assert edited.args == ["platform-1"]


def test_the_wheel_does_not_change_the_board(qtbot, inspector: DiveInspector):
    inspector.board.setFocus()
    place = QPointF(inspector.board.rect().center())
    event = QWheelEvent(
        place,
        inspector.board.mapToGlobal(place),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.assertNotEmitted(inspector.board_edited):
        QApplication.sendEvent(inspector.board, event)
    assert inspector.board.currentText() == "3 m springboard"


def test_the_board_decides_difficulty_and_rules(inspector: DiveInspector):
    assert inspector.code.difficulty.text() == "DD 3.0"
    inspector.set_dive(replace(DIVE, board="platform-10"))
    assert inspector.code.difficulty.text() == "DD 2.9"


def test_editing_the_code(qtbot, inspector: DiveInspector):
    with qtbot.waitSignal(inspector.code_edited) as edited:
        retype(qtbot, inspector.code.field, "105b")
    assert edited.args == ["105B"]


@pytest.mark.parametrize("status", ["accepted", "rejected"])
def test_deciding(qtbot, inspector: DiveInspector, status: str):
    with qtbot.waitSignal(inspector.status_edited) as edited:
        qtbot.mouseClick(inspector.status.buttons[status], Qt.MouseButton.LeftButton)
    assert edited.args == [status]
    inspector.set_dive(replace(DIVE, status=status))
    assert not inspector.status.buttons[status].isEnabled()
    assert inspector.status.buttons["unreviewed"].isEnabled()


def test_a_note_is_kept_when_the_field_is_left(qtbot, inspector: DiveInspector):
    inspector.note.setFocus()
    inspector.note.selectAll()
    qtbot.keyClicks(inspector.note, "clean entry")
    with qtbot.waitSignal(inspector.note_edited) as edited:
        inspector.code.chips.setFocus()
    assert edited.args == ["clean entry"]


def test_a_note_being_typed_survives_news_of_its_dive_but_not_another_dive(qtbot, inspector: DiveInspector):
    inspector.note.setFocus()
    qtbot.keyClicks(inspector.note, "new ")
    inspector.set_dive(replace(DIVE, status="accepted"))
    assert inspector.note.toPlainText() == "new late kick-out"
    qtbot.keyClick(inspector.note, Qt.Key.Key_Escape)
    assert inspector.note.toPlainText() == "late kick-out"
    qtbot.keyClicks(inspector.note, "x")
    with qtbot.assertNotEmitted(inspector.note_edited):
        inspector.set_dive(replace(DIVE, id="d4", number=4, note=""))
    assert inspector.note.toPlainText() == ""


def test_a_frame_being_typed_survives_news_of_its_dive_but_not_another_dive(qtbot, inspector: DiveInspector):
    inspector.start.edit.setFocus()
    inspector.start.edit.selectAll()
    qtbot.keyClicks(inspector.start.edit, "12")
    inspector.set_dive(replace(DIVE, status="accepted"))
    assert inspector.start.edit.text() == "12"
    inspector.set_dive(replace(DIVE, id="d4", number=4))
    assert inspector.start.edit.text() == "1234"


def test_origins_say_who_and_only_human_values_can_be_reverted(qtbot, inspector: DiveInspector):
    lines = inspector.origins
    assert lines["start"].text.text() == "Ana, 2 March 2026 10:14"
    assert lines["start"].text.toolTip() == "Start set by hand: Ana, 2 March 2026 10:14"
    assert lines["end"].text.toolTip() == "End predicted: motion 1.0"
    assert {name for name, line in lines.items() if line.isVisible()} == {"start", "end", "board"}
    assert {name for name, line in lines.items() if line.revert.isVisible()} == {"start"}
    with qtbot.waitSignal(inspector.revert_requested) as revert:
        qtbot.mouseClick(lines["start"].revert, Qt.MouseButton.LeftButton)
    assert revert.args == ["start"]


def test_a_review_that_may_not_be_changed_shows_everything_and_edits_nothing(inspector: DiveInspector):
    inspector.set_dive(replace(DIVE, is_editable=False))
    assert inspector.code.field.text() == "5152B"
    assert not inspector.code.isEnabled()
    assert not inspector.status.isEnabled()
    assert not inspector.start.isEnabled()
    assert inspector.note.isReadOnly()
    assert not inspector.origins["start"].revert.isEnabled()


def test_showing_dives_is_silent(qtbot, inspector: DiveInspector):
    signals = [
        inspector.start_edited,
        inspector.end_edited,
        inspector.board_edited,
        inspector.code_edited,
        inspector.note_edited,
        inspector.status_edited,
    ]
    seen: list[object] = []
    for signal in signals:
        signal.connect(seen.append)
    inspector.set_dive(
        replace(DIVE, id="d4", start=FrameTime(1, 0.04), board=None, code=None, note="", status="accepted")
    )
    inspector.set_dive(None)
    inspector.set_dive(DIVE)
    assert seen == []


def test_everything_fits_its_smallest_width_and_has_a_name(inspector: DiveInspector):
    inspector.resize(inspector.minimumWidth(), 500)
    assert inspector.minimumWidth() <= 340
    QApplication.processEvents()
    assert inspector.widget().width() <= inspector.viewport().width()
    controls = [
        control
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox)
        for control in inspector.widget().findChildren(kind)
        if not control.objectName().startswith("qt_")
    ]
    nameless = [control for control in controls if not (control.accessibleName() or getattr(control, "text", str)())]
    assert nameless == []
