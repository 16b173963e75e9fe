"""In which order the pose of frames is found live: so that it is there when they are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from app.window.playback import PlaybackController

AHEAD: Final = 32
"""Frames in play direction that are computed before they are shown."""


def frames_to_see(playback: PlaybackController, frame: int, direction: int, passing: float) -> Sequence[int]:
    """The frame shown and those ahead of it; of a slow model first those that it can answer before they are shown.

    Of the others those that are shown last come next: where nothing further ahead is decoded yet they may stay for
    long enough, and a model that was slow once tells that it is not any more.

    Args:
        playback: says how frames follow each other.
        frame: the one that is shown.
        direction: +1 forwards, -1 backwards, where the frames went last; while they play, the playback says it.
        passing: how many frames are shown while one is computed; 0 if that is not known.
    """
    if not playback.is_playing:
        return playback.frames_ahead(frame, direction, AHEAD)
    skipped = min(math.ceil(passing) + 1, AHEAD) if passing > 1 else 0
    ahead = playback.frames_ahead(frame, playback.direction, AHEAD + skipped)
    return [*ahead[skipped:], *reversed(ahead[:skipped])]
