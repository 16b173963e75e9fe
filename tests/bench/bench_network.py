"""How fast the shipped network finds dives, beside decoding alone, and whether its memory stays flat over two hours."""

from __future__ import annotations

import time
from pathlib import Path

import av
from footage import full_hd_clip, two_hours
from measurement import Measurement, report, resident_mib

from app.approach import choose_approach
from inference.diving.network_finder import find_dives_by_network
from inference.video.reader import open_video

BUDGET = 0.8
SETTLED_SHARE = 0.1
SAMPLE_SHARE = 0.01
ALLOWED_MIB = 50.0


def main() -> None:
    """Decode every frame and do nothing with it; find the dives in full HD; find them in two hours."""
    report([*(_speed(fps) for fps in (25, 50)), _memory()])


def _speed(fps: int) -> Measurement:
    path = full_hd_clip(fps)
    detector = choose_approach("network").detector()
    with open_video(path) as reader:
        began = time.perf_counter()
        _decode(path)
        decoded = time.perf_counter()
        found = find_dives_by_network(reader, detector, is_kept=False)
        searched = time.perf_counter()
        decode_x, find_x = (reader.index.duration_s / seconds for seconds in (decoded - began, searched - decoded))
    return Measurement(
        "network",
        f"find all dives and their paths in 1080p{fps} by network ({len(found.dives)} found)",
        f"{find_x:.1f} x real time, {find_x / decode_x:.2f} x the speed of decoding alone, {decode_x:.1f} x",
        {"fps": fps, "decode_x": decode_x, "find_x": find_x, "ratio": find_x / decode_x},
        f"at least {BUDGET} x decoding alone",
        find_x / decode_x >= BUDGET,
    )


def _decode(path: Path) -> None:
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass


def _memory() -> Measurement:
    samples: list[float] = []
    shares: list[float] = []

    def sample(share: float, _: str) -> None:
        if not shares or share - shares[-1] >= SAMPLE_SHARE:
            shares.append(share)
            samples.append(resident_mib())

    detector = choose_approach("network").detector()
    with open_video(two_hours()) as reader:
        find_dives_by_network(reader, detector, is_kept=False, progress=sample)
    settled = next(number for number, share in enumerate(shares) if share >= SETTLED_SHARE)
    growth = max(samples[settled:]) - samples[settled]
    return Measurement(
        "network",
        "memory while two hours are searched by network",
        f"{growth:+.0f} MiB after the first tenth, at {samples[settled]:.0f} MiB",
        {"growth_mib": growth, "settled_mib": samples[settled], "peak_mib": max(samples)},
        "flat",
        growth < ALLOWED_MIB,
    )


if __name__ == "__main__":
    main()
