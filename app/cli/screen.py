"""Whether a window can be shown here, found out before Qt would end the process over it."""

from __future__ import annotations

import ctypes
import os
import sys

SCREENLESS_PLATFORMS = frozenset({"offscreen", "minimal", "vnc"})
"""Qt platforms that draw without a display server."""


def why_no_window() -> str | None:
    """One sentence on why no window can be shown on this machine, or None if one can."""
    if not sys.platform.startswith("linux"):
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform in SCREENLESS_PLATFORMS or os.environ.get("WAYLAND_DISPLAY"):
        return None
    display = os.environ.get("DISPLAY")
    if not display:
        return (
            "There is no screen to open the window on (neither DISPLAY nor WAYLAND_DISPLAY is set); "
            "'divereview --help' shows what works without one."
        )
    return _why_no_x11(display)


def has_visible_screen() -> bool:
    """Whether a person would see a window opened now; Qt's offscreen platforms do not count."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in SCREENLESS_PLATFORMS:
        return False
    return why_no_window() is None


def _why_no_x11(display: str) -> str | None:
    """What Qt's xcb platform would stumble over; it aborts the process instead of raising."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        library = str(error).split(":")[0]
        return (
            f"The window cannot open because the system library {library} is missing; "
            "on Debian and Ubuntu install it with: sudo apt-get install libxcb-cursor0"
        )
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection) != 0
    xcb.xcb_disconnect(connection)
    if failed:
        return f"The screen {display} (from DISPLAY) does not answer; check DISPLAY, or unset it if there is none."
    return None
