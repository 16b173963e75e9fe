"""A line on the machine that something was measured on."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path


def describe_machine() -> str:
    """Processor, cores that may be used, memory, system, and the versions that matter."""
    import av
    import cv2
    import psutil
    from PySide6.QtCore import qVersion

    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    memory_gib = psutil.virtual_memory().total / 2**30
    return (
        f"{processor_name()}, {cores} cores, {memory_gib:.0f} GiB memory, {system_name()}, "
        f"Python {platform.python_version()}, PyAV {av.__version__}, OpenCV {cv2.__version__}, Qt {qVersion()}"
    )


def system_name() -> str:
    """The system with the first two numbers of its version; what follows them names a build."""
    return f"{platform.system()} {'.'.join(platform.release().split('-')[0].split('.')[:2])}"


def processor_name() -> str:
    """What the processor calls itself, or else its architecture."""
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        for line in facts.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()
