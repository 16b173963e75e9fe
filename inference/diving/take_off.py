"""When a dive began, judged by its path.

Where a diver hardly stands out before the venue, the start signal is low for seconds, and its highest peak may be a
step on the board. But a path knows the time of its apex to some hundredths of a second, and nobody rises for longer
than the legs and the board can throw a body, or for no time at all. So of all pictures before the apex the start is the
one that signal and rise speak for together.
"""

from __future__ import annotations

import numpy as np

from inference.results import FloatArray, Trajectory

_LOOKED_AT_S = (-0.3, 1.2)
_RISE_S = (0.2, 0.7)
_RISE_SOFT_S = 0.04
_USUAL_RISE_S = (0.45, 0.4)
_LEAST_SIGNAL, _SURE_SIGNAL = 0.01, 0.5
_MOST_AGAINST = 2.5


def take_off(
    seconds: FloatArray, signal: FloatArray, by_signal: int, trajectory: Trajectory, *, slow_motion: float = 1.0
) -> int:
    """Which picture shows the last contact with the board.

    Maximises log p + m (exp(-c / m) - 1), where c is half the squared distance of the rise from its limits and from
    its usual value in standard deviations; the second term is bounded by m. A clear signal is believed whatever the
    rise: an armstand dive may fall from the platform without any.

    Args:
        seconds: (n,) video times of pictures.
        signal: (n,) smoothed start signal.
        by_signal: the one that the signals alone say, 0 to n - 1.
        trajectory: the dive's.
        slow_motion: video seconds for a second of real time.

    Returns:
        Its place, 0 to n - 1.
    """
    if signal[by_signal] >= _SURE_SIGNAL:
        return by_signal
    rise_s = (trajectory.path.apex_s - seconds) / slow_motion
    # The apex is as uncertain, in seconds, as gravity is as a share of itself, roughly.
    apex_s = 1.0 if trajectory.scale_uncertainty is None else trajectory.scale_uncertainty
    shortest_s, longest_s = _RISE_S
    beyond_s = np.maximum(np.maximum(shortest_s - rise_s, rise_s - longest_s), 0)
    usual_s, spread_s = _USUAL_RISE_S
    against = 0.5 * (beyond_s / np.hypot(_RISE_SOFT_S, apex_s)) ** 2
    against += 0.5 * ((rise_s - usual_s) / np.hypot(spread_s, apex_s)) ** 2
    gain = _MOST_AGAINST * (np.exp(-against / _MOST_AGAINST) - 1)
    is_looked_at = (rise_s >= _LOOKED_AT_S[0]) & (rise_s <= _LOOKED_AT_S[1])
    is_looked_at[by_signal] = True
    return int(np.where(is_looked_at, np.log(np.maximum(signal, _LEAST_SIGNAL)) + gain, -np.inf).argmax())
