"""Time codes, worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.time_code import frame_label, origin_label, parse_time_code, time_code


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "00:00:00.00"),
        (49.36, "00:00:49.36"),
        (59.994, "00:00:59.99"),
        (59.996, "00:01:00.00"),
        (3599.999, "01:00:00.00"),
        (3725.5, "01:02:05.50"),
        (90000.02, "25:00:00.02"),
        (360000.0, "100:00:00.00"),
        (-0.36, "-00:00:00.36"),
        (-0.001, "00:00:00.00"),
    ],
)
def test_time_code_is_hours_minutes_seconds_hundredths(seconds, text):
    assert time_code(seconds) == text


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_no_number_is_refused(seconds):
    with pytest.raises(ValueError, match="is not a time in a video"):
        time_code(seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:49.36", 49.36),
        (" 1:02:05,5 ", 3725.5),
        ("2:05", 125.0),
        ("90", 90.0),
        ("90.", 90.0),
        ("-0:00.36", -0.36),
        ("+1.5", 1.5),
        ("25:00:00", 90000.0),
        ("75:00", 4500.0),
    ],
)
def test_parse_reads_every_form(text, seconds):
    assert parse_time_code(text) == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "“” is not a time; write hours:minutes:seconds, for example 00:00:49.36."),
        ("half past", "“half past” is not a time; write hours:minutes:seconds, for example 00:00:49.36."),
        ("1:2:3:4", "“1:2:3:4” is not a time; write hours:minutes:seconds, for example 00:00:49.36."),
        ("1:60", "“1:60” has 60 seconds; a minute has fewer than 60."),
        ("1:60:00", "“1:60:00” has 60 minutes; an hour has fewer than 60."),
    ],
)
def test_parse_says_what_is_wrong(text, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the whole sentence is compared below
        parse_time_code(text)
    assert str(caught.value) == sentence


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_a_written_time_reads_back(hundredths):
    assert round(parse_time_code(time_code(hundredths / 100)) * 100) == hundredths


def test_labels():
    assert frame_label(1234, 49.36) == "frame 1234 · 00:00:49.36"
    assert origin_label(0.36) == "t = +0.36 s"
    assert origin_label(-0.001) == "t = +0.00 s"
    assert origin_label(-1.2) == "t = −1.20 s"  # noqa: RUF001  the label shows a true minus sign
