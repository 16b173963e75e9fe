"""Rendering in several processes that stop with the program, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any

import cv2

from inference.progress import CancelToken
from inference.simulator.errors import SimulationError

FrameDone = Callable[[], None]
"""Called after each frame; raises `Cancelled` when the work shall stop."""

_POLL_S = 0.2

_state: dict[str, Any] = {}
"""What a worker process was given when it started."""


def default_process_count() -> int:
    """As many processes as there are cores that the program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    work: Callable[[Any, FrameDone], None],
    tasks: Sequence[Any],
    *,
    processes: int,
    on_frames: Callable[[int], None],
    cancel: CancelToken,
) -> None:
    """Do tasks, each in one process, beginning them in the order given.

    Args:
        work: does one task and calls the function that it is given after every frame; a function of a module, so that
            another process can import it.
        tasks: what it is given, such that they can be sent to another process.
        processes: how many at most; with one, the work is done in this process. OpenCV uses one thread in each.
        on_frames: told now and then how many frames have been done by all together.
        cancel: checked at every frame.

    Raises:
        Cancelled: if cancelled; tasks that were under way are given up.
        SimulationError: if a process was ended from outside.
        Exception: whatever the work raises; the other tasks are given up.
    """
    count = min(processes, len(tasks))
    if count <= 1:
        _run_here(work, tasks, on_frames, cancel)
        return
    context = multiprocessing.get_context("spawn")
    frames: Synchronized[int] = context.Value("q", 0)
    stop = context.Event()
    with ProcessPoolExecutor(count, context, _start_worker, (frames, stop)) as pool, _stopping(stop):
        futures = {pool.submit(_run_in_worker, work, task) for task in tasks}
        try:
            while futures:
                done, futures = wait(futures, timeout=_POLL_S, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                on_frames(frames.value)
                cancel.raise_if_cancelled()
        except BrokenProcessPool as error:
            raise SimulationError(
                "A process that drew the video was ended from outside, perhaps for lack of memory; run the same "
                "command again to go on, with fewer processes if need be."
            ) from error
        finally:
            for future in futures:
                future.cancel()


def _run_here(
    work: Callable[[Any, FrameDone], None], tasks: Sequence[Any], on_frames: Callable[[int], None], cancel: CancelToken
) -> None:
    done = 0

    def frame_done() -> None:
        nonlocal done
        done += 1
        on_frames(done)
        cancel.raise_if_cancelled()

    with one_opencv_thread():
        for task in tasks:
            cancel.raise_if_cancelled()
            work(task, frame_done)


@contextmanager
def one_opencv_thread() -> Iterator[None]:
    """Keep OpenCV from dividing small pictures among threads, which costs more than it saves."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)


@contextmanager
def _stopping(stop: Event) -> Iterator[None]:
    """Tell the workers to stop at their next frame, however the block ends; where it ended well they are idle."""
    try:
        yield
    finally:
        stop.set()


def _start_worker(frames: Synchronized[int], stop: Event) -> None:
    _state["frames"], _state["stop"] = frames, stop
    # Pictures are small: the processes share the cores, and threads within them only wait for one another.
    cv2.setNumThreads(1)
    # Ctrl+C reaches every process of a terminal; the main one says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed program takes its workers with it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    while parent.is_alive():
        time.sleep(1.0)
    os._exit(1)


def _run_in_worker(work: Callable[[Any, FrameDone], None], task: Any) -> None:
    token = CancelToken()

    def frame_done() -> None:
        with _state["frames"].get_lock():
            _state["frames"].value += 1
        if _state["stop"].is_set():
            token.cancel()
        token.raise_if_cancelled()

    if not _state["stop"].is_set():
        work(task, frame_done)
