"""Memory of the real window while 8,000 frames of 1080p go over the screen."""

from __future__ import annotations

from footage import long_clip
from measurement import Measurement, report, resident_mib
from window import main_window, qt_screen, wait_until

FRAMES = 8_000
SETTLED_AFTER = 1_000
SAMPLE_EVERY = 250
ALLOWED_MIB = 50.0


def main() -> None:
    """Step as fast as frames can be decoded and painted; the growth counts once the frame cache is full."""
    samples: list[float] = []
    with qt_screen() as (where, _), main_window(long_clip()) as window:
        canvas = window.video.canvas
        for frame in range(1, FRAMES + 1):
            window.playback.seek(frame, 1)
            wait_until(lambda frame=frame: canvas.shown_frame == frame)
            if frame >= SETTLED_AFTER and frame % SAMPLE_EVERY == 0:
                samples.append(resident_mib())
    growth = max(samples) - samples[0]
    report(
        [
            Measurement(
                "memory",
                f"memory over {FRAMES:,} frames of 1080p, {where}",
                f"{growth:+.0f} MiB between frame {SETTLED_AFTER:,} and {FRAMES:,}, at {samples[0]:.0f} MiB",
                {"growth_mib": growth, "settled_mib": samples[0], "peak_mib": max(samples)},
                "flat",
                growth < ALLOWED_MIB,
            )
        ]
    )


if __name__ == "__main__":
    main()
