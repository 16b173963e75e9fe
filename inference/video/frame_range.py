"""Which frames a range asks for."""

from __future__ import annotations

from inference.video.errors import VideoError
from inference.video.frame_index import FrameIndex


def checked_range(index: FrameIndex, start: int, stop: int | None, step: int) -> range:
    """Frames start, start + step, … before stop; a stop of None or past the end is the end.

    Raises:
        VideoError: if the start is no frame of the video or the step does not go forward.
    """
    if step < 1:
        raise VideoError(f"Frames of {index.path.name} are read forward; a step of {step} does not go forward.")
    end = index.frame_count if stop is None else min(stop, index.frame_count)
    if start != end:
        index.check(start)
    return range(start, end, step)
