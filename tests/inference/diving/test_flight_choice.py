"""Which flights are told as dives, on flights made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inference.diving.flight import MeasuredFlight
from inference.diving.flight_choice import chosen_flights, of_one_scale
from inference.diving.flight_stream import ScoredFlight
from inference.diving.moving_blobs import FrameBlobs
from inference.diving.plausibility import Flight
from inference.results import BallisticPath, FrameTime

FPS = 25.0
EXTENT_PX = 40.0
FLIGHT = Flight(1.2, 1, 0, 1, 0, 3, 4, 0, 1, 1, 0, 30, 1, 1)


def blobs(frame: int) -> FrameBlobs:
    none = np.empty((0, 2))
    time = FrameTime(frame, frame / FPS)
    return FrameBlobs(time, np.eye(3), False, (320, 240), none, none[:, 0], none, none, none[:, 0], none[:, 0])


def flight(start_s, end_s, score, *, ay=400.0, start=(100.0, 100.0), end=(130.0, 200.0), slow_motion=1.0):
    """A flight of a body of 40 px that moves evenly from start to end, with a second on both sides."""
    path = BallisticPath(start_s, 0, 0, 0, 0, ay)
    measured = MeasuredFlight(start_s, end_s, 0, path, {}, EXTENT_PX, FLIGHT)
    frames = tuple(blobs(frame) for frame in range(round((start_s - 1) * FPS), round((end_s + 1) * FPS) + 1))
    share = [np.clip((picture.time.seconds - start_s) / (end_s - start_s), 0, 1) for picture in frames]
    places = {
        picture.time.frame: np.array(start) + part * np.subtract(end, start)
        for picture, part in zip(frames, share, strict=True)
    }
    origins = dict.fromkeys(places, np.array(start, dtype=float))
    return ScoredFlight(measured, score, slow_motion, start_s, end_s, frames, places, origins)


DIVE = flight(10.0, 11.2, 1.0)


@pytest.mark.parametrize(
    ("other", "is_dive"),
    [
        pytest.param(flight(10.1, 11.1, 0.9, start=(110, 100), end=(140, 200)), False, id="a part of the diver"),
        pytest.param(flight(10.4, 11.6, 0.9, start=(300, 100), end=(320, 200)), True, id="another board"),
        pytest.param(flight(10.1, 11.3, 0.9, start=(300, 100), end=(320, 200)), False, id="a synchronised pair"),
        pytest.param(flight(10.4, 11.6, 0.9, start=(300, 100), end=(320, 200), ay=900), False, id="other gravity"),
        pytest.param(flight(10.4, 11.6, 0.9, start=(300, 100), end=(320, 200), ay=700), True, id="another depth"),
        pytest.param(flight(8.5, 9.5, 0.9, start=(95, 120), end=(100, 110), ay=300), False, id="bounce before it"),
        pytest.param(flight(8.5, 9.5, 0.9, start=(95, 120), end=(100, 220), ay=300), False, id="bounce and crouch"),
        pytest.param(flight(11.5, 12.6, 0.9, start=(95, 120), end=(100, 220)), False, id="the board swings after it"),
        pytest.param(flight(8.5, 9.5, 0.9, start=(240, 20), end=(260, 110), ay=300), True, id="elsewhere before it"),
        pytest.param(flight(7.0, 8.2, 0.9, start=(95, 20), end=(100, 110), ay=300), True, id="long before it"),
        pytest.param(flight(4.0, 5.0, 0.9, ay=150.0), False, id="fidgeting seconds before"),
        pytest.param(flight(4.0, 5.0, 0.9, ay=190.0), True, id="twice as far away seconds before"),
        pytest.param(flight(40.0, 41.0, 0.9, ay=150.0), True, id="after the camera has zoomed"),
    ],
)
def test_what_stands_beside_a_dive_is_judged_by_it(other, is_dive):
    chosen = chosen_flights([other, DIVE], [], [])

    assert chosen == ([DIVE, other] if is_dive else [DIVE])
    assert chosen_flights([other], [DIVE], []) == ([other] if is_dive else [])


def test_a_cut_lets_another_scale_stand():
    far = flight(7.5, 8.7, 0.9, ay=100.0)

    assert chosen_flights([far, DIVE], [], []) == [DIVE]
    assert chosen_flights([far, DIVE], [], [6.0, 11.5]) == [DIVE]
    assert chosen_flights([far, DIVE], [], [9.0]) == [DIVE, far]


def test_of_equals_the_longer_is_told():
    longer = flight(9.8, 11.2, 1.0)

    assert chosen_flights([DIVE, longer], [], []) == [longer]


def test_a_clip_has_one_slow_motion():
    best, near, other = (
        flight(start_s, start_s + 4, score, slow_motion=factor)
        for start_s, score, factor in ((10, 0.9, 3.0), (20, 0.6, 4.5), (30, 0.8, 5.0))
    )

    assert of_one_scale([near, other, best]) == [near, best]
    assert of_one_scale([]) == []
