"""The colours of the window: a dark and a light theme, and how they reach Qt.

Custom-painted widgets ask `current_theme()` while they paint, so that switching the theme needs no more than the
repaint that Qt does anyway. Everything else is drawn by the Fusion style with the palette and the style sheet
resources/styles/window.qss, in which `$name` stands for the theme's colour of that name.
"""

from __future__ import annotations

import dataclasses
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

STYLES: Final = Path(__file__).resolve().parent.parent / "resources" / "styles"

TEXT_PX: Final = 13
SMALL_PX: Final = 11
TITLE_PX: Final = 15


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they are for, each as "#rrggbb".

    The four review statuses differ in lightness as well as hue, and every view shows them with a shape of their own, so
    that nobody has to tell red from green.
    """

    name: str

    # Surfaces, from the furthest back to the nearest, and the lines between them.
    window: str
    panel: str
    field: str
    hover: str
    pressed: str
    border: str
    border_strong: str

    # Text and marks.
    text: str
    text_muted: str
    text_faint: str
    accent: str
    accent_soft: str
    on_accent: str
    selection: str

    # Messages.
    info: str
    success: str
    warning: str
    danger: str

    # Review status.
    unreviewed: str
    accepted: str
    corrected: str
    rejected: str

    # Over the video.
    canvas: str
    path: str
    diver: str
    handle: str
    candidate_inlier: str
    candidate_outlier: str
    crop_box: str
    pose_left: str
    pose_right: str
    pose_middle: str

    # Timeline.
    playhead: str
    working_zone: str
    signal_start: str
    signal_mid: str
    signal_end: str
    signal_motion: str

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark surfaces."""
        return self.name == "dark"

    def status(self, name: str) -> str:
        """The colour of a review status: unreviewed, accepted, corrected or rejected.

        Raises:
            ValueError: for any other name.
        """
        if name not in STATUSES:
            raise ValueError(f"no review status '{name}'; statuses are {', '.join(STATUSES)}")
        colour: str = getattr(self, name)
        return colour

    def signal(self, name: str) -> str:
        """The colour of a signal: start, mid, end or motion; other signals share that of motion."""
        colour: str = getattr(self, f"signal_{name}", self.signal_motion)
        return colour


STATUSES: Final = ("unreviewed", "accepted", "corrected", "rejected")

DARK: Final = Theme(
    name="dark",
    window="#12151a",
    panel="#191d24",
    field="#21262f",
    hover="#2a313c",
    pressed="#343c49",
    border="#2a303a",
    border_strong="#434d5c",
    text="#e4e9f0",
    text_muted="#a0acba",
    text_faint="#707c8c",
    accent="#5aa9f0",
    accent_soft="#1f3851",
    on_accent="#08121c",
    selection="#233e59",
    info="#5aa9f0",
    success="#35bd9a",
    warning="#eab84a",
    danger="#f0705f",
    unreviewed="#8593ab",
    accepted="#3cc99f",
    corrected="#f0bf4c",
    rejected="#e2604f",
    canvas="#0a0c0f",
    path="#ffd23f",
    diver="#ffffff",
    handle="#ffffff",
    candidate_inlier="#4fe0b5",
    candidate_outlier="#ff7f66",
    crop_box="#7cc4ff",
    pose_left="#ff9a3c",
    pose_right="#4aa8ff",
    pose_middle="#f5f7fa",
    playhead="#f5f7fa",
    working_zone="#5aa9f0",
    signal_start="#56b4e9",
    signal_mid="#b79bf2",
    signal_end="#f0964f",
    signal_motion="#93a3b5",
)

LIGHT: Final = Theme(
    name="light",
    window="#eceff3",
    panel="#f8f9fb",
    field="#ffffff",
    hover="#e6eaf0",
    pressed="#d8dee7",
    border="#d9dee6",
    border_strong="#aeb8c5",
    text="#1a2028",
    text_muted="#566273",
    text_faint="#7b8696",
    accent="#1769bd",
    accent_soft="#dceafa",
    on_accent="#ffffff",
    selection="#cfe2f7",
    info="#1769bd",
    success="#0b7d60",
    warning="#8f6200",
    danger="#c0341f",
    unreviewed="#76838f",
    accepted="#0f8a6a",
    corrected="#c98a00",
    rejected="#c5402c",
    canvas="#1b1f25",
    path="#ffd23f",
    diver="#ffffff",
    handle="#ffffff",
    candidate_inlier="#4fe0b5",
    candidate_outlier="#ff7f66",
    crop_box="#7cc4ff",
    pose_left="#ff9a3c",
    pose_right="#4aa8ff",
    pose_middle="#f5f7fa",
    playhead="#1a2028",
    working_zone="#1769bd",
    signal_start="#0072b2",
    signal_mid="#7a57c7",
    signal_end="#c25e12",
    signal_motion="#66758a",
)

THEMES: Final = {theme.name: theme for theme in (DARK, LIGHT)}

# The one piece of state of this module: Qt itself has one palette and one style sheet per application, too.
_current = [DARK]


def current_theme() -> Theme:
    """The theme applied last; the dark one before that."""
    return _current[0]


def apply_theme(app: QApplication, name: str) -> Theme:
    """Give the whole application the theme called "dark" or "light"; everything visible repaints.

    Raises:
        ValueError: if there is no such theme.
    """
    theme = THEMES.get(name)
    if theme is None:
        raise ValueError(f"no theme '{name}'; themes are {', '.join(THEMES)}")
    _current[0] = theme
    app.setStyle("Fusion")
    app.setFont(base_font())
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme))
    return theme


def style_sheet(theme: Theme) -> str:
    """The style sheet of the window in the theme's colours.

    Raises:
        KeyError: if the sheet names a colour that no theme has.
    """
    values = {field.name: getattr(theme, field.name) for field in dataclasses.fields(theme)}
    template = string.Template((STYLES / "window.qss").read_text(encoding="utf-8"))
    return template.substitute(values, styles=STYLES.as_posix(), small=f"{SMALL_PX}px", title=f"{TITLE_PX}px")


def base_font() -> QFont:
    """The system's font in the size that the window is laid out for."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(TEXT_PX)
    return font


def tabular(font: QFont, *, pixel_size: int | None = None, bold: bool = False) -> QFont:
    """The font with digits of equal width, so that running numbers stand still."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    result.setPixelSize(pixel_size or QFontInfo(font).pixelSize())
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def set_role(widget: QWidget, role: str) -> None:
    """Give the widget a look of the style sheet: title, heading, muted, small, danger, primary, quiet or card."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(theme: Theme) -> QPalette:
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.window,
        roles.WindowText: theme.text,
        roles.Base: theme.field,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text,
        roles.PlaceholderText: theme.text_faint,
        roles.Button: theme.field,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.danger,
        roles.ToolTipBase: theme.field,
        roles.ToolTipText: theme.text,
        roles.Highlight: theme.selection,
        roles.HighlightedText: theme.text,
        roles.Link: theme.accent,
        roles.LinkVisited: theme.accent,
        roles.Light: theme.hover,
        roles.Midlight: theme.hover,
        roles.Mid: theme.border_strong,
        roles.Dark: theme.border,
        roles.Shadow: theme.border,
        roles.Accent: theme.accent,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.text_faint))
    return palette


def mixed(colour: str, other: str, share: float) -> QColor:
    """The colour with a share (0 to 1) of the other in it."""
    first, second = QColor(colour), QColor(other)
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in zip(_rgb(first), _rgb(second), strict=True)))


def translucent(colour: str, opacity: float) -> QColor:
    """The colour at an opacity from 0 to 1."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()
