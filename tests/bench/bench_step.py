"""Stepping one frame forwards and backwards among decoded frames in the real window, until it is painted."""

from __future__ import annotations

import time

from measurement import Measurement, percentiles, report, spelled
from overlaid_review import overlaid_window
from window import paints_of, qt_screen, wait_until

FIRST, LAST = 400, 440
ROUNDS = 5
BUDGET_MS = 16.0


def main() -> None:
    """Walk to and fro over the same frames; the first walk, which decodes them, is not counted."""
    with qt_screen() as (where, folder), overlaid_window(folder) as window:
        canvas = window.video.canvas
        painted: list[int] = []
        times: dict[int, list[float]] = {1: [], -1: []}
        with paints_of(canvas, lambda: painted.append(canvas.shown_frame)):
            window.playback.seek(FIRST)
            wait_until(lambda: canvas.shown_frame == FIRST)
            for turn in range(ROUNDS + 1):
                for direction, target in ((1, LAST), (-1, FIRST)):
                    while canvas.shown_frame != target:
                        wanted = canvas.shown_frame + direction
                        start = time.perf_counter()
                        window.playback.step(direction)
                        wait_until(lambda wanted=wanted: bool(painted) and painted[-1] == wanted)
                        if turn > 0:
                            times[direction].append((time.perf_counter() - start) * 1000)
    report([_measured(name, times[direction], where) for direction, name in ((1, "forward"), (-1, "backward"))])


def _measured(name: str, times_ms: list[float], where: str) -> Measurement:
    figures = percentiles(times_ms)
    return Measurement(
        "step",
        f"step one frame {name}, cached 1080p, {where}",
        spelled(figures),
        figures,
        f"below {BUDGET_MS:.0f} ms",
        figures["p95_ms"] < BUDGET_MS,
    )


if __name__ == "__main__":
    main()
