"""How fast footage is simulated, and how many of its dives the motion finder finds."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from footage import simulated_session
from measurement import Measurement, report, say

from inference.dataset.read import Dataset
from inference.diving.evaluation import IntervalMatching, match_intervals
from inference.diving.finder import FinderSettings, find_dives
from inference.simulator.footage.production import make_data_set
from inference.simulator.footage.session import Session
from inference.video.reader import open_video

SPEED_BUDGET = 3.0
MIN_IOU = 0.5
SPEED_SESSION = Session(1.0, seed=7)


def main() -> None:
    """Simulate a minute with one process, then search a simulated session of twenty minutes."""
    report([speed(), accuracy()])


def speed() -> Measurement:
    """Everything that `divereview simulate` does, on one core: planning, drawing, encoding, truth, writing."""
    with tempfile.TemporaryDirectory() as folder:
        wall, busy = time.perf_counter(), time.process_time()
        make_data_set(SPEED_SESSION, Path(folder) / "data", processes=1)
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
    seconds = SPEED_SESSION.minutes * 60
    figures = {"wall_x": seconds / wall, "cpu_x": seconds / busy}
    return Measurement(
        "simulator",
        "simulate a session at 640x360, 25 frames/s, with one process",
        f"{figures['wall_x']:.1f} x real time; {figures['cpu_x']:.1f} x by processor time",
        figures,
        f"at least {SPEED_BUDGET:g} x",
        figures["cpu_x"] >= SPEED_BUDGET,
    )


def accuracy() -> Measurement:
    """Recall and precision of the motion finder at a temporal IoU of one half."""
    dataset = Dataset(simulated_session())
    truth = list(dataset.dives())
    matchings: list[IntervalMatching] = []
    for source in dataset.sources:
        video = dataset.find_video(source)
        if video is None:
            raise FileNotFoundError(source.file_name)
        say(f"searching {source.file_name}")
        with open_video(video) as reader:
            found = find_dives(reader, FinderSettings())
        true = [dive.interval for dive in truth if dive.source_id == source.id]
        matchings.append(match_intervals(true, [dive.interval for dive in found.dives], MIN_IOU))
    hits, missed, spurious = (
        sum(len(getattr(matching, name)) for matching in matchings) for name in ("matches", "missed", "spurious")
    )
    minutes = sum(source.duration_s for source in dataset.sources) / 60
    figures = {
        "recall": hits / (hits + missed),
        "precision": hits / max(hits + spurious, 1),
        "dives": float(hits + missed),
        "found": float(hits + spurious),
    }
    return Measurement(
        "simulator",
        f"dives that the motion finder finds in {minutes:.0f} simulated minutes, fixed camera",
        f"recall {figures['recall']:.1%} ({hits} of {hits + missed}), precision {figures['precision']:.1%} "
        f"({hits} of {hits + spurious}) at {MIN_IOU:.0%} temporal IoU",
        figures,
    )


if __name__ == "__main__":
    main()
