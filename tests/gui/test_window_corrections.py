"""Every correction in the real window, by mouse and by keyboard, with its undo, and after a restart."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.document.document import ReviewDocument
from app.document.records import ReviewStatus
from tests.support.review_window import (
    PRESS,
    boundary_point,
    canvas_point,
    drag,
    go_to,
    lane_y,
    make_clip,
    open_window,
    press,
    settle,
    store_dives,
    strip_point,
)

# The offscreen platform has no window manager to tell the smallest size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def video(clip, tmp_path):
    """A copy of its own for each test, so that reviews do not meet."""
    copy = tmp_path / "dive.mp4"
    copy.write_bytes(clip.read_bytes())
    return copy


@pytest.fixture
def window(qtbot, video):
    window = open_window(qtbot, video)
    store_dives(qtbot, window)
    window.video.canvas.setFocus()
    yield window
    window.close()


def intervals(window):
    return [(dive.start.frame, dive.end.frame) for dive in window.session.dives]


def select(window, place):
    window.session.select(window.session.dives[place].id)
    return window.session.dives[place].id


def undo_by_key(qtbot, window):
    press(window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)


def redo_by_key(qtbot, window):
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    settle(qtbot, window)


def check_undo_and_redo(qtbot, window, read, before, after):
    """One undo goes back to exactly what was, one redo forward to what was done."""
    settle(qtbot, window)
    assert read() == after
    undo_by_key(qtbot, window)
    assert read() == before
    redo_by_key(qtbot, window)
    assert read() == after


def test_start_and_end_by_key(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 84)
    press(window, "[")
    check_undo_and_redo(qtbot, window, lambda: intervals(window)[1], (80, 115), (84, 115))
    go_to(qtbot, window, 110)
    press(window, "]")
    check_undo_and_redo(qtbot, window, lambda: intervals(window)[1], (84, 115), (84, 110))
    assert window.session.dive(dive_id).status is ReviewStatus.CORRECTED


def test_start_after_the_end_is_refused_with_a_sentence(qtbot, window):
    select(window, 0)
    go_to(qtbot, window, 60)
    press(window, "[")
    settle(qtbot, window)
    assert intervals(window)[0] == (20, 50)
    assert "after its end" in window.messages.text


def test_end_dragged_on_the_timeline(qtbot, window):
    strip = window.timeline.strip
    select(window, 1)
    y = lane_y(window)
    drag(strip, boundary_point(window, 116, y) - QPoint(1, 0), boundary_point(window, 126, y) - QPoint(1, 0))
    settle(qtbot, window)
    start, end = intervals(window)[1]
    assert start == 80
    assert end == pytest.approx(125, abs=1)
    assert window.playback.position == end
    undo_by_key(qtbot, window)
    assert intervals(window)[1] == (80, 115)


def test_dive_added_by_a_drag_on_the_timeline(qtbot, window):
    strip = window.timeline.strip
    y = strip.height() - 6
    drag(strip, strip_point(window, 55, y), strip_point(window, 70, y), modifiers=CTRL)
    settle(qtbot, window)
    assert len(intervals(window)) == 4
    start, end = intervals(window)[1]
    assert (start, end) == (pytest.approx(55, abs=1), pytest.approx(70, abs=1))
    assert window.session.selected.source == "person"
    undo_by_key(qtbot, window)
    assert intervals(window) == [(20, 50), (80, 115), (140, 170)]


def test_dive_added_by_key_in_the_working_zone(qtbot, window):
    before = intervals(window)
    go_to(qtbot, window, 55)
    press(window, "i")
    go_to(qtbot, window, 72)
    press(window, "o")
    press(window, Qt.Key.Key_Insert)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 50), (55, 72), (80, 115), (140, 170)])


def test_split_by_key_at_the_playhead(qtbot, window):
    before = intervals(window)
    select(window, 1)
    go_to(qtbot, window, 100)
    press(window, Qt.Key.Key_T, CTRL)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 50), (80, 99), (100, 115), (140, 170)])


def test_split_outside_the_dive_says_why_not(qtbot, window):
    select(window, 1)
    go_to(qtbot, window, 10)
    press(window, Qt.Key.Key_T, CTRL)
    assert "Frame 10 does not lie inside the dive" in window.messages.text
    go_to(qtbot, window, 80)
    press(window, Qt.Key.Key_T, CTRL)
    assert window.messages.text == "Frame 80 is the dive's first; go to where its second part starts."


def test_merge_with_the_next_by_key(qtbot, window):
    before = intervals(window)
    select(window, 0)
    press(window, Qt.Key.Key_M, CTRL)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 115), (140, 170)])


def test_merge_of_dives_chosen_in_the_table(qtbot, window):
    view = window.table.view
    window.docks.dives.raise_()
    for row, modifiers in ((0, Qt.KeyboardModifier.NoModifier), (2, SHIFT)):
        place = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), PRESS, modifiers, place)
    window.actions_["merge_dives"].trigger()
    settle(qtbot, window)
    assert intervals(window) == [(20, 170)]
    undo_by_key(qtbot, window)
    assert intervals(window) == [(20, 50), (80, 115), (140, 170)]


def test_delete_by_key_and_toolbar(qtbot, window):
    before = intervals(window)
    select(window, 1)
    press(window, Qt.Key.Key_Delete, SHIFT)
    check_undo_and_redo(qtbot, window, lambda: intervals(window), before, [(20, 50), (140, 170)])
    assert window.session.selected is not None
    button = window.docks.toolbar.widgetForAction(window.actions_["delete_dive"])
    QTest.mouseClick(button, PRESS)
    settle(qtbot, window)
    assert len(intervals(window)) == 1


def test_accept_goes_on_to_the_least_certain_and_reject_too(qtbot, window):
    ids = [dive.id for dive in window.session.dives]
    select(window, 0)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.session.dive(ids[0]).status is ReviewStatus.ACCEPTED
    assert window.session.selected.id == ids[1]
    assert window.playback.position == 80
    press(window, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert window.session.dive(ids[1]).status is ReviewStatus.REJECTED
    assert window.session.selected.id == ids[2]
    undo_by_key(qtbot, window)
    assert window.session.dive(ids[1]).status is ReviewStatus.UNREVIEWED
    undo_by_key(qtbot, window)
    assert window.session.dive(ids[0]).status is ReviewStatus.UNREVIEWED


def test_last_dive_accepted_says_that_all_are_reviewed(qtbot, window):
    for _ in range(3):
        if window.session.selected is None:
            select(window, 0)
        press(window, Qt.Key.Key_Return)
        settle(qtbot, window)
    assert {dive.status for dive in window.session.dives} == {ReviewStatus.ACCEPTED}
    assert window.messages.text == "Every dive of this video is reviewed."


def test_next_and_previous_by_key(qtbot, window):
    seen = []
    for key in ("n", "n", "n", "n", "p"):
        press(window, key)
        seen.append((window.session.selected.start.frame, window.playback.position))
    assert seen == [(20, 20), (80, 80), (140, 140), (140, 140), (80, 80)]


def test_code_by_key(qtbot, window):
    dive_id = select(window, 0)

    def code():
        return window.session.dive(dive_id).code

    press(window, "4")
    check_undo_and_redo(qtbot, window, code, "201B", "401B")
    press(window, "c")
    check_undo_and_redo(qtbot, window, code, "401B", "401C")
    press(window, Qt.Key.Key_Up, CTRL)
    check_undo_and_redo(qtbot, window, code, "401C", "402C")


def test_code_that_breaks_a_rule_waits_in_the_editor_with_the_reason(qtbot, window):
    dive_id = select(window, 0)
    press(window, Qt.Key.Key_Up, CTRL)
    settle(qtbot, window)
    press(window, "5")
    settle(qtbot, window)
    editor = window.inspector.code
    assert window.session.dive(dive_id).code == "202B"
    assert editor.field.text() == "5221B"
    assert "Twist dives with 1 or 1½ somersaults are in position D" in " ".join(editor.rules.sentences())
    press(window, "d")
    settle(qtbot, window)
    assert window.session.dive(dive_id).code == "5221D"
    press(window, Qt.Key.Key_Up, CTRL | SHIFT)
    settle(qtbot, window)
    assert window.session.dive(dive_id).code == "5222D"


def test_code_by_typing(qtbot, window):
    dive_id = select(window, 0)
    press(window, "d", CTRL)
    field = window.inspector.code.field
    assert field.hasFocus()
    QTest.keyClicks(field, "5152b")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.session.dive(dive_id).code == "5152B"
    assert window.session.dive(dive_id).status is ReviewStatus.CORRECTED
    qtbot.waitUntil(window.video.canvas.hasFocus)
    undo_by_key(qtbot, window)
    assert window.session.dive(dive_id).code == "201B"


def test_what_is_half_typed_goes_to_its_own_dive(qtbot, window):
    """The toolbar's buttons take no focus, so nothing leaves the field before the next dive is shown."""
    first, second, _ = (dive.id for dive in window.session.dives)
    window.editing.go_to(first)
    window.inspector.note.setFocus()
    QTest.keyClicks(window.inspector.note, "late arms")
    bar = window.docks.toolbar
    QTest.mouseClick(bar.widgetForAction(window.actions_["next_dive"]), PRESS)
    settle(qtbot, window)
    assert window.session.selected.id == second
    document = window.session.document
    assert (document.dive(first).note, document.dive(second).note) == ("late arms", "")
    press(window, "d", CTRL)
    QTest.keyClicks(window.inspector.code.field, "405C")
    QTest.mouseClick(bar.widgetForAction(window.actions_["previous_dive"]), PRESS)
    settle(qtbot, window)
    assert (document.dive(first).code, document.dive(second).code) == ("201B", "405C")


def test_a_code_left_unfinished_says_that_it_waits(qtbot, window):
    window.editing.go_to(window.session.dives[0].id)
    press(window, "d", CTRL)
    QTest.keyClicks(window.inspector.code.field, "5152")
    window.editing.next()
    assert window.messages.text == (
        "The code 5152 was not stored; it waits at its dive until you put it right, or give it up with Escape there."
    )
    window.editing.previous()
    assert window.inspector.code.field.text() == "5152"


def test_a_note_is_kept_when_the_window_closes(qtbot, window, video):
    window.editing.go_to(window.session.dives[0].id)
    window.inspector.note.setFocus()
    QTest.keyClicks(window.inspector.note, "late arms")
    window.close()
    with ReviewDocument.open(video.with_suffix(".divereview")) as document:
        assert document.dives(document.videos()[0].id)[0].note == "late arms"


def test_board_by_key(qtbot, window):
    dive_id = select(window, 0)
    press(window, "b", CTRL)
    check_undo_and_redo(qtbot, window, lambda: window.session.dive(dive_id).board, "springboard-3", "platform-1")


@pytest.mark.parametrize("handle", ["take-off", "apex", "entry"])
def test_path_handle_dragged_with_the_curve_following(qtbot, window, handle):
    dive_id = select(window, 1)
    go_to(qtbot, window, 95)
    canvas = window.video.canvas
    before = window.session.trajectory(dive_id).path
    x, y = window.paths.shown.overlay(95, 95 / 25).handles[handle]
    curves = []
    canvas.handle_dragged.connect(lambda *_: curves.append(window.paths.shown.trajectory.path))
    edits = len(window.session.document.history(window.session.video.id))
    drag(canvas, canvas_point(window, x, y), canvas_point(window, x, y + 20))
    settle(qtbot, window)
    after = window.session.trajectory(dive_id).path
    assert len(curves) == 3
    assert curves[0] != before
    assert len(window.session.document.history(window.session.video.id)) == edits + 1
    times = np.array([80, 115]) / 25
    (start_before, end_before), (start, end) = before.at(times), after.at(times)
    tolerance = 1.5 / canvas.view.scale
    moved = {"take-off": start[1] - start_before[1], "entry": end[1] - end_before[1]}
    moved["apex"] = float(after.at(after.apex_s)[1] - before.at(before.apex_s)[1])
    for name, distance in moved.items():
        assert distance == pytest.approx(20 if name == handle else 0, abs=tolerance)
    undo_by_key(qtbot, window)
    assert window.session.trajectory(dive_id).path == before


def test_path_handle_moved_by_keyboard(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 95)
    before = window.session.trajectory(dive_id).path
    press(window, "m")
    assert window.video.canvas.selected_handle == "take-off"
    QTest.keyClick(window.video.canvas, Qt.Key.Key_Right)
    settle(qtbot, window)
    after = window.session.trajectory(dive_id).path
    assert after.at(80 / 25)[0] == pytest.approx(before.at(80 / 25)[0] + 1)
    assert window.playback.position == 95
    undo_by_key(qtbot, window)
    assert window.session.trajectory(dive_id).path == before


def marks(window, dive_id):
    return [candidate.is_inlier for candidate in window.session.trajectory(dive_id).candidates]


def test_candidate_marked_by_click_refits_the_path(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 81)
    before = window.session.trajectory(dive_id)
    stray = len(before.candidates) - 1
    candidate = before.candidates[stray]
    QTest.mouseClick(
        window.video.canvas, PRESS, Qt.KeyboardModifier.NoModifier, canvas_point(window, candidate.x, candidate.y)
    )
    settle(qtbot, window)
    after = window.session.trajectory(dive_id)
    assert [one.is_inlier for one in after.candidates][stray]
    # The stray location lies far to the right of the take-off, so the fit moves there.
    assert after.path.at(80 / 25)[0] > before.path.at(80 / 25)[0] + 5
    undo_by_key(qtbot, window)
    assert marks(window, dive_id) == [one.is_inlier for one in before.candidates]
    assert window.session.trajectory(dive_id).path == before.path


def test_candidate_marked_by_key(qtbot, window):
    dive_id = select(window, 1)
    go_to(qtbot, window, 83)
    before = marks(window, dive_id)
    press(window, "g")
    settle(qtbot, window)
    changed = [place for place, (old, new) in enumerate(zip(before, marks(window, dive_id), strict=True)) if old != new]
    assert [window.session.trajectory(dive_id).candidates[place].frame for place in changed] == [83]
    undo_by_key(qtbot, window)
    assert marks(window, dive_id) == before


def test_path_drawn_by_hand_for_a_dive_without_one(qtbot, window):
    go_to(qtbot, window, 55)
    window.editing.add(55, 75)
    settle(qtbot, window)
    dive_id = window.session.selected.id
    assert not window.session.selected.has_path
    press(window, "e")
    qtbot.waitUntil(lambda: window.session.dive(dive_id).has_path, timeout=20000)
    trajectory = window.session.trajectory(dive_id)
    assert trajectory.path.ay > 0
    undo_by_key(qtbot, window)
    assert not window.session.dive(dive_id).has_path


def test_corrections_are_there_after_a_restart_and_can_be_undone(qtbot, window, video):
    dive_id = select(window, 0)
    go_to(qtbot, window, 24)
    press(window, "[")
    press(window, "3")
    settle(qtbot, window)
    window.close()

    again = open_window(qtbot, video.with_suffix(".divereview"))
    assert again.session.dive(dive_id).start.frame == 24
    assert again.session.dive(dive_id).code == "301B"
    again.session.select(dive_id)
    undo_by_key(qtbot, again)
    undo_by_key(qtbot, again)
    assert again.session.dive(dive_id).start.frame == 20
    assert again.session.dive(dive_id).code == "201B"
    again.close()
