"""Playing a 1080p50 video in the real window with path, candidates and crop box over every frame."""

from __future__ import annotations

import time

from measurement import Measurement, report
from overlaid_review import overlaid_window
from window import paints_of, qt_screen, wait_until

SOURCE_FPS = 50


def main() -> None:
    """Play the clip once from its first to its last frame and note which frame each repaint of the canvas showed."""
    painted: list[tuple[float, int]] = []
    with qt_screen() as (where, folder), overlaid_window(folder) as window:
        canvas = window.video.canvas
        with paints_of(canvas, lambda: painted.append((time.perf_counter(), canvas.shown_frame))):
            window.playback.seek(0)
            wait_until(lambda: canvas.shown_frame == 0)
            painted.clear()
            window.playback.play()
            wait_until(lambda: not window.playback.is_playing)
    report([_measured(painted, where)])


def _measured(painted: list[tuple[float, int]], where: str) -> Measurement:
    shown = sorted({frame for _, frame in painted})
    wall_s = painted[-1][0] - painted[0][0]
    due = shown[-1] - shown[0] + 1
    dropped = due - len(shown)
    figures = {
        "dropped_frames": dropped,
        "frames": due,
        "shown_fps": (len(shown) - 1) / wall_s,
        "speed": (shown[-1] - shown[0]) / SOURCE_FPS / wall_s,
    }
    return Measurement(
        "playback",
        f"playback of 1080p50 with path overlays, {where}",
        "{dropped_frames} of {frames} frames dropped, {shown_fps:.1f} frames/s on the screen, "
        "{speed:.2f} x real time".format(**figures),
        figures,
        "50 frames/s without a dropped frame",
        dropped == 0 and figures["speed"] > 0.99,
    )


if __name__ == "__main__":
    main()
