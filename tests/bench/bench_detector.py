"""How much faster a detector goes densely over a video than window by window, and whether it says the same."""

from __future__ import annotations

import time

import torch
from measurement import Measurement, report

from inference.models.dive_detector import HALO, DiveDetector
from inference.models.talnn import WINDOW

BUDGET = 15.0
TOLERANCE = 1e-4
WINDOWS = 48
CHUNK = 256


def main() -> None:
    """Time single windows, then chunks as long as the program uses, in the same precision."""
    torch.manual_seed(0)
    detector = DiveDetector().eval()
    frames = torch.randn(1, 3, CHUNK + 2 * HALO, 90, 160)
    with torch.inference_mode():
        detector(frames)  # the first run prepares
        began = time.perf_counter()
        dense = detector(frames)
        dense_rate = CHUNK / (time.perf_counter() - began)
        began = time.perf_counter()
        naive = torch.cat([detector(frames[:, :, first : first + WINDOW]) for first in range(WINDOWS)], dim=2)
        naive_rate = WINDOWS / (time.perf_counter() - began)
    error = float((dense[:, :, :WINDOWS] - naive).abs().max())
    ratio = dense_rate / naive_rate
    report(
        [
            Measurement(
                "detector",
                "dense detector against the sliding window, 160x90, float32",
                f"{dense_rate:.0f} frames/s, {ratio:.0f} x as fast; largest difference {error:.1e}",
                {"dense_fps": dense_rate, "naive_fps": naive_rate, "ratio": ratio, "error": error},
                f"at least {BUDGET:g} x, difference at most {TOLERANCE:g}",
                ratio >= BUDGET and error <= TOLERANCE,
            )
        ]
    )


if __name__ == "__main__":
    main()
