import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.job_strip import JobStrip, remaining_text
from widgets.message_bar import MessageBar


@pytest.fixture
def window(qtbot) -> QWidget:
    widget = QWidget()
    QVBoxLayout(widget)
    qtbot.addWidget(widget)
    widget.resize(800, 300)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def bar(window: QWidget) -> MessageBar:
    bar = MessageBar(window)
    window.layout().addWidget(bar)
    return bar


@pytest.fixture
def strip(window: QWidget) -> JobStrip:
    strip = JobStrip(window)
    window.layout().addWidget(strip)
    return strip


def test_there_is_no_bar_without_a_message(bar: MessageBar):
    assert not bar.isVisible()


def test_a_sentence_alone_has_neither_fold_nor_button(bar: MessageBar):
    bar.show_message("Saved.", severity="success")
    assert bar.isVisible()
    assert bar.sentence.text() == "Saved."
    assert bar.accessibleName() == "Success: Saved."
    assert not bar.fold.isVisible()
    assert not bar.action.isVisible()


def test_details_unfold_and_fold(qtbot, bar: MessageBar):
    bar.show_message("The video cannot be read.", severity="error", details="Traceback\nVideoError")
    assert not bar.details.isVisible()
    qtbot.mouseClick(bar.fold, Qt.MouseButton.LeftButton)
    assert bar.details.isVisible()
    assert bar.details.toPlainText() == "Traceback\nVideoError"
    assert bar.fold.text() == "Hide details"
    qtbot.mouseClick(bar.fold, Qt.MouseButton.LeftButton)
    assert not bar.details.isVisible()


def test_a_new_message_folds_the_details_of_the_last(qtbot, bar: MessageBar):
    bar.show_message("One.", details="first")
    qtbot.mouseClick(bar.fold, Qt.MouseButton.LeftButton)
    bar.show_message("Two.", details="second")
    assert not bar.details.isVisible()
    assert bar.details.toPlainText() == "second"


def test_the_button_of_a_message(qtbot, bar: MessageBar):
    bar.show_message("The video moved.", action="Locate…")
    with qtbot.waitSignal(bar.action_requested):
        qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert bar.action.text() == "Locate…"


def test_dismissing_by_mouse_and_by_key(qtbot, bar: MessageBar):
    bar.show_message("One.")
    with qtbot.waitSignal(bar.dismissed):
        qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    bar.show_message("Two.")
    bar.close_button.setFocus()
    with qtbot.waitSignal(bar.dismissed):
        qtbot.keyClick(bar.close_button, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    with qtbot.assertNotEmitted(bar.dismissed):
        bar.dismiss()


def test_markup_in_a_file_name_stays_text(bar: MessageBar):
    bar.show_message("<b>x</b> cannot be read.")
    assert bar.sentence.textFormat() == Qt.TextFormat.PlainText


def test_a_job_from_beginning_to_end(strip: JobStrip):
    assert not strip.isVisible()
    strip.start("Finding dives")
    assert strip.isVisible()
    assert (strip.bar.minimum(), strip.bar.maximum()) == (0, 0)
    strip.set_progress(0.25, "frame 100 of 400", 30.2)
    assert strip.bar.value() / strip.bar.maximum() == 0.25
    assert strip.label.text() == "Finding dives: frame 100 of 400"
    assert strip.remaining.text() == "25\N{NO-BREAK SPACE}% · about 30 s left"
    strip.set_progress(1.5)
    assert strip.bar.value() == strip.bar.maximum()
    assert strip.remaining.text() == "100\N{NO-BREAK SPACE}%"
    strip.finish()
    assert not strip.isVisible()


def test_stopping_a_job_once(qtbot, strip: JobStrip):
    strip.start("Export")
    with qtbot.waitSignal(strip.cancel_requested):
        qtbot.mouseClick(strip.cancel, Qt.MouseButton.LeftButton)
    assert strip.remaining.text() == "stopping…"
    with qtbot.assertNotEmitted(strip.cancel_requested):
        qtbot.mouseClick(strip.cancel, Qt.MouseButton.LeftButton)
    strip.start("Export again")
    assert strip.cancel.isEnabled()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "almost done"),
        (12.4, "about 12 s left"),
        (59.4, "about 59 s left"),
        (59.9, "about 1 min left"),
        (100, "about 2 min left"),
        (3570, "about 1 h left"),
        (5000, "about 1 h 25 min left"),
        (7190, "about 2 h left"),
    ],
)
def test_remaining_time_in_words(seconds: float, text: str):
    assert remaining_text(seconds) == text
