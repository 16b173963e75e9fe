import gc
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QToolButton

from widgets.icons import icon, icon_names, icon_pixmap
from widgets.theme import DARK, LIGHT, STATUSES, apply_theme

NEEDED = """open analyse cancel undo redo play pause step-forward step-back next-dive previous-dive reverse loop add
split merge delete accept reject export settings keyboard theme path crop candidates fit zoom-in zoom-out mark-start
mark-end filter search help video review camera warning info"""


@pytest.fixture(autouse=True)
def dark(qapp: QApplication) -> Iterator[None]:
    apply_theme(qapp, "dark")
    yield
    apply_theme(qapp, "dark")
    qapp.setStyleSheet("")


def main_colour(pixmap) -> str:
    """The most frequent colour of the fully opaque pixels."""
    image = pixmap.toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return Counter(pixel.name() for pixel in pixels if pixel.alpha() == 255).most_common(1)[0][0]


def test_every_icon_that_the_window_uses_exists():
    assert set(NEEDED.split()) | {f"status-{status}" for status in STATUSES} <= icon_names()


@pytest.mark.parametrize("name", sorted(icon_names()))
def test_every_icon_draws_inside_its_edges(name: str):
    image = icon(name).pixmap(QSize(48, 48)).toImage()
    inked = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 0]
    assert len(inked) > 60
    border = [(x, y) for x, y in inked if x in {0, 47} or y in {0, 47}]
    assert border == []


def test_an_icon_follows_the_theme_by_itself(qapp: QApplication, qtbot):
    button = QToolButton()
    qtbot.addWidget(button)
    button.setIcon(icon("play"))
    assert main_colour(button.icon().pixmap(24)) == DARK.text
    apply_theme(qapp, "light")
    assert main_colour(button.icon().pixmap(24)) == LIGHT.text


def test_a_disabled_icon_is_faint():
    assert main_colour(icon("play").pixmap(QSize(24, 24), QIcon.Mode.Disabled)) == DARK.text_faint


def test_a_status_icon_has_the_status_colour():
    assert main_colour(icon("status-rejected", "rejected").pixmap(24)) == DARK.rejected


def test_double_scale_is_drawn_from_outlines_not_enlarged():
    fine = icon_pixmap("play", 24, 2.0, "accent")
    assert (fine.width(), fine.height(), fine.devicePixelRatio()) == (48, 48, 2.0)
    assert main_colour(fine) == DARK.accent
    enlarged = icon_pixmap("play", 24, 1.0, "accent").toImage().scaled(48, 48)
    assert fine.toImage() != enlarged
    edge = [fine.toImage().pixelColor(15, y) for y in range(48)]
    assert QColor(DARK.accent) in edge


def test_copies_of_an_icon_outlive_it():
    copy = QIcon(icon("open"))
    gc.collect()
    assert main_colour(copy.pixmap(24)) == DARK.text


def test_an_unknown_icon_or_colour_is_named():
    with pytest.raises(ValueError, match=r"^no icon 'sandwich'; icons are accept, "):
        icon("sandwich")
    with pytest.raises(ValueError, match="no colour 'beige' in the theme"):
        icon("open", "beige")


@pytest.mark.parametrize("size", [QSize(0, 24), QSize(24, 0), QSize()])
def test_where_there_is_no_room_nothing_is_drawn_and_nothing_said(size):
    """Qt asks for such icons too, for instance of a button that a narrow window squeezes."""
    assert icon("play").pixmap(size).isNull()
