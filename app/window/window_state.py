"""How a window was left: restored when the next one opens, kept when it closes."""

from __future__ import annotations

from app.window.settings import OVERLAYS
from app.window.window_parts import WindowParts

_USUAL_SIZE = 1500, 900


def restore_window(parts: WindowParts) -> None:
    """Size and place, keys, speed and overlays as they were last; the docks restore themselves."""
    window, settings, actions = parts.window, parts.settings, parts.actions
    room, (width, height) = window.screen().availableSize(), _USUAL_SIZE
    window.resize(min(width, room.width()), min(height, room.height()))
    if settings.geometry is not None:
        window.restoreGeometry(settings.geometry)
    actions.set_keys(settings.shortcuts)
    parts.playback.set_speed(settings.speed)
    for name in OVERLAYS:
        action = actions[f"show_{name}"]
        action.setChecked(settings.is_overlay_shown(name))
        parts.video.set_overlay_visible(name, action.isChecked())
    actions["unroll"].setChecked(settings.is_unrolled)
    parts.crop.unroll(settings.is_unrolled)


def keep_window(parts: WindowParts) -> None:
    """Write down what is not written the moment that it is chosen."""
    parts.settings.geometry = parts.window.saveGeometry()
    parts.docks.save()
    parts.settings.speed = parts.playback.speed
    parts.settings.sync()
