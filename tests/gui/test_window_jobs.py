"""The worker facility: results, errors, cancel and the end, all seen from the GUI thread."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from app.window.jobs import JobRunner


@pytest.fixture
def runner(qtbot):
    runner = JobRunner()
    yield runner
    runner.close()


def test_result_and_what_was_found_arrive_in_the_gui_thread(qtbot, runner):
    arrived = []
    work_thread = []

    def work(context):
        work_thread.append(threading.get_ident())
        context.publish("first")
        context.progress(1.0, "done")
        return 42

    job = runner.start("count", work)
    job.published.connect(lambda found: arrived.append((found, threading.get_ident())))
    job.progressed.connect(lambda progress: arrived.append((progress.fraction, threading.get_ident())))
    job.succeeded.connect(lambda result: arrived.append((result, threading.get_ident())))
    with qtbot.waitSignal(job.finished):
        pass
    here = threading.get_ident()
    assert arrived == [("first", here), (1.0, here), (42, here)]
    assert work_thread[0] != here
    assert runner.jobs == ()


def test_error_comes_out_of_one_place(qtbot, runner):
    def work(context):
        raise ValueError("the pool is empty")

    with qtbot.waitSignal(runner.job_failed) as failed:
        job = runner.start("fill the pool", work)
    assert failed.args[0] is job
    assert str(failed.args[1]) == "the pool is empty"


def test_cancel_ends_the_work_at_its_next_check(qtbot, runner):
    started = threading.Event()

    def work(context):
        started.set()
        while True:
            context.cancel.raise_if_cancelled()
            QThread.msleep(1)

    outcomes = []
    job = runner.start("for ever", work)
    job.was_cancelled.connect(lambda: outcomes.append("cancelled"))
    job.succeeded.connect(lambda _: outcomes.append("succeeded"))
    assert started.wait(5)
    with qtbot.waitSignal(job.finished):
        job.cancel()
    assert outcomes == ["cancelled"]


def test_close_joins_every_worker_and_reports_nothing_more(qtbot):
    runner = JobRunner(thread_count=1)
    running = threading.Event()
    ended = threading.Event()
    never_run = []

    def work(context):
        running.set()
        while not context.cancel.is_cancelled:
            QThread.msleep(1)
        ended.set()

    reports = []
    first = runner.start("first", work)
    second = runner.start("second", lambda context: never_run.append(1))
    for job in (first, second):
        job.finished.connect(lambda: reports.append("finished"))
    assert running.wait(5)
    runner.close()
    assert ended.is_set()
    qtbot.wait(20)
    assert reports == []
    assert never_run == []
    with pytest.raises(RuntimeError, match="closes: third"):
        runner.start("third", work)


def test_time_left_follows_the_share_that_is_done(qtbot, runner, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("app.window.jobs.time.monotonic", lambda: now[0])
    hold = threading.Event()
    job = runner.start("slow", lambda context: hold.wait(5))
    estimates = []
    job.progressed.connect(lambda progress: estimates.append(progress.eta_s))
    for seconds, fraction in ((0.5, 0.2), (4.0, 0.25), (9.0, 0.75)):
        now[0] = 100.0 + seconds
        job._take_report(fraction, "slow")
    hold.set()
    with qtbot.waitSignal(job.finished):
        pass
    assert estimates == [None, 12.0, 3.0]
