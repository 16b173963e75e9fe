"""The one exception of the video layer."""

from __future__ import annotations


class VideoError(Exception):
    """A video cannot be read; the message is one sentence for the person: what happened, to which file, what to do."""
