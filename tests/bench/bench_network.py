"""How fast the shipped network finds dives, beside decoding alone, and whether its memory stays flat over two hours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import av
from footage import LONG_MINUTES, full_hd_clip, two_hours
from measurement import Measurement, report, resident_mib

from app.approach import choose_approach
from inference.diving.event_signals import ExtractedDive, ExtractionSettings, extract_dives
from inference.diving.network_finder import LoadedDetector, find_dives_by_network
from inference.models.detector_input import NETWORK_SIZE, frame_stride
from inference.models.detector_signals import DetectorSignals
from inference.video.reader import FrameReader, open_video
from inference.video.rough_frames import rough_frames

BUDGET = 0.8
ROUNDS = 3
SETTLED_SHARE = 0.1
SAMPLE_SHARE = 0.0025
MEDIAN_SHARE = 0.1
ALLOWED_MIB = 25.0


def main() -> None:
    """Decode every frame and do nothing with it; find the dives in full HD; find them in two hours."""
    report([*_speed(25), *_speed(50), _memory()])


def _speed(fps: int) -> Iterator[Measurement]:
    path = full_hd_clip(fps)
    detector = choose_approach("network").detector()
    with open_video(path) as reader:
        duration_s = reader.index.duration_s
        # The first time, PyTorch compiles what it needs.
        found = _intervals(reader, detector)
        rounds = [(_timed(lambda: _decode(path)), _timed(lambda: _intervals(reader, detector))) for _ in range(ROUNDS)]
        where = _timed(lambda: find_dives_by_network(reader, detector, is_kept=False))
    # What else a machine does slows down some rounds more than others.
    ratio = median(decode.wall_s / when.wall_s for decode, when in rounds)
    cpu_ratio = median(decode.processor_s / when.processor_s for decode, when in rounds)
    decode_x, when_x = (duration_s / median(work.wall_s for work in works) for works in zip(*rounds, strict=True))
    where_x = duration_s / where.wall_s
    figures = {
        "fps": fps,
        "decode_x": decode_x,
        "when_x": when_x,
        "where_x": where_x,
        "ratio": ratio,
        "processor_ratio": cpu_ratio,
        "where_ratio": where_x / decode_x,
    }
    yield Measurement(
        "network",
        f"find all dives in 1080p{fps} by network ({len(found)} found)",
        f"{when_x:.1f} x real time, {ratio:.2f} x the speed of decoding alone, which is {decode_x:.1f} x "
        f"({cpu_ratio:.2f} x by processor time)",
        figures,
        f"at least {BUDGET} x decoding alone",
        ratio >= BUDGET,
    )
    yield Measurement(
        "network",
        f"find all dives and their paths in 1080p{fps} by network, 11 dives a minute",
        f"{where_x:.1f} x real time, {where_x / decode_x:.2f} x the speed of decoding alone",
        figures,
    )


@dataclass(frozen=True, slots=True)
class _Time:
    """What work took: seconds on the clock, and seconds of all processors together."""

    wall_s: float
    processor_s: float


def _timed(work: Callable[[], object]) -> _Time:
    began, processor_began = time.perf_counter(), time.process_time()
    work()
    return _Time(time.perf_counter() - began, time.process_time() - processor_began)


def _intervals(reader: FrameReader, detector: LoadedDetector) -> list[ExtractedDive]:
    """When dives happen: what the detector's signals alone say, in one pass."""
    stride = frame_stride(reader.index.average_fps)
    shown = rough_frames(reader, 0, reader.index.frame_count, stride, size=NETWORK_SIZE)
    pictures = (picture for _, picture in shown)
    signals = DetectorSignals.joined(detector.signals(pictures))
    return extract_dives(signals.probabilities, reader.index.average_fps / stride, ExtractionSettings())


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
    # What the process holds goes up and down by a hundred MiB as tensors come and go, so medians are compared.
    settled, last = (
        median(sample for share, sample in zip(shares, samples, strict=True) if first <= share < first + MEDIAN_SHARE)
        for first in (SETTLED_SHARE, 1 - MEDIAN_SHARE)
    )
    growth = last - settled
    hours = LONG_MINUTES / 60 * (1 - MEDIAN_SHARE - SETTLED_SHARE)
    return Measurement(
        "network",
        "memory while two hours are searched by network",
        f"{growth:+.0f} MiB from the second tenth, {settled:.0f} MiB, to the last; {growth / hours:+.0f} MiB an hour; "
        f"at most {max(samples):.0f} MiB",
        {"growth_mib": growth, "growth_mib_per_hour": growth / hours, "peak_mib": max(samples)},
        "flat",
        growth < ALLOWED_MIB,
    )


if __name__ == "__main__":
    main()
