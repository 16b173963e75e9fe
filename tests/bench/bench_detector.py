"""How much faster a detector goes densely over a video than window by window, and whether it says the same."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from measurement import Measurement, report

from inference.models.detector_input import NETWORK_SIZE
from inference.models.dive_detector import HALO, DiveDetector
from inference.models.talnn import WINDOW

BUDGET = 15.0
TOLERANCE = 1e-4
WINDOWS = 48
CHUNK = 128


def main() -> None:
    """Time single windows and chunks in bfloat16, as the program computes; compare their numbers in float32."""
    torch.manual_seed(0)
    detector = DiveDetector().eval()
    width, height = NETWORK_SIZE
    pictures = torch.randint(0, 256, (1, CHUNK + 2 * HALO, height, width, 3), dtype=torch.uint8)
    windows = [pictures[:, first : first + WINDOW] for first in range(WINDOWS)]
    with torch.inference_mode():
        sliding = torch.cat([detector(window).events for window in windows], dim=2)
        error = float((detector(pictures).events[:, :, :WINDOWS] - sliding).abs().max())
        with torch.autocast("cpu", dtype=torch.bfloat16):
            dense_rate = CHUNK / seconds_of(lambda: detector(pictures))
            naive_rate = WINDOWS / seconds_of(lambda: [detector(window) for window in windows])
    ratio = dense_rate / naive_rate
    report(
        [
            Measurement(
                "detector",
                "dense detector against the sliding window, 320x180, bfloat16",
                f"{dense_rate:.0f} frames/s, {ratio:.0f} x as fast; largest difference {error:.1e} in float32",
                {"dense_fps": dense_rate, "naive_fps": naive_rate, "ratio": ratio, "error": error},
                f"at least {BUDGET:g} x, difference at most {TOLERANCE:g}",
                ratio >= BUDGET and error <= TOLERANCE,
            )
        ]
    )


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
