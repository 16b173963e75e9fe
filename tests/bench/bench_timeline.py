"""Panning and zooming the timeline of a 25-hour video at 50 frames/s with three signals and 3,000 dives."""

from __future__ import annotations

import random
import time

import numpy as np
from measurement import Measurement, percentiles, report, spelled
from window import paints_of, qt_screen, wait_until

from inference.results import SignalTrack

FPS, HOURS = 50, 25
DIVES = 3000
REPAINTS = 300
BUDGET_MS = 16.0


def main() -> None:
    """Show stretches from ten seconds to the whole video, anywhere in it, each until it is painted."""
    from PySide6.QtCore import QCoreApplication

    with qt_screen() as (where, _):
        from widgets.timeline import Timeline, TimelineDive

        frame_count = FPS * 3600 * HOURS
        generator = np.random.default_rng(2)
        signals = [
            SignalTrack(name, 0, generator.random(frame_count, dtype=np.float32)) for name in ("start", "mid", "end")
        ]
        statuses = ("unreviewed", "accepted", "corrected", "rejected")
        starts = np.linspace(0, frame_count - 200, DIVES).astype(int)
        dives = [
            TimelineDive(str(number), int(start), int(start) + 70, statuses[number % 4], f"{number}")
            for number, start in enumerate(starts)
        ]
        timeline = Timeline()
        timeline.resize(1600, 230)
        timeline.set_extent(frame_count, float(FPS))
        timeline.set_dives(dives)
        timeline.set_signals(signals)
        timeline.show()
        painted: list[float] = []
        times_ms = []
        with paints_of(timeline.strip, lambda: painted.append(time.perf_counter())):
            wait_until(lambda: bool(painted))
            pick = random.Random(3)
            length_s = 3600.0 * HOURS
            for _ in range(REPAINTS):
                width_s = 10 * (length_s / 10) ** pick.random()
                start_s = pick.uniform(0, length_s - width_s)
                painted.clear()
                begun = time.perf_counter()
                timeline.show_seconds(start_s, start_s + width_s)
                while not painted:
                    QCoreApplication.processEvents()
                QCoreApplication.processEvents()
                times_ms.append((time.perf_counter() - begun) * 1000)
        timeline.close()
        timeline.deleteLater()
    figures = percentiles(times_ms)
    report(
        [
            Measurement(
                "timeline",
                f"pan or zoom the timeline of {HOURS} h at {FPS} frames/s, three signals, {where}",
                spelled(figures),
                figures,
                f"below {BUDGET_MS:.0f} ms a repaint",
                figures["p95_ms"] < BUDGET_MS,
            )
        ]
    )


if __name__ == "__main__":
    main()
