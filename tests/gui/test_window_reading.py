"""How a video is read, in the window: fields as frames, and pixels that are not square."""

from __future__ import annotations

import shutil
from fractions import Fraction

import av
import pytest
from barcode import barcode_picture, make_interlaced_video, make_video, read_barcode
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolTip
from reviews import Facts

from app.analysis import ensure_video
from app.document.document import ReviewDocument
from app.sources import SourceOptions
from inference.results import FrameTime
from inference.video.fingerprint import fingerprint
from tests.support.review_window import FRAMES, go_to, make_clip, open_window, settle

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def interlaced_film(tmp_path_factory):
    """12 frames of two fields; field n says n."""
    return make_interlaced_video(tmp_path_factory.mktemp("film") / "fields.mp4", 12, width=640, height=360)


@pytest.fixture
def film(interlaced_film, tmp_path):
    return shutil.copy(interlaced_film, tmp_path / "fields.mp4")


def shown_number(window):
    """The number in the pixels that the canvas was given."""
    return read_barcode(window.video.canvas._pixels[:, :, :3])


def deinterlace(qtbot, window):
    window.actions_["deinterlace"].trigger()
    qtbot.waitUntil(lambda: not window.opening.is_opening and not window.session.is_telling, timeout=10000)
    qtbot.waitUntil(lambda: window.video.canvas.shown_frame is not None, timeout=10000)


def test_the_action_makes_a_frame_of_every_field_and_back(qtbot, film):
    window = open_window(qtbot, film)
    action = window.actions_["deinterlace"]
    assert (window.playback.frame_count, action.isEnabled(), action.isChecked()) == (12, True, False)
    go_to(qtbot, window, 5)
    deinterlace(qtbot, window)
    assert (window.playback.frame_count, action.isEnabled(), action.isChecked()) == (24, True, True)
    qtbot.waitUntil(lambda: window.playback.shown_frame == 10, timeout=10000)  # the same 0.2 s
    assert shown_number(window) == 10
    go_to(qtbot, window, 17)
    assert shown_number(window) == 17
    assert window.timeline.strip.state.axis.frame_count == 24
    assert window.session.video.is_deinterlaced
    deinterlace(qtbot, window)
    assert (window.playback.frame_count, action.isChecked()) == (12, False)


def test_a_deinterlaced_video_is_shown_by_its_fields_again(qtbot, film):
    with ReviewDocument.create(film.with_suffix(".divereview")) as document:
        video = ensure_video(document, film, options=SourceOptions(deinterlace=True))
        document.add_dive(video.id, FrameTime(17, 0.34), FrameTime(20, 0.4))
    for path in (film, film.with_suffix(".divereview")):  # as the video, and as the review
        window = open_window(qtbot, path)
        qtbot.waitUntil(lambda window=window: window.session.index is not None, timeout=10000)
        assert window.session.index.frame_count == 24
        go_to(qtbot, window, window.session.dives[0].start.frame)
        assert shown_number(window) == 17
        action = window.actions_["deinterlace"]
        assert (action.isChecked(), action.isEnabled()) == (True, False)
        assert action.toolTip().startswith("Cannot change any more: the frame numbers of dives, signals and edits")
        window.close()


def test_a_dive_fixes_the_reading_until_it_was_never_there(qtbot, film):
    window = open_window(qtbot, film)
    window.editing.add(2, 9)
    settle(qtbot, window)
    action = window.actions_["deinterlace"]
    assert not action.isEnabled()
    window.commands.undo()
    settle(qtbot, window)
    assert not action.isEnabled()  # redo would bring it back
    assert window.session.dives == ()


def test_progressive_video_is_not_deinterlaced(qtbot, tmp_path):
    window = open_window(qtbot, make_clip(tmp_path))
    action = window.actions_["deinterlace"]
    assert (action.isEnabled(), action.toolTip()) == (False, "dive.mp4 is not interlaced")
    assert window.playback.frame_count == FRAMES


def test_the_menu_says_why_and_nothing_else(qtbot, tmp_path):
    window = open_window(qtbot, make_clip(tmp_path))
    (menu,) = (menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&File")
    menu.popup(window.mapToGlobal(QPoint(0, 30)))
    for name, tip in (("analyse", ""), ("deinterlace", "dive.mp4 is not interlaced")):
        place = menu.actionGeometry(window.actions_[name]).center()
        QApplication.sendEvent(menu, QHelpEvent(QEvent.Type.ToolTip, place, menu.mapToGlobal(place)))
        assert QToolTip.text() == tip
    QToolTip.hideText()
    menu.close()


def test_an_analysis_counts_as_the_window_does(qtbot, film):
    window = open_window(qtbot, film)
    deinterlace(qtbot, window)
    job = window.analysing.start()
    with qtbot.waitSignal(job.finished, timeout=20000):
        pass
    settle(qtbot, window)
    (run,) = window.session.document.runs(window.session.video.id)
    assert (run.first_frame, run.last_frame) == (0, 23)


def test_a_review_with_other_frames_than_the_file_says_so(qtbot, tmp_path):
    film = make_video(tmp_path / "film.mp4", range(20))
    with ReviewDocument.create(tmp_path / "film.divereview") as document:
        document.add_video(film, Facts(frame_count=21), fingerprint(film))
    window = open_window(qtbot, tmp_path / "film.divereview")
    assert window.messages.text == (
        "film.mp4 has 20 frames here and had 21 when it was added to this review; dives may be off by some."
    )


def test_pixels_that_are_not_square_are_shown_in_their_shape(qtbot, tmp_path):
    path = tmp_path / "anamorphic.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for number in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(barcode_picture(number, 320, 180), format="bgr24")))
        container.mux(stream.encode(None))
    window = open_window(qtbot, path)
    for view in (window.video.canvas, window.video.crop):
        assert view.view.aspect == pytest.approx(4 / 3)
    corners = window.video.canvas.view.to_widget([(0, 0), (320, 180)])
    width, height = corners[1] - corners[0]
    assert width / height == pytest.approx(320 / 180 * 4 / 3)
    window.opening.open(make_clip(tmp_path))
    qtbot.waitUntil(lambda: window.playback.frame_count == FRAMES, timeout=10000)
    assert window.video.canvas.view.aspect == 1.0


def test_a_message_leaves_the_tabs_within_reach(qtbot, tmp_path):
    window = open_window(qtbot, make_clip(tmp_path))
    window.messages.say("Something to know.")
    qtbot.waitUntil(lambda: window.messages.bar.height() > 10)
    tabs, bar = window.video.tabs.tabBar(), window.messages.bar
    assert bar.mapTo(window, bar.rect().topLeft()).y() == tabs.mapTo(window, tabs.rect().bottomLeft()).y() + 1
    window.session.close()
    window.messages.say("Nothing is open.")
    assert bar.y() == 0
