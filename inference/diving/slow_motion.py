"""How many times slower than life a video plays, where nobody says so: what falls in it tells."""

from __future__ import annotations

from dataclasses import replace

from inference.diving.finder import FinderSettings, find_dives
from inference.progress import CancelToken, Progress
from inference.video.reader import FrameReader

MOST_FRAMES = 3000
"""Looked at for it: a video has one speed, and trying several takes many times as long as taking it for told."""


def worked_out_slow_motion(
    reader: FrameReader,
    settings: FinderSettings,
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> float:
    """Video seconds for a second of real time, from the dives that the motion finder sees.

    Args:
        reader: the video, open.
        settings: what a person has said of it.
        frame_range: first and last frame, both included; None for the whole video. The first `MOST_FRAMES` of them are
            looked at.
        progress: told the fraction that is done.
        cancel: asked at every picture.

    Returns:
        The factor that the settings leave no doubt of, else an estimate that may be a quarter off; 1 if no dive tells.

    Raises:
        VideoError: if the video cannot be read.
        Cancelled: if cancelled.
    """
    is_time_known = not reader.index.file_names
    if settings.tells_speed(is_time_known=is_time_known):
        return settings.scales(is_time_known=is_time_known)[0]

    def told(share: float, _: str) -> None:
        if progress is not None:
            progress(share, "Working out the slow motion")

    first, last = frame_range or (0, reader.index.frame_count - 1)
    looked_at = first, min(last, first + MOST_FRAMES - 1)
    # How sure a person wants to be of dives is nothing to how fast they are.
    wanted = replace(settings, sensitivity=FinderSettings().sensitivity)
    found = find_dives(reader, wanted, frame_range=looked_at, progress=told, cancel=cancel)
    return float(found.settings["slow_motion_used"] or 1.0)
