"""Settings and crash reports that outlive the process."""

from __future__ import annotations

import logging
import sys
import threading

import pytest

from app.window.action_table import ACTIONS, BY_ID, GROUPS, TOOLBAR
from app.window.crash import CrashReports
from app.window.settings import RECENT_FILES, Settings


def test_values_come_back_from_disk(tmp_path):
    path = tmp_path / "divereview.ini"
    first = Settings(path)
    assert (first.theme, first.speed, first.recent_files, first.shortcuts) == ("dark", 1.0, (), {})
    assert first.is_overlay_shown("path")
    first.theme = "light"
    first.speed = 0.25
    first.show_overlay("path", False)
    first.shortcuts = {"play": ("F5",), "loop": ()}
    first.finder = {"slow_motion": 4.0}
    first.sync()

    second = Settings(path)
    assert (second.theme, second.speed) == ("light", 0.25)
    assert not second.is_overlay_shown("path")
    assert second.is_overlay_shown("crop")
    assert second.shortcuts == {"play": ("F5",), "loop": ()}
    assert second.finder == {"slow_motion": 4.0}


def test_recent_files_newest_first_without_repeats(tmp_path):
    settings = Settings(tmp_path / "divereview.ini")
    names = [tmp_path / f"video, {number}.mp4" for number in range(RECENT_FILES + 2)]
    for name in (*names, names[5]):
        settings.add_recent_file(name)
    assert settings.recent_files[:2] == (names[5], names[-1])
    assert len(settings.recent_files) == RECENT_FILES
    settings.forget_recent_file(names[5])
    assert names[5] not in settings.recent_files


def test_unreadable_value_counts_as_not_set(tmp_path, caplog):
    path = tmp_path / "divereview.ini"
    path.write_text('[keys]\nshortcuts="{not json"\n[play]\nspeed=fast\n', encoding="utf-8")
    settings = Settings(path)
    with caplog.at_level(logging.WARNING):
        assert settings.shortcuts == {}
    assert settings.speed == 1.0
    assert "keys/shortcuts" in caplog.text


def test_no_two_actions_share_a_default_key_and_the_table_is_whole():
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert sorted(keys) == sorted(set(keys))
    assert len(BY_ID) == len(ACTIONS)
    assert {spec.group for spec in ACTIONS} == set(GROUPS)
    assert {name for group in TOOLBAR for name in group} <= set(BY_ID)


@pytest.mark.parametrize(
    ("action", "keys"),
    [
        ("play", ("Space",)), ("step_forward", ("Right",)), ("step_back_10", ("Shift+Left",)),
        ("step_forward_1s", ("Ctrl+Right",)), ("shuttle_back", ("J",)), ("next_dive", ("N",)), ("set_start", ("[",)),
        ("set_end", ("]",)), ("reject", ("Delete",)), ("undo", ("Ctrl+Z",)), ("group_5", ("5",)),
        ("position_B", ("B",)), ("show_path", ("T",)), ("fit", ("F",)), ("shortcut_sheet", ("?",)),
    ],
)  # fmt: skip
def test_default_keys(action, keys):
    assert BY_ID[action].keys == keys


def test_uncaught_errors_are_told_logged_and_offered_at_the_next_start(tmp_path):
    told = []
    reports = CrashReports(tmp_path, told.append)
    before = (sys.excepthook, sys.unraisablehook, threading.excepthook)
    reports.install()
    try:
        error = ValueError("the board is missing")
        sys.excepthook(ValueError, error, None)
    finally:
        reports.uninstall()
    assert (sys.excepthook, sys.unraisablehook, threading.excepthook) == before
    assert told == [error]
    assert "the board is missing" in (tmp_path / "divereview.log").read_text(encoding="utf-8")

    next_start = CrashReports(tmp_path)
    assert "ValueError: the board is missing" in (next_start.take_last_report() or "")
    assert next_start.take_last_report() is None
