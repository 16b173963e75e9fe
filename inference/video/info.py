"""What there is to know about a video at a glance."""

from __future__ import annotations

from inference.video.frame_index import FrameIndex


def video_info(index: FrameIndex) -> dict[str, int | float | str | bool]:
    """Facts about a video under the names that the command line prints.

    frames are those that decode, rotation is in degrees clockwise as applied, width and height are of the upright
    frame in stored pixels.
    """
    return {
        "frames": index.frame_count,
        "duration_s": index.duration_s,
        "average_fps": index.average_fps,
        "variable_frame_rate": index.is_variable_frame_rate,
        "edit_list": index.has_edit_list,
        "rotation": index.rotation,
        "interlaced": index.is_interlaced,
        "width": index.width,
        "height": index.height,
        "codec": index.codec,
    }
