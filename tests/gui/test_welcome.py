import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from widgets.welcome import RecentFile, WelcomePage

FILES = (
    RecentFile("/videos/a.mp4", "a.mp4", "today"),
    RecentFile("/videos/b.divereview", "b.divereview", "12 dives"),
    RecentFile("/videos/gone.mp4", "gone.mp4", "last week", exists=False),
)


@pytest.fixture
def page(qtbot) -> WelcomePage:
    widget = WelcomePage()
    qtbot.addWidget(widget)
    widget.resize(900, 600)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def drop(page: WelcomePage, urls: list[str]) -> tuple[bool, QMimeData]:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), *arguments)
    enter.setAccepted(False)
    QApplication.sendEvent(page, enter)
    return enter.isAccepted(), data


def test_opening_and_the_demo(qtbot, page: WelcomePage):
    with qtbot.waitSignal(page.open_requested):
        qtbot.mouseClick(page.open_button, Qt.MouseButton.LeftButton)
    page.demo_button.setFocus()
    with qtbot.waitSignal(page.demo_requested):
        qtbot.keyClick(page.demo_button, Qt.Key.Key_Space)


def test_without_recent_files_there_is_no_list(page: WelcomePage):
    assert not page.recent_card.isVisible()
    page.set_recent(FILES)
    assert page.recent_card.isVisible()


def test_recent_files_are_opened_and_forgotten(qtbot, page: WelcomePage):
    page.set_recent(FILES)
    with qtbot.waitSignal(page.recent_requested) as opened:
        qtbot.mouseClick(page.recent_lines[1].open, Qt.MouseButton.LeftButton)
    assert opened.args == ["/videos/b.divereview"]
    with qtbot.waitSignal(page.forget_requested) as forgotten:
        qtbot.mouseClick(page.recent_lines[2].forget, Qt.MouseButton.LeftButton)
    assert forgotten.args == ["/videos/gone.mp4"]


def test_a_file_that_is_gone_cannot_be_opened_and_says_so(page: WelcomePage):
    page.set_recent(FILES)
    assert [line.open.isEnabled() for line in page.recent_lines] == [True, True, False]
    assert page.recent_lines[2].open.toolTip() == "/videos/gone.mp4 is not there any more"


def test_only_the_last_six_are_listed(page: WelcomePage):
    page.set_recent([RecentFile(f"/v/{n}.mp4", f"{n}.mp4") for n in range(9)])
    assert [line.file.name for line in page.recent_lines] == [f"{n}.mp4" for n in range(6)]


def test_a_new_list_replaces_the_old_one(page: WelcomePage):
    page.set_recent(FILES)
    page.set_recent(FILES[:1])
    assert [line.file.name for line in page.recent_lines] == ["a.mp4"]
    assert page.recent_card.layout().count() == 1


def test_files_are_dropped(qtbot, page: WelcomePage):
    is_accepted, data = drop(page, ["file:///videos/a.mp4", "file:///videos/b.mp4"])
    assert is_accepted
    assert page.hint.text() == "Let go to open it"
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(page.files_dropped) as dropped:
        QApplication.sendEvent(page, event)
    assert [path.replace("\\", "/").split(":")[-1] for path in dropped.args[0]] == ["/videos/a.mp4", "/videos/b.mp4"]
    assert page.hint.text() == "or drop a video here"


def test_what_is_no_file_is_not_taken(page: WelcomePage):
    is_accepted, _ = drop(page, ["https://example.org/a.mp4"])
    assert not is_accepted
    assert page.hint.text() == "or drop a video here"
