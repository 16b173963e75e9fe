import dataclasses
import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from widgets.theme import (
    DARK,
    LIGHT,
    STATUSES,
    THEMES,
    Theme,
    apply_theme,
    current_theme,
    set_role,
    style_sheet,
    tabular,
)


@pytest.fixture(autouse=True)
def untouched_application(qapp: QApplication) -> Iterator[None]:
    palette, font = qapp.palette(), qapp.font()
    yield
    apply_theme(qapp, "dark")
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    qapp.setFont(font)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    channels = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_is_readable_on_every_surface(theme: Theme):
    for surface in (theme.window, theme.panel, theme.field, theme.selection, theme.hover):
        assert contrast(theme.text, surface) >= 7.0
        assert contrast(theme.text_muted, surface) >= 4.4
    for surface in (theme.window, theme.panel, theme.field):
        assert contrast(theme.danger, surface) >= 4.5
        assert contrast(theme.warning, surface) >= 4.4
        assert contrast(theme.accent, surface) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_status_marks_stand_out_from_the_panel(theme: Theme):
    for status in STATUSES:
        assert contrast(theme.status(status), theme.panel) >= 2.8


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_statuses_differ_without_red_against_green(theme: Theme):
    """Distances after the deuteranopia matrix of Viénot, Brettel and Mollon (1999), in linear RGB."""

    def seen(colour: str) -> tuple[float, float]:
        red, green, blue = (c**2.2 for c in QColor(colour).getRgbF()[:3])
        return (0.29275 * red + 0.70725 * green) ** (1 / 2.2), (-0.02234 * red + 0.02234 * green + blue) ** (1 / 2.2)

    for one, other in itertools.combinations(STATUSES, 2):
        (yellow, blue), (other_yellow, other_blue) = seen(theme.status(one)), seen(theme.status(other))
        assert abs(yellow - other_yellow) + abs(blue - other_blue) > 0.12, (one, other)


def test_themes_are_found_by_name_and_hold_colours_only():
    assert {"dark": DARK, "light": LIGHT} == THEMES
    for theme in THEMES.values():
        values = [getattr(theme, field.name) for field in dataclasses.fields(theme) if field.name != "name"]
        assert all(QColor(value).isValid() and len(value) == 7 for value in values)


def test_applying_a_theme_reaches_palette_style_sheet_and_current_theme(qapp: QApplication):
    assert apply_theme(qapp, "light") is LIGHT
    assert current_theme() is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window
    assert f"background: {LIGHT.panel}" in qapp.styleSheet()

    assert apply_theme(qapp, "dark") is DARK
    assert current_theme() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Text).name() == DARK.text

    qapp.setStyleSheet("")  # under a style sheet Qt does not tell the style's name
    assert qapp.style().name().lower() == "fusion"


def test_a_role_reaches_a_label_at_once(qapp: QApplication, qtbot):
    apply_theme(qapp, "dark")
    label = QLabel("Start")
    qtbot.addWidget(label)
    label.ensurePolished()
    set_role(label, "danger")
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == DARK.danger


def test_an_unknown_theme_or_status_is_named(qapp: QApplication):
    with pytest.raises(ValueError, match="no theme 'blue'; themes are dark, light"):
        apply_theme(qapp, "blue")
    with pytest.raises(ValueError, match="no review status 'done'; statuses are unreviewed, accepted"):
        DARK.status("done")


def test_signals_have_colours_and_unknown_ones_share_that_of_motion():
    assert DARK.signal("start") == DARK.signal_start
    assert DARK.signal("splash") == DARK.signal_motion


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_no_colour_of_the_style_sheet_is_left_open(theme: Theme):
    assert "$" not in style_sheet(theme)


def test_tabular_digits():
    font = tabular(QFont(), pixel_size=12, bold=True)
    assert font.pixelSize() == 12
    assert font.weight() == QFont.Weight.DemiBold
    assert font.featureValue(QFont.Tag("tnum")) == 1
