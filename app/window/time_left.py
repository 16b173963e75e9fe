"""How a person says how long something will still take."""

from __future__ import annotations


def time_left(seconds: float | None) -> str:
    """Seconds left in words, in steps that do not flicker; empty where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 60:
        return f"{round(seconds / 5) * 5} s left"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min left"
    return f"{minutes // 60} h {minutes % 60:02d} min left"
