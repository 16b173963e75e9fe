from __future__ import annotations

import pytest

from inference.diving.flight_metrics import FlightMetrics, flight_metrics
from inference.results import BallisticPath, FrameTime, Interval, Trajectory


def dive(duration_s):
    return Interval(FrameTime(100, 4.0), FrameTime(130, 4.0 + duration_s))


def test_metrics_follow_from_gravity():
    # 981 px/s² make 100 px a metre. Up at 490.5 px/s for half a second: rise 122.625 px, back at take-off height after
    # 1 s; after 1.4 s: y = -490.5·1.4 + 490.5·1.96 = 274.68 px below, at -490.5 + 981·1.4 = 882.9 px/s; x at 100 px/s.
    path = BallisticPath(4.0, 50.0, 100.0, 200.0, -490.5, 981.0)

    metrics = flight_metrics(dive(1.4), Trajectory(path, scale_uncertainty=0.1))

    assert metrics.flight_time_s == pytest.approx(1.4)
    assert (metrics.height_above_take_off_m.value, metrics.height_above_take_off_m.uncertainty) == pytest.approx(
        (1.22625, 0.122625)
    )
    assert metrics.drop_below_take_off_m.value == pytest.approx(2.7468)
    assert metrics.entry_speed_m_s.value == pytest.approx((1.0**2 + 8.829**2) ** 0.5)
    assert metrics.metres_per_pixel.value == pytest.approx(0.01)


def test_an_apex_before_the_start_is_no_height():
    falling = BallisticPath(4.0, 0.0, 0.0, 0.0, 100.0, 981.0)

    assert flight_metrics(dive(1.0), Trajectory(falling)).height_above_take_off_m.value == 0


@pytest.mark.parametrize("trajectory", [None, Trajectory(BallisticPath(4.0, 0, 1, 0, 1, 0.0))])
def test_without_a_scale_there_is_only_the_time(trajectory):
    metrics = flight_metrics(dive(1.4), trajectory)

    assert metrics.flight_time_s == pytest.approx(1.4)
    assert metrics.height_above_take_off_m is metrics.entry_speed_m_s is metrics.metres_per_pixel is None


def test_slow_motion_is_taken_out_of_times_metres_and_speeds():
    # The flight of the first test filmed four times slower: speeds in px/s are a quarter, the acceleration a sixteenth.
    slowed = BallisticPath(4.0, 50.0, 25.0, 200.0, -490.5 / 4, 981.0 / 16)

    metrics = flight_metrics(dive(5.6), Trajectory(slowed, scale_uncertainty=0.1), slow_motion=4.0)

    assert metrics.flight_time_s == pytest.approx(1.4)
    assert metrics.height_above_take_off_m.value == pytest.approx(1.22625)
    assert metrics.drop_below_take_off_m.value == pytest.approx(2.7468)
    assert metrics.entry_speed_m_s.value == pytest.approx((1.0**2 + 8.829**2) ** 0.5)
    assert (metrics.metres_per_pixel.value, metrics.metres_per_pixel.uncertainty) == pytest.approx((0.01, 0.001))


def test_slow_motion_by_an_unknown_factor_tells_nothing():
    path = BallisticPath(4.0, 50.0, 100.0, 200.0, -490.5, 981.0)

    assert flight_metrics(dive(1.4), Trajectory(path), slow_motion=None) == FlightMetrics()
