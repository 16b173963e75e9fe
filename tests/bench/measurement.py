"""What a benchmark hands to `divereview bench`, and the arithmetic that benchmarks share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import numpy as np
import psutil


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table.

    what and measured are for people, figures the same in numbers; budget is DESIGN's, empty where there is none, and
    is_met says whether the figures keep to it.
    """

    benchmark: str
    what: str
    measured: str
    figures: dict[str, float]
    budget: str = ""
    is_met: bool | None = None


def report(measurements: Sequence[Measurement]) -> None:
    """Print measurements for the program that started this one."""
    json.dump([asdict(measurement) for measurement in measurements], sys.stdout)


def say(text: str) -> None:
    """Tell the person what takes so long."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def timed_ms(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def percentiles(times_ms: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum in milliseconds."""
    p50, p95 = np.percentile(times_ms, [50, 95])
    return {"p50_ms": float(p50), "p95_ms": float(p95), "max_ms": float(max(times_ms))}


def spelled(figures: dict[str, float]) -> str:
    """Percentiles for people."""
    return "median {p50_ms:.1f} ms, 95 % {p95_ms:.1f} ms, worst {max_ms:.1f} ms".format(**figures)


def resident_mib() -> float:
    """Memory of this process that is really in use."""
    return psutil.Process().memory_info().rss / 2**20


@contextmanager
def screen() -> Iterator[str]:
    """Let Qt draw on the screen there is, else on a virtual one; yields what it is called in the table."""
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield "on the screen"
        return
    server = shutil.which("Xvfb")
    if server is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        yield "without a screen (Qt offscreen; Xvfb is not installed)"
        return
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1920x1200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as number:
            os.environ["DISPLAY"] = f":{number.readline().strip()}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        try:
            yield "under Xvfb"
        finally:
            process.terminate()
