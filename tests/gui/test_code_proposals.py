"""What the model thinks of a dive's code: shown with its runners-up, taken over by a click, as its board allows."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from review_window import make_clip, open_window, settle
from table_classifier import TableClassifier, probabilities_of
from table_detector import TableDetector

from app.window.dive_values import code_proposals
from app.window.finder_dialog import FinderDialog
from widgets.code_editor import CodeEditor

DIVES = ((20, 50), (110, 140))
LEFT = Qt.MouseButton.LeftButton


def fall(frame, fps=25.0):
    """Where a diver is, as shares of the picture: up a little, then down, every 3.6 seconds."""
    seconds = (frame - 20) / fps % 3.6 - 0.2
    return 0.4 + 0.1 * seconds, 0.5 - 0.2 * seconds + 0.35 * seconds * seconds


@pytest.fixture
def editor(qtbot) -> CodeEditor:
    widget = CodeEditor()
    qtbot.addWidget(widget)
    widget.resize(320, 400)
    widget.show()
    return widget


def test_the_likeliest_codes_are_chips_with_their_probabilities(qtbot, editor):
    editor.set_dive_code("5152B", dive_id="a", proposals=(("5152B", 0.71), ("5154B", 0.2)))

    chips = editor.proposals.chips
    assert [chip.choice.text for chip in chips] == ["5152B 71%", "5154B 20%"]
    assert [chip.isChecked() for chip in chips] == [True, False]
    assert chips[0].accessibleName() == "Dive 5152B, model 71%"
    with qtbot.waitSignal(editor.code_edited) as edited:
        QTest.mouseClick(chips[1], LEFT)
    assert edited.args == ["5154B"]
    assert editor.field.text() == "5154B"
    assert [chip.isChecked() for chip in chips] == [False, True]
    assert editor.chips.chips["half_twists", 4].isChecked()


def test_a_dive_that_no_model_has_named_has_no_row_of_them(editor):
    editor.set_dive_code("5152B", dive_id="a", proposals=(("5152B", 0.71),))
    assert editor.proposals.isVisible()
    editor.set_dive_code("103B", dive_id="b")
    assert not editor.proposals.isVisible()
    assert editor.proposals.chips == []


def test_a_review_that_cannot_be_edited_takes_no_proposal(qtbot, editor):
    editor.set_dive_code(None, dive_id="a", proposals=(("5152B", 0.71),))
    editor.setEnabled(False)
    with qtbot.assertNotEmitted(editor.code_edited):
        editor.take("5152B")
    assert editor.field.text() == ""


def test_proposals_follow_the_rules_of_the_board():
    armstand = probabilities_of("624C") | {"armstand": {"true": 0.8, "false": 0.2}}

    from_platform = dict(code_proposals(armstand, "platform-10"))
    from_springboard = dict(code_proposals(armstand, "springboard-3"))

    assert next(iter(from_platform)) == "624C"
    # Armstand 0.8 and tuck 0.9; without the armstand it is a 204C.
    assert from_platform["624C"] == pytest.approx(0.72)
    assert from_platform["204C"] == pytest.approx(0.18)
    # There is no armstand on a springboard, and 204C is the dive that comes closest.
    assert next(iter(from_springboard)) == "204C"
    assert "624C" not in from_springboard
    assert all(probability >= 0.01 for probability in from_springboard.values())


@pytest.mark.parametrize(
    ("probabilities", "board"),
    [
        ({}, None),
        ({"position": {"B": 0.6}}, None),
        (probabilities_of("103B") | {"position": {"B": float("nan")}}, None),
        (probabilities_of("103B"), "springboard-2"),
    ],
)
def test_what_does_not_amount_to_codes_proposes_none(probabilities, board):
    assert code_proposals(probabilities, board) == ()


def test_codes_appear_while_an_analysis_runs_and_are_kept_with_their_origin(qtbot, tmp_path, monkeypatch):
    weights = tmp_path / "weights"
    weights.mkdir()
    for name in ("detector", "classifier"):
        (weights / f"{name}.safetensors").write_bytes(b"weights")
    monkeypatch.setattr("inference.models.shipped_weights.FOLDER", weights)
    monkeypatch.setattr("app.approach._loaded", lambda weights, facts: TableDetector(DIVES, fall))
    monkeypatch.setattr("app.approach._loaded_classifier", lambda weights, facts: TableClassifier(("5152B", "301C")))
    window = open_window(qtbot, make_clip(tmp_path))
    found = []
    window.analysing.found_changed.connect(lambda: found.append([dive.code for dive in window.analysing.found]))
    window.actions_["analyse"].trigger()
    qtbot.waitUntil(lambda: not window.analysing.is_running, timeout=60000)
    settle(qtbot, window)

    assert found[-3:-1] == [["5152B", None], ["5152B", "301C"]]
    first, second = window.session.dives
    window.session.select(first.id)
    assert [chip.choice.value for chip in window.inspector.code.proposals.chips] == ["5152B", "5152C"]
    assert window.inspector.origins["code"].text.text() == "dive classifier, table 1"
    assert window.inspector.origins["start"].text.text() == "table 1"
    QTest.mouseClick(window.inspector.code.proposals.chips[1], LEFT)
    settle(qtbot, window)
    assert window.session.dives[0].code == "5152C"
    window.session.select(second.id)
    assert [chip.isChecked() for chip in window.inspector.code.proposals.chips] == [True, False]
    window.close()


def test_what_is_chosen_in_the_dialog_is_used(qtbot, no_shipped_weights):
    without = FinderDialog({})
    qtbot.addWidget(without)
    without.show()
    assert not without.codes.isVisible()
    assert not without.thresholds.boxes["min_mid"].isEnabled()
    for name in ("detector", "classifier"):
        (no_shipped_weights / f"{name}.safetensors").write_bytes(b"weights")
    dialog = FinderDialog({}, "network", thresholds={"min_mid": 0.45}, are_codes_proposed=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.codes.isVisible()
    assert not dialog.codes.isChecked()
    assert dialog.thresholds.boxes["min_mid"].text() == "0.45"
    assert dialog.thresholds.boxes["min_boundary"].text() == "by sensitivity"
    # Nothing is squeezed: wrapped lines above need more height than a dialog first asks for.
    assert all(box.height() >= box.minimumSizeHint().height() for box in dialog.thresholds.boxes.values())
    assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width())
    dialog.thresholds.boxes["hann_s"].setValue(0.5)
    dialog.codes.click()
    assert (dialog.thresholds.values, dialog.are_codes_proposed) == ({"min_mid": 0.45, "hann_s": 0.5}, True)
    dialog.method_box.setCurrentIndex(dialog.method_box.findData("motion"))
    assert not dialog.thresholds.boxes["min_mid"].isEnabled()
    QTest.mouseClick(dialog.defaults, LEFT)
    assert (dialog.method, dialog.thresholds.values, dialog.are_codes_proposed) == ("auto", {}, True)
