"""Work divided among several processes that stop with the program, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

import cv2

from inference.progress import Cancelled, CancelToken

Task = TypeVar("Task")
Result = TypeVar("Result")

StepDone = Callable[[], None]
"""Called after each step, such as a frame; raises `Cancelled` when the work shall stop."""

_POLL_S = 0.2


class WorkersError(Exception):
    """A process was ended from outside; the message is one sentence for the person."""


_state: dict[str, Any] = {}
"""What a worker process was given when it started."""


def default_process_count() -> int:
    """As many processes as there are cores that the program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    work: Callable[[Task, StepDone], Result],
    tasks: Sequence[Task],
    *,
    processes: int,
    on_steps: Callable[[int], None],
    cancel: CancelToken,
) -> list[Result]:
    """Do tasks, each in one process, beginning them in the order given.

    Args:
        work: does one task and calls the function that it is given after every step; a function of a module, so that
            another process can import it.
        tasks: what it is given, such that they can be sent to another process.
        processes: how many at most; with one, the work is done in this process. OpenCV uses one thread in each.
        on_steps: told now and then how many steps have been done by all together.
        cancel: checked at every step.

    Returns:
        What the work gave, in the order of the tasks.

    Raises:
        Cancelled: if cancelled; tasks that were under way are given up.
        WorkersError: if a process was ended from outside.
        Exception: whatever the work raises; the other tasks are given up.
    """
    count = min(processes, len(tasks))
    if count <= 1:
        return _run_here(work, tasks, on_steps, cancel)
    context = multiprocessing.get_context("spawn")
    steps: Synchronized[int] = context.Value("q", 0)
    stop = context.Event()
    with ProcessPoolExecutor(count, context, _start_worker, (steps, stop)) as pool, _stopping(stop):
        futures = [pool.submit(_run_in_worker, work, task) for task in tasks]
        try:
            _wait_for_all(futures, lambda: on_steps(steps.value), cancel)
            return [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise WorkersError(
                "A process that did part of the work was ended from outside, perhaps for lack of memory; run the same "
                "command again, with fewer processes if need be."
            ) from error
        finally:
            for future in futures:
                future.cancel()


def _wait_for_all(futures: Sequence[Future[Any]], report: Callable[[], None], cancel: CancelToken) -> None:
    """Wait until all are done or one has failed, which raises its error."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, timeout=_POLL_S, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        report()
        cancel.raise_if_cancelled()


def _run_here(
    work: Callable[[Task, StepDone], Result],
    tasks: Sequence[Task],
    on_steps: Callable[[int], None],
    cancel: CancelToken,
) -> list[Result]:
    done = 0

    def step_done() -> None:
        nonlocal done
        done += 1
        on_steps(done)
        cancel.raise_if_cancelled()

    results = []
    with one_opencv_thread():
        for task in tasks:
            cancel.raise_if_cancelled()
            results.append(work(task, step_done))
    return results


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
    """Tell the workers to stop at their next step, however the block ends; where it ended well they are idle."""
    try:
        yield
    finally:
        stop.set()


def _start_worker(steps: Synchronized[int], stop: Event) -> None:
    _state["steps"], _state["stop"] = steps, stop
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


def _run_in_worker(work: Callable[[Task, StepDone], Result], task: Task) -> Result:
    def step_done() -> None:
        with _state["steps"].get_lock():
            _state["steps"].value += 1
        raise_if_stopped()

    def raise_if_stopped() -> None:
        if _state["stop"].is_set():
            raise Cancelled("The work was cancelled.")

    raise_if_stopped()
    return work(task, step_done)
