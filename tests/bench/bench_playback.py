"""Playing a 1080p50 video in the real window: with path, candidates and crop box, then with pose and heatmap too."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from costless_pose import CostlessPose
from measurement import Measurement, report
from overlaid_review import overlaid_window
from window import paints_of, qt_screen, wait_until

if TYPE_CHECKING:
    from app.window.main_window import MainWindow

SOURCE_FPS = 50


def main() -> None:
    """Play the clip from its first to its last frame, without live poses and with them."""
    with (
        patch("inference.models.pose_estimators.load_estimator", lambda wanted, device="auto": CostlessPose()),
        qt_screen() as (where, folder),
        overlaid_window(folder) as window,
    ):
        plain = _played(window)
        for action in ("show_spread", "show_heatmap"):  # live poses go on with the first of them
            window.actions_[action].trigger()
        overlaid = _played(window)
    report(
        [
            _measured("playback", f"playback of 1080p50 with path overlays, {where}", plain),
            _measured(
                "playback_maps", f"playback of 1080p50 with path, skeleton, ellipses and heatmap, {where}", overlaid
            ),
        ]
    )


@dataclass(frozen=True, slots=True)
class _Played:
    """Repaints of the canvas, when, of which frame, and whether with a heatmap; and seconds of processor time."""

    painted: list[tuple[float, int, bool]]
    worked_s: float


def _played(window: MainWindow) -> _Played:
    painted: list[tuple[float, int, bool]] = []
    canvas = window.video.canvas
    with paints_of(
        canvas, lambda: painted.append((time.perf_counter(), canvas.shown_frame, canvas.maps.heatmap is not None))
    ):
        window.playback.seek(0)
        wait_until(lambda: canvas.shown_frame == 0)
        painted.clear()
        began_s = time.process_time()
        window.playback.play()
        wait_until(lambda: not window.playback.is_playing)
    return _Played(painted, time.process_time() - began_s)


def _measured(name: str, what: str, played: _Played) -> Measurement:
    painted = played.painted
    shown = sorted({frame for _, frame, _ in painted})
    wall_s = painted[-1][0] - painted[0][0]
    due = shown[-1] - shown[0] + 1
    dropped = due - len(shown)
    figures = {
        "dropped_frames": dropped,
        "frames": due,
        "shown_fps": (len(shown) - 1) / wall_s,
        "speed": (shown[-1] - shown[0]) / SOURCE_FPS / wall_s,
        "processor_ms": 1000 * played.worked_s / len(shown),
        "with_heatmap": len({frame for _, frame, has_heatmap in painted if has_heatmap}),
    }
    text = (
        "{dropped_frames} of {frames} frames dropped, {shown_fps:.1f} frames/s on the screen, {speed:.2f} x real time, "
        "{processor_ms:.0f} ms of processor time a frame on the screen"
    )
    if figures["with_heatmap"]:
        text += ", a heatmap over {with_heatmap} frames"
    is_met = dropped == 0 and figures["speed"] > 0.99
    return Measurement(name, what, text.format(**figures), figures, "50 frames/s without a dropped frame", is_met)


if __name__ == "__main__":
    main()
