"""Few cores paint in one thread; where there are more, Qt may divide what it paints."""

from __future__ import annotations

import os

import pytest

from app.window import run


@pytest.mark.parametrize(("cores", "expected"), [(1, "1"), (2, "1"), (4, None)])
def test_few_cores_paint_in_one_thread(monkeypatch, cores, expected):
    monkeypatch.delenv("QT_NO_GUI_THREADPOOL", raising=False)
    monkeypatch.setattr(run, "default_process_count", lambda: cores)
    run.keep_painting_in_one_thread()
    assert os.environ.get("QT_NO_GUI_THREADPOOL") == expected
    monkeypatch.delenv("QT_NO_GUI_THREADPOOL", raising=False)


def test_what_a_person_has_set_stays(monkeypatch):
    monkeypatch.setenv("QT_NO_GUI_THREADPOOL", "0")
    monkeypatch.setattr(run, "default_process_count", lambda: 2)
    run.keep_painting_in_one_thread()
    assert os.environ["QT_NO_GUI_THREADPOOL"] == "0"
