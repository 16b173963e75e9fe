"""How a video is read decides what its frame numbers mean, so it is fixed once something depends on them."""

from __future__ import annotations

import math
from typing import Protocol

from app.document.records import Video

_SAME_RATE = 1e-3


class VideoFacts(Protocol):
    """What a review stores of a video's frame index."""

    @property
    def frame_count(self) -> int:
        """Number of frames."""

    @property
    def width(self) -> int:
        """Width of the upright frame in pixels."""

    @property
    def height(self) -> int:
        """Height of the upright frame in pixels."""

    @property
    def duration_s(self) -> float:
        """Seconds from the first frame to the end of the last."""

    @property
    def average_fps(self) -> float:
        """Frames per second on average."""

    @property
    def rotation(self) -> int:
        """Degrees clockwise that turn the stored picture upright."""

    @property
    def codec(self) -> str:
        """Name of the format."""

    @property
    def is_variable_frame_rate(self) -> bool:
        """Whether the time between frames varies."""

    @property
    def has_edit_list(self) -> bool:
        """Whether an edit list rearranges the file."""

    @property
    def is_interlaced(self) -> bool:
        """Whether a frame holds two fields."""

    @property
    def is_deinterlaced(self) -> bool:
        """Whether each frame is one field of the file's frames."""

    @property
    def image_fps(self) -> float | None:
        """The rate at which a folder of images is read; None for a file."""


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
