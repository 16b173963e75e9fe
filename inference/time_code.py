"""Time codes: the one way the window, the command line and the exports write and read a time in a video."""

from __future__ import annotations

import math
import re

_TIME_CODE = re.compile(r"(?P<sign>[+-]?)(?:(?:(?P<hours>\d+):)?(?P<minutes>\d+):)?(?P<seconds>\d+(?:[.,]\d*)?)")


def time_code(seconds: float) -> str:
    """The time as HH:MM:SS.cc, rounded to the nearest hundredth; hours grow as needed.

    Raises:
        ValueError: if seconds is not finite.
    """
    if not math.isfinite(seconds):
        raise ValueError(f"{seconds} is not a time in a video")
    hundredths = round(abs(seconds) * 100)
    minutes, hundredths = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 and (hours or minutes or hundredths) else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{hundredths // 100:02d}.{hundredths % 100:02d}"


def parse_time_code(text: str) -> float:
    """Seconds of a time code: HH:MM:SS.cc, MM:SS.cc or SS.cc, with a point or a comma before the fraction.

    Raises:
        ValueError: with a sentence for the person, if the text is no time code.
    """
    match = _TIME_CODE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"“{text.strip()}” is not a time; write hours:minutes:seconds, for example 00:00:49.36.")
    hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
    seconds = float(match["seconds"].replace(",", "."))
    if match["minutes"] is not None and seconds >= 60:
        raise ValueError(f"“{text.strip()}” has {match['seconds']} seconds; a minute has fewer than 60.")
    if match["hours"] is not None and minutes >= 60:
        raise ValueError(f"“{text.strip()}” has {minutes} minutes; an hour has fewer than 60.")
    total = hours * 3600 + minutes * 60 + seconds
    return -total if match["sign"] == "-" else total


def frame_label(frame: int, seconds: float) -> str:
    """The frame's number and time as every view states it: "frame 1234 · 00:00:49.36"."""
    return f"frame {frame} · {time_code(seconds)}"


def origin_label(seconds_from_origin: float) -> str:
    """Time relative to take-off: "t = +0.36 s"."""
    rounded = round(seconds_from_origin, 2) + 0.0  # adding zero turns -0.0 into 0.0
    return f"t = {rounded:+.2f} s".replace("-", "\N{MINUS SIGN}")
