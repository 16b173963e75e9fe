"""Smoothing and extraction, against values worked out by hand and by numerical integration."""

import numpy as np
import pytest
from scipy.integrate import quad

from inference.diving.event_signals import ExtractionSettings, extract_dives, hann_weights, smoothed


def test_hann_weights_at_whole_frames():
    # T = 0.4 s at 10 fps: zeros at 0.2 s either side, so frames -1, 0, 1 with sin² of 45°, 90°, 135°.
    np.testing.assert_allclose(hann_weights(0.4, 10), [0.25, 0.5, 0.25])
    np.testing.assert_allclose(hann_weights(0.01, 10), [1.0])


def test_smoothing_is_the_integral_of_the_source():
    # Eq. 5.4 of a signal that is one for the second after 2 s: the share of the window that covers it.
    fps, length = 500, 0.36
    times = np.arange(0, 5, 1 / fps)
    values = smoothed(((times >= 2) & (times < 3)).astype(float), length, fps)

    def covered(time):
        low, high = max(time - length / 2, 2.0), max(min(time + length / 2, 3.0), 2.0)
        part, _ = quad(
            lambda t: 2 / length * np.sin(np.pi * (t - time) / length + np.pi / 2) ** 2, min(low, high), high
        )
        return part

    for time in (1.7, 1.85, 1.95, 2.0, 2.1, 2.5, 3.05):
        assert values[round(time * fps)] == pytest.approx(covered(time), abs=0.01)


def test_the_ends_of_a_video_do_not_fade():
    np.testing.assert_allclose(smoothed(np.full((3, 40), 0.7), 0.4, 25), 0.7)


def test_smoothing_follows_the_frame_rate():
    slow, fast = (smoothed(np.eye(1, 10 * fps, 5 * fps)[0] * fps, 0.5, fps) for fps in (25, 100))
    np.testing.assert_allclose(fast[::4][115:136], slow[115:136], atol=0.06)


def signals(frames, *dives):
    """Start and end a hump of three frames, mid one in between."""
    values = np.zeros((3, frames))
    for first, last in dives:
        values[0, first - 1 : first + 2] = values[2, last - 1 : last + 2] = 1
        values[1, first : last + 1] = 1
    return values


def test_dives_are_read_off_the_signals():
    found = extract_dives(signals(300, (50, 85), (150, 190)), 25, ExtractionSettings())

    assert [(dive.start, dive.end) for dive in found] == [(50, 85), (150, 190)]
    assert all(0.5 < dive.score <= 1 for dive in found)


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_dive_needs_all_three_signals(missing):
    values = signals(300, (50, 85), (150, 190))
    values[missing, :120] = 0

    assert [(dive.start, dive.end) for dive in extract_dives(values, 25, ExtractionSettings())] == [(150, 190)]


def test_weak_boundaries_are_no_dive():
    values = signals(200, (50, 85))
    values[0] *= 0.2

    assert extract_dives(values, 25, ExtractionSettings(min_boundary=0.2, min_score=0)) == []
    (dive,) = extract_dives(values, 25, ExtractionSettings(min_boundary=0.05, min_score=0))
    # A hump of three frames under the Hann function: all of it but what lies beyond a frame on either side.
    hump = hann_weights(0.36, 25)[3:6].sum()
    assert dive.score == pytest.approx((0.2 * hump * 1.0 * hump) ** (1 / 3))
    assert len(extract_dives(values, 25, ExtractionSettings(min_score=dive.score))) == 1
    assert extract_dives(values, 25, ExtractionSettings(min_score=dive.score + 0.01)) == []


def test_a_ragged_mid_signal_is_one_dive():
    values = signals(200, (50, 78))
    values[1, 60:68] = 0.1

    assert [(dive.start, dive.end) for dive in extract_dives(values, 25, ExtractionSettings())] == [(50, 78)]


def test_the_scan_is_in_seconds():
    far = signals(400, (50, 170))  # almost five seconds at 25 fps, 1.6 at 75
    assert extract_dives(far, 25, ExtractionSettings()) == []
    assert len(extract_dives(far, 75, ExtractionSettings())) == 1


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match="hann_s is 0; it must be above 0"):
        ExtractionSettings(hann_s=0)
    with pytest.raises(ValueError, match="min_mid is 2; it must be between 0 and 1"):
        ExtractionSettings(min_mid=2)
