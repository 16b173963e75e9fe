"""How much faster a detector goes densely over a video than window by window, and whether it says the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from measurement import Measurement, report

from inference.models.detector_input import NETWORK_SIZE
from inference.models.detector_signals import CHUNK
from inference.models.dive_detector import HALO, DetectorStream, DiveDetector
from inference.models.talnn import WINDOW

BUDGET = 15.0
TOLERANCE = 1e-4
WINDOWS = 24
CHUNKS = 4


def main() -> None:
    """Time single windows and a stream of chunks, both in bfloat16 and fused as in the program; compare in float32."""
    torch.manual_seed(0)
    detector = DiveDetector().fused()
    width, height = NETWORK_SIZE
    pictures = torch.randint(0, 256, (1, CHUNK + 2 * HALO, height, width, 3), dtype=torch.uint8)
    windows = [pictures[:, first : first + WINDOW] for first in range(WINDOWS)]
    with torch.inference_mode():
        sliding = torch.cat([detector(window).events for window in windows], dim=2)
        ways = detector(pictures).events, streamed(detector, [pictures[:, :30], pictures[:, 30:]])
        error = max(float((events[:, :, :WINDOWS] - sliding).abs().max()) for events in ways)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            chunks = [pictures[:, :CHUNK]] * CHUNKS
            dense_rate = CHUNK * CHUNKS / seconds_of(lambda: streamed(detector, chunks))
            naive_rate = WINDOWS / seconds_of(lambda: [detector(window) for window in windows])
    ratio = dense_rate / naive_rate
    report(
        [
            Measurement(
                "detector",
                "dense detector against the sliding window, 320x180, bfloat16",
                f"{dense_rate:.0f} frames/s, {ratio:.1f} x as fast; largest difference {error:.1e} in float32",
                {"dense_fps": dense_rate, "naive_fps": naive_rate, "ratio": ratio, "error": error},
                f"at least {BUDGET:g} x, difference at most {TOLERANCE:g}",
                ratio >= BUDGET and error <= TOLERANCE,
            )
        ]
    )


def streamed(detector: DiveDetector, parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """(batch, 3, time, rows, columns) events of all parts, each picture looked at once."""
    stream = DetectorStream(detector)
    maps = [stream.push(part) for part in parts]
    return torch.cat([known.events for known in maps if known is not None], dim=2)


def seconds_of(work: Callable[[], object]) -> float:
    """The quickest of three times, after one that prepares."""
    work()
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
