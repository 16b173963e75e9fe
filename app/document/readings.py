"""How a video is read decides what its frame numbers mean, so it is fixed once something depends on them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.document.records import Video

if TYPE_CHECKING:
    from app.document.videos import VideoFacts

_SAME_RATE = 1e-3


def is_read_alike(video: Video, facts: VideoFacts) -> bool:
    """Whether facts come from reading the video's file in such a way that frame numbers and times are the review's.

    A review of schema version 2 does not say whether its frames are fields, but how many there are.
    """
    has_same_frames = video.is_deinterlaced == facts.is_deinterlaced or video.frame_count == facts.frame_count
    rate = facts.image_fps
    has_same_rate = rate is None or math.isclose(rate, video.image_fps or video.average_fps, rel_tol=_SAME_RATE)
    return has_same_frames and has_same_rate


def refusal(video: Video, facts: VideoFacts) -> str:
    """Why a video cannot be read so, as a sentence."""
    name = video.path.name
    if video.is_deinterlaced and not facts.is_deinterlaced:
        way, remedy = "one by one for each field", "read it deinterlaced"
    elif facts.is_deinterlaced and not video.is_deinterlaced:
        way, remedy = "as they are in the file", "read it without deinterlacing"
    else:
        rate = video.image_fps or video.average_fps
        way, remedy = f"at {rate:g} images per second", "read it at that rate"
    return (
        f"The frames of {name} are counted {way} in this review, and its dives depend on that; {remedy}, or use "
        "another review."
    )
