"""Where decoding does not keep up: which frame is shown instead of the wanted one, and how many go by unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

SHORTEST_TICK_S = 1 / 120
"""No screen shows more; frames that fall between two ticks at high speed are skipped, not dropped."""

LONGEST_CATCH_UP = 32
"""Frames looked up in the cache when the wanted one is not there yet."""

LONGEST_PREFERENCE = 4
"""Frames up to the wanted one among which another may be preferred."""


def frames_instead(
    wanted: int, behind: int, direction: int, is_preferred: Callable[[int], bool] | None
) -> Iterator[int]:
    """The frames of which the first that is decoded is to be shown.

    Args:
        wanted: the frame that is due.
        behind: how many frames before it, in play direction, the one on the screen is; none but the wanted one will do
            unless it is positive.
        direction: +1 forwards, -1 backwards.
        is_preferred: where frames are dropped, which one to show rather than the newest; None for none.
    """
    reach = min(max(behind, 1), LONGEST_CATCH_UP)
    frames = range(wanted, wanted - reach * direction, -direction)
    if reach > 1 and is_preferred is not None:
        yield from filter(is_preferred, frames[:LONGEST_PREFERENCE])
    yield from frames


def dropped(passed: int, tick_s: float, *, is_seen: bool) -> int:
    """Frames that were due and go by unseen: the one wanted so far, and those a late tick jumped over.

    Args:
        passed: how many frames further the one is that is due now.
        tick_s: how long after the one wanted so far it is due.
        is_seen: whether the one wanted so far is on the screen.
    """
    if passed <= 0:
        return 0
    return int(not is_seen) + (passed - 1 if tick_s > 2 * SHORTEST_TICK_S else 0)
