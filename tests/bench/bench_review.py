"""Opening and using a review of 10,000 dives with paths over 200,000 frames."""

from __future__ import annotations

import random
import time
from pathlib import Path

from footage import bench_folder, half_million_frames
from measurement import Measurement, percentiles, report, say, spelled, timed_ms
from window import main_window, qt_screen, turn_events, wait_until

from app.analysis import ensure_video
from app.document.document import ReviewDocument
from inference.results import (
    BallisticPath,
    CameraMotion,
    Candidate,
    DetectedDive,
    FrameTime,
    Interval,
    ModelIdentity,
    Predictions,
    Trajectory,
)

DIVES, FRAMES_EACH, EVERY, FPS = 10_000, 20, 50, 10
OPEN_BUDGET_S = 1.0
NAVIGATIONS, EDITS = 200, 200


def main() -> None:
    """Open the review in the real window, go from dive to dive, and edit."""
    many, few = _review(DIVES), _review(100)
    with qt_screen() as (where, _):
        with main_window(many):
            pass  # whatever is only slow the first time
        opened_s, to_dive_ms, edit_ms = _use(many)
        _, to_dive_few_ms, _ = _use(few)
    ratio = to_dive_ms["p50_ms"] / to_dive_few_ms["p50_ms"]
    report(
        [
            Measurement(
                "review",
                f"open a review of {DIVES:,} dives / {DIVES * FRAMES_EACH:,} frames with a path, {where}",
                f"{opened_s:.2f} s until dives and picture are there",
                {"open_s": opened_s},
                f"below {OPEN_BUDGET_S:.0f} s to first interaction",
                opened_s < OPEN_BUDGET_S,
            ),
            Measurement(
                "review",
                f"go to another of {DIVES:,} dives, {where}",
                f"{spelled(to_dive_ms)}; {ratio:.1f} x that among 100 dives",
                to_dive_ms | {"ratio": ratio},
                "as fast among 10,000 dives as among 100",
                ratio < 1.5,
            ),
            Measurement("review", f"commit an edit among {DIVES:,} dives", spelled(edit_ms), edit_ms),
        ]
    )


def _use(review: Path) -> tuple[float, dict[str, float], dict[str, float]]:
    start = time.perf_counter()
    with main_window(review) as window:
        wait_until(lambda: len(window.session.dives) > 0 and not window.session.is_telling)
        turn_events()
        opened_s = time.perf_counter() - start
        ids = [dive.id for dive in window.session.dives]
        pick = random.Random(4)
        to_dive_ms = []
        for dive_id in pick.sample(ids, min(NAVIGATIONS, len(ids))):
            begun = time.perf_counter()
            window.editing.go_to(dive_id)
            turn_events()
            to_dive_ms.append((time.perf_counter() - begun) * 1000)
        document = window.session.document
        edit_ms = [
            timed_ms(lambda dive_id=dive_id: document.set_code(dive_id, "103B"))
            for dive_id in pick.sample(ids, min(EDITS, len(ids)))
        ]
        turn_events()
    return opened_s, percentiles(to_dive_ms), percentiles(edit_ms)


def _review(count: int) -> Path:
    """A fresh copy of the review, which is made once."""
    original = bench_folder() / f"{count}-dives.divereview"
    if not original.exists():
        say(f"making a review of {count:,} dives (once)")
        unfinished = original.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with ReviewDocument.create(unfinished) as document:
            video = ensure_video(document, half_million_frames())
            dives = tuple(_dive(number * EVERY, number) for number in range(count))
            run = Predictions(ModelIdentity("motion", "1"), {}, 0, video.frame_count - 1, dives)
            document.store_predictions(video.id, run)
        unfinished.replace(original)
    copy = bench_folder() / f"{count}-dives-copy.divereview"
    copy.write_bytes(original.read_bytes())
    return copy


def _dive(start: int, number: int) -> DetectedDive:
    end = start + FRAMES_EACH - 1
    path = BallisticPath.through_handles((start / FPS, 10.0, 10.0), 5.0, (end / FPS, 50.0, 30.0))
    candidates = tuple(
        Candidate(frame, frame / FPS, *map(float, path.at(frame / FPS)), 0.8) for frame in range(start, end + 1)
    )
    camera = CameraMotion.fixed(start, FRAMES_EACH)
    interval = Interval(FrameTime(start, start / FPS), FrameTime(end, end / FPS))
    return DetectedDive(
        interval, 0.5 + 0.5 * (number % 97) / 97, Trajectory(path, candidates, camera), "springboard-3", "205B"
    )


if __name__ == "__main__":
    main()
