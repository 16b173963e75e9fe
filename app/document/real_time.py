"""How the time of a video relates to that of the world, as far as the runs of models over it tell."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.records import Dive, PredictionRun

REAL_TIME = 1.0


def slow_motion_of(dive: Dive, runs: Sequence[PredictionRun]) -> float | None:
    """Video seconds for a second of the world at a dive.

    Args:
        dive: the dive.
        runs: those over its video, in order of time.

    Returns:
        What the run that found the dive went by; for a dive of a person the latest run over its frames that says; 1 if
        none does. None if the video is in slow motion by a factor that is only estimated.
    """
    found_by = dive.predicted.run_id if dive.predicted is not None else None
    own = [run for run in runs if run.id == found_by]
    over = [run for run in runs if run.first_frame <= dive.end.frame and dive.start.frame <= run.last_frame]
    for run in [*own, *reversed(over)]:
        if "slow_motion_used" in run.settings:
            is_estimate = bool(run.settings.get("slow_motion_is_estimate"))
            factor = run.settings["slow_motion_used"]
            return None if is_estimate or not isinstance(factor, int | float) or factor <= 0 else float(factor)
    return REAL_TIME
