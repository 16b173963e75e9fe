import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inference.diving.codes import Position
from widgets.code_draft import CodeDraft
from widgets.code_editor import CodeEditor

PROBABILITIES = {
    "rotation_type": {"1": 0.75, "2": 0.25},
    "half_somersaults": {"5": 0.6, "3": 0.4},
    "half_twists": {"0": 0.2, "2": 0.8},
    "position": {"B": 0.9, "C": 0.1},
}


@pytest.fixture
def editor(qtbot) -> CodeEditor:
    widget = CodeEditor()
    qtbot.addWidget(widget)
    widget.resize(290, 420)
    widget.set_dive_code("5152B", dive_id="d1", board="springboard-3", probabilities=PROBABILITIES)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def click(qtbot, editor: CodeEditor, attribute: str, value) -> None:
    qtbot.mouseClick(editor.chips.chips[attribute, value], Qt.MouseButton.LeftButton)


def retype(qtbot, editor: CodeEditor, text: str) -> None:
    editor.focus_field()
    qtbot.keyClicks(editor.field, text)


def checked(editor: CodeEditor) -> set[tuple]:
    return {key for key, chip in editor.chips.chips.items() if chip.isChecked()}


def test_a_code_is_shown_by_chips_words_and_difficulty(editor: CodeEditor):
    assert checked(editor) == {
        ("group", 5),
        ("direction", 1),
        ("half_somersaults", 5),
        ("half_twists", 2),
        ("position", Position.PIKE),
    }
    assert editor.words.text() == "Forward 2½ somersaults, 1 twist, pike"
    assert editor.difficulty.text() == "DD 3.0"
    assert editor.rules.sentences() == []
    assert not editor.has_draft()


def test_probabilities_reach_the_chips(editor: CodeEditor):
    chips = editor.chips.chips
    assert chips["group", 5].probability == pytest.approx(0.8)
    assert chips["group", 1].probability == pytest.approx(0.15)
    assert chips["half_somersaults", 5].probability == 0.6
    assert chips["half_somersaults", 4].probability == 0.0
    assert chips["is_flying", True].probability is None
    assert chips["position", Position.PIKE].toolTip() == "Position B, pike, model 90%"


def test_typing_says_every_problem_as_it_is_typed(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "515")
    assert editor.rules.sentences() == [
        "'515' is no dive code: the position letter is missing; add A (straight), B (pike), C (tuck) or D (free)."
    ]
    assert editor.field.property("problem") == "error"
    assert checked(editor) == set()
    qtbot.keyClicks(editor.field, "2d")
    assert editor.rules.sentences() == [
        "Twist dives with 2 or more somersaults are in position B or C, and 5152D has 2½ somersaults in position D."
    ]
    assert editor.field.property("problem") == "warning"
    qtbot.keyClick(editor.field, Qt.Key.Key_Backspace)
    with qtbot.assertNotEmitted(editor.code_edited):
        qtbot.keyClicks(editor.field, "c")
    assert editor.rules.sentences() == []
    with qtbot.waitSignal(editor.code_edited) as edited:
        qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert edited.args == ["5152C"]
    assert editor.field.text() == "5152C"


def test_a_broken_rule_is_not_saved_unless_asked_to(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "624D")
    with qtbot.assertNotEmitted(editor.code_edited):
        qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor.rules.sentences() == [
        "Position D (free) is for twisting dives only, and 624D has no twist.",
        "Armstand dives start from a platform, and the 3 m springboard is none.",
    ]
    with qtbot.waitSignal(editor.code_edited) as edited:
        qtbot.mouseClick(editor.save_anyway, Qt.MouseButton.LeftButton)
    assert edited.args == ["624D"]
    assert not editor.save_anyway.isVisible()
    assert len(editor.rules.sentences()) == 2


def test_escape_gives_a_draft_up(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "1x")
    with qtbot.assertNotEmitted(editor.code_edited):
        qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert editor.field.text() == "5152B"
    assert ("group", 5) in checked(editor)


def test_emptying_the_field_takes_the_code_away(qtbot, editor: CodeEditor):
    editor.focus_field()
    qtbot.keyClick(editor.field, Qt.Key.Key_Delete)
    with qtbot.waitSignal(editor.code_edited) as edited:
        qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert edited.args == [None]


def test_leaving_the_field_keeps_what_was_typed(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "107b")
    with qtbot.waitSignal(editor.code_edited) as edited:
        editor.chips.setFocus()
    assert edited.args == ["107B"]


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [
        ("direction", 2, "5252B"),
        ("half_somersaults", 7, "5172B"),
        ("half_twists", 3, "5153B"),
        ("half_twists", 0, "105B"),
        ("position", Position.TUCK, "5152C"),
        ("group", 4, "405B"),
    ],
)
def test_a_chip_that_leads_to_an_allowed_dive_saves_it(qtbot, editor: CodeEditor, attribute, value, code):
    with qtbot.waitSignal(editor.code_edited) as edited:
        click(qtbot, editor, attribute, value)
    assert edited.args == [code]
    assert editor.field.text() == code


def test_clicking_through_a_forbidden_dive_saves_only_the_allowed_one(qtbot, editor: CodeEditor):
    with qtbot.assertNotEmitted(editor.code_edited):
        click(qtbot, editor, "half_somersaults", 3)
    assert editor.field.text() == "5132B"
    assert len(editor.rules.sentences()) == 1
    with qtbot.waitSignal(editor.code_edited) as edited:
        click(qtbot, editor, "position", Position.FREE)
    assert edited.args == ["5132D"]


def test_flying_is_switched_on_and_off(qtbot, editor: CodeEditor):
    assert not editor.chips.chips["is_flying", True].isEnabled()
    editor.set_dive_code("103B", dive_id="d2")
    with qtbot.waitSignal(editor.code_edited) as edited:
        click(qtbot, editor, "is_flying", True)
    assert edited.args == ["113B"]
    with qtbot.waitSignal(editor.code_edited) as edited:
        click(qtbot, editor, "is_flying", True)
    assert edited.args == ["103B"]


def test_keys_choose_while_the_chips_have_the_keyboard(qtbot, editor: CodeEditor):
    editor.chips.setFocus()
    codes: list[str] = []
    editor.code_edited.connect(codes.append)
    qtbot.keyClick(editor.chips, Qt.Key.Key_3)
    qtbot.keyClick(editor.chips, Qt.Key.Key_C)
    qtbot.keyClick(editor.chips, Qt.Key.Key_Up)
    qtbot.keyClick(editor.chips, Qt.Key.Key_Down)
    qtbot.keyClick(editor.chips, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert codes == ["305B", "305C", "306C", "305C", "5351C"]


def test_keys_of_the_chips_go_before_the_shortcuts_of_the_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    editor = CodeEditor(window)
    QVBoxLayout(window).addWidget(editor)
    pressed: list[str] = []
    for key in ("2", "N"):
        QShortcut(QKeySequence(key), window).activated.connect(lambda key=key: pressed.append(key))
    editor.set_dive_code("103B")
    window.show()
    window.activateWindow()
    editor.chips.setFocus()
    qtbot.waitUntil(editor.chips.hasFocus)
    with qtbot.waitSignal(editor.code_edited) as edited:
        qtbot.keyClick(editor.chips, Qt.Key.Key_2)
    qtbot.keyClick(editor.chips, Qt.Key.Key_N)
    assert edited.args == ["203B"]
    assert pressed == ["N"]


def test_a_code_is_put_together_attribute_by_attribute(qtbot, editor: CodeEditor):
    editor.set_dive_code(None, dive_id="d2", board="platform-10")
    assert editor.difficulty.text() == "DD –"  # noqa: RUF001 the dash of a missing value
    with qtbot.assertNotEmitted(editor.code_edited):
        click(qtbot, editor, "group", 2)
        assert editor.rules.sentences() == ["Still to choose: somersaults and position."]
        click(qtbot, editor, "half_somersaults", 7)
        assert editor.rules.sentences() == ["Still to choose: position."]
    with qtbot.waitSignal(editor.code_edited) as edited:
        click(qtbot, editor, "position", Position.PIKE)
    assert edited.args == ["207B"]
    assert editor.difficulty.text() == "DD 3.6"


def test_what_has_no_code_is_refused_with_a_sentence(qtbot, editor: CodeEditor):
    editor.set_dive_code("629C", dive_id="d2", board="platform-10")
    with qtbot.assertNotEmitted(editor.code_edited):
        click(qtbot, editor, "half_somersaults", 11)
    (sentence,) = editor.rules.sentences()
    assert sentence.startswith("11 half-somersaults from armstand without twist cannot be written; the second digit")
    assert editor.field.text() == "629C"


def test_a_draft_survives_a_new_board_but_not_another_dive(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "624C")
    assert len(editor.rules.sentences()) == 1
    editor.set_dive_code("5152B", dive_id="d1", board="platform-10")
    assert editor.field.text() == "624C"
    assert editor.rules.sentences() == []
    editor.set_dive_code("101A", dive_id="d2", board="platform-10")
    assert editor.field.text() == "101A"


def test_the_disputed_value_explains_itself(editor: CodeEditor):
    editor.set_dive_code("208B", board="platform-5")
    assert editor.difficulty.text() == "DD 4.4"
    assert editor.difficulty.toolTip() == "Sources disagree on 208B from 5 m: 4.4 in this table, 4.1 elsewhere."
    editor.set_dive_code("208A", board="platform-5")
    assert editor.difficulty.toolTip() == (
        "USA Diving rulebook 2026, appendix C has no degree of difficulty for 208A from the 5 m platform"
    )


def test_showing_a_code_is_silent(qtbot, editor: CodeEditor):
    with qtbot.assertNotEmitted(editor.code_edited):
        editor.set_dive_code("101A", dive_id="d3")
        editor.set_dive_code(None, dive_id="d4")
        editor.set_dive_code("nonsense", dive_id="d5")
    assert editor.field.text() == "nonsense"
    assert editor.field.property("problem") == "error"


def test_a_draft_names_what_is_open():
    draft = CodeDraft().choose("group", 5)
    assert draft.open_sentence() == "Still to choose: rotation type, somersaults, twists and position."
    assert draft.code() is None
    complete = draft.choose("direction", 3).choose("half_somersaults", 3).choose("half_twists", 3)
    assert str(complete.choose("position", Position.FREE).code()) == "5333D"


def test_sentences_stand_below_what_a_person_uses(qtbot, editor: CodeEditor):
    """Below the field while typing, so that they are in sight; below the chips, which they must not move, else."""
    retype(qtbot, editor, "5152")
    assert editor.field.geometry().bottom() < editor.rules.y() < editor.chips.y()
    retype(qtbot, editor, "5152A")
    assert editor.field.geometry().bottom() < editor.rules.y() < editor.save_anyway.y() < editor.chips.y()
    before = editor.chips.pos()
    editor.give_up()
    click(qtbot, editor, "position", Position.STRAIGHT)
    assert len(editor.rules.sentences()) == 1
    qtbot.waitUntil(lambda: editor.rules.y() > editor.chips.geometry().bottom())
    assert editor.chips.y() <= before.y()


def test_a_draft_waits_at_its_dive(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "5152")
    with qtbot.waitSignal(editor.draft_left) as left:
        editor.set_dive_code("101C", dive_id="d2")
    assert left.args == ["5152"]
    assert (editor.field.text(), editor.has_draft()) == ("101C", False)
    editor.set_dive_code("5152B", dive_id="d1")
    assert (editor.field.text(), editor.has_draft()) == ("5152", True)
    assert editor.rules.sentences() != []
    editor.give_up()
    with qtbot.assertNotEmitted(editor.draft_left):
        editor.set_dive_code("101C", dive_id="d2")
    editor.set_dive_code("5152B", dive_id="d1")
    assert (editor.field.text(), editor.has_draft()) == ("5152B", False)


def test_a_draft_of_chips_waits_too(qtbot, editor: CodeEditor):
    editor.set_dive_code(None, dive_id="d3")
    click(qtbot, editor, "group", 1)
    editor.set_dive_code("101C", dive_id="d2")
    editor.set_dive_code(None, dive_id="d3")
    assert ("group", 1) in checked(editor)
    assert editor.has_draft()


def test_a_draft_does_not_wait_for_a_code_that_was_changed_elsewhere(qtbot, editor: CodeEditor):
    retype(qtbot, editor, "5152")
    editor.set_dive_code("101C", dive_id="d2")
    editor.set_dive_code("405C", dive_id="d1")
    assert (editor.field.text(), editor.has_draft()) == ("405C", False)
