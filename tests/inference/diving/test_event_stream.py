"""Dives told while the signals come in are those of the whole, and none is told before it is certain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.diving.event_signals import ExtractionSettings, extract_dives, smoothed
from inference.diving.event_stream import EventStream

USUAL = ExtractionSettings()


def session(seed, dives, gap_s, fps, ghost=0.3):
    """(3, frames) signals: dives of about 1.4 s, gaps of about so many seconds between them, and weak humps."""
    generator = np.random.default_rng(seed)
    starts = np.cumsum(generator.uniform(0.4, 1.6, dives) * gap_s + 1.4)
    values = generator.uniform(0, 0.12, (3, round((starts[-1] + 4) * fps)))
    for start_s in starts:
        height = generator.uniform(0.25, 1.0) if generator.random() > ghost else generator.uniform(0.0, 0.4)
        first, last = round(start_s * fps), round((start_s + generator.uniform(0.9, 1.8)) * fps)
        values[1, first:last] = np.maximum(values[1, first:last], height * generator.uniform(0.7, 1, last - first))
        for row, at in ((0, first), (2, last)):
            values[row, at - 2 : at + 3] = height
    return values


def streamed(values, fps, extraction, sizes):
    stream = EventStream(fps, extraction)
    dives, told_at, parts = [], [], []
    at = 0
    while at < values.shape[1]:
        size = next(sizes)
        settled = stream.push(values[:, at : at + size])
        at = min(at + size, values.shape[1])
        assert all(dive.end < stream.open_from + round(extraction.scan_s * fps) for dive in settled.dives)
        dives += settled.dives
        told_at += [at] * len(settled.dives)
        parts.append(settled.signals)
    settled = stream.finish()
    return [*dives, *settled.dives], np.concatenate([*parts, settled.signals], axis=1), told_at


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    dives=st.integers(1, 12),
    gap_s=st.sampled_from([0.1, 1.0, 3.0, 8.0]),
    fps=st.sampled_from([12.5, 25.0, 30.0]),
    size=st.sampled_from([7, 40, 128, 5000]),
)
def test_parts_give_what_the_whole_gives(seed, dives, gap_s, fps, size):
    values = session(seed, dives, gap_s, fps)
    generator = np.random.default_rng(seed)

    found, signals, _ = streamed(values, fps, USUAL, iter(lambda: int(generator.integers(1, size + 1)), None))

    whole = extract_dives(values, fps, USUAL)
    assert [(dive.start, dive.end) for dive in found] == [(dive.start, dive.end) for dive in whole]
    np.testing.assert_allclose([dive.score for dive in found], [dive.score for dive in whole], rtol=1e-12)
    np.testing.assert_allclose(signals, smoothed(values, USUAL.hann_s, fps), rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    values=st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).choice([0, 0.1, 0.4, 1], (3, 300))),
    extraction=st.builds(
        ExtractionSettings,
        hann_s=st.sampled_from([0.01, 0.1, 0.36]),
        scan_s=st.sampled_from([0.04, 0.3, 1.3]),
        min_boundary=st.sampled_from([0.0, 0.2]),
        min_mid=st.sampled_from([0.0, 0.1, 0.5]),
        min_prominence=st.sampled_from([0.0, 0.15, 0.5]),
        min_score=st.sampled_from([0.0, 0.3]),
    ),
)
def test_parts_give_what_the_whole_gives_of_noise_and_with_any_settings(values, extraction):
    values[:, 60:110] *= 0.05
    values[:, 200:260] = 0

    found, _, _ = streamed(values, 25.0, extraction, iter(lambda: 11, None))

    whole = extract_dives(values, 25.0, extraction)
    assert [(dive.start, dive.end) for dive in found] == [(dive.start, dive.end) for dive in whole]


def test_a_dive_is_told_once_nothing_can_change_it():
    # Ends at frame 85; the mid signal is quiet from about 90 on, and an end could be found 2 s (50 frames) later.
    values = np.zeros((3, 1000))
    values[0, 49:52] = values[2, 84:87] = 1
    values[1, 50:86] = 1

    found, _, told_at = streamed(values, 25.0, USUAL, iter(lambda: 5, None))

    assert [(dive.start, dive.end) for dive in found] == [(50, 85)]
    assert told_at[0] == pytest.approx(85 + 50, abs=15)


def test_dives_are_told_in_time_though_a_detector_is_never_sure_of_none():
    # Every frame is a likelier start than the least that counts as one, and the mid signal hardly falls below its own.
    generator = np.random.default_rng(3)
    values = np.array([[0.07], [0.13], [0.05]]) * generator.uniform(0.8, 1.2, (3, 3000))
    expected = [(at, at + 35) for at in range(150, 2800, 200)]
    for start, end in expected:
        values[0, start - 1 : start + 2] = values[2, end - 1 : end + 2] = 0.9
        values[1, start : end + 1] = 0.9

    found, _, told_at = streamed(values, 25.0, USUAL, iter(lambda: 24, None))

    assert [(dive.start, dive.end) for dive in found] == expected
    assert all(told - end < 100 for (_, end), told in zip(expected, told_at, strict=True))
    assert [(dive.start, dive.end) for dive in extract_dives(values, 25.0, USUAL)] == expected


@pytest.mark.parametrize("floor", [(0.0, 0.0, 0.0), (0.06, 0.12, 0.05)])
def test_little_is_kept_while_nothing_happens(floor):
    noise = np.random.default_rng(0).uniform(0.8, 1.2, (200, 3, 50))
    stream = EventStream(25.0, USUAL)
    for part in noise:
        stream.push(np.array(floor)[:, None] * part)

    assert 10_000 - stream.open_from < 100
    assert stream._smooth.shape[1] < 700  # Twenty seconds and a bit, for how much a peak stands out.
    assert stream._rough.shape[1] < 100
    assert stream.finish().dives == []
    assert stream.open_from == 10_000


def test_no_frames_are_no_dives():
    stream = EventStream(25.0, USUAL)

    settled = stream.finish()

    assert (settled.dives, settled.signals.shape) == ([], (3, 0))
