"""Killed at any moment, the review opens with every edit whose call had returned, and none half done.

A child process edits as fast as it can and reports each edit whose call has returned. The parent kills it after a
random time, opens the file and compares with a simulation of the same edits on plain lists: the state must be the one
after the last reported edit, or after the one more that was committed but not yet reported.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from app.document.document import ReviewDocument

KILLS = 50
MOST_EDITS = 15
LONGEST_WAIT_S = 0.02
SCRIPT = Path(__file__).with_name("edit_storm.py")
REPOSITORY = Path(__file__).resolve().parents[3]

_spec = importlib.util.spec_from_file_location("edit_storm", SCRIPT)
edit_storm = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(edit_storm)

Dives = list[tuple[int, int, str]]


class Simulation:
    """The edits of a storm on plain lists of (start, end, note), with undo by whole copies."""

    def __init__(self) -> None:
        self.states: list[Dives] = [[]]
        self.place = 0
        self.logged = 0

    @property
    def dives(self) -> Dives:
        return self.states[self.place]

    def copy(self) -> Simulation:
        other = Simulation()
        other.states, other.place, other.logged = list(self.states), self.place, self.logged
        return other

    def edit(self, kind: str, number: int, text: str) -> None:
        before = self.place
        if kind == "undo":
            self.place = max(before - 1, 0)
        elif kind == "redo":
            self.place = min(before + 1, len(self.states) - 1)
        else:
            self.states = [*self.states[: before + 1], sorted(self._edited(list(self.dives), kind, number, text))]
            self.place += 1
        self.logged += self.place != before

    def _edited(self, dives: Dives, kind: str, number: int, text: str) -> Dives:
        if kind == "add" or not dives:
            return [*dives, (1000 * number, 1000 * number + 900, "")]
        place = number % len(dives)
        start, end, note = dives[place]
        if kind == "note all":
            return [(first, last, text) for first, last, _ in dives]
        if kind == "split" and end > start:
            middle = (start + end) // 2
            dives[place : place + 1] = [(start, middle, note), (middle + 1, end, "")]
        elif kind == "merge" and len(dives) > 1:
            place = number % (len(dives) - 1)
            (start, end, note), (_, other_end, other_note) = dives[place : place + 2]
            notes = sorted(note.splitlines() + other_note.splitlines())
            dives[place : place + 2] = [(start, max(end, other_end), "\n".join(notes))]
        elif kind == "move" and end > start:
            dives[place] = (start + 1, end, note)
        else:
            dives[place] = (start, end, text)
        return dives


def start_child(path: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, str(SCRIPT), str(path)], env=environment, stdin=pipe, stdout=pipe)


def kill_in_a_storm(child: subprocess.Popen[bytes], video_id: str, seed: int, generator: random.Random) -> int:
    """Let a waiting child edit, kill it a moment after one of its edits, and return how many edits it reported."""
    with child:
        child.stdin.write(f"{video_id} {seed}\n".encode())
        child.stdin.flush()
        reported = b"".join(child.stdout.readline() for _ in range(generator.randint(1, MOST_EDITS)))
        time.sleep(generator.uniform(0.0, LONGEST_WAIT_S))
        child.kill()
        reported += child.stdout.read()
    assert reported, "the child failed before its first edit"
    whole_lines = reported[: reported.rfind(b"\n")].split()
    return int(whole_lines[-1])


def check_file(path: Path) -> int:
    """Check the file as SQLite sees it and return the number of entries in its log."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        # The edits of a macro are entries of their own, so steps are counted: each undo and redo, and each done edit.
        return connection.execute("SELECT COUNT(DISTINCT step_id) + SUM(kind <> 'edit') FROM edit").fetchone()[0]


@pytest.mark.slow
def test_fifty_kills_lose_nothing_and_leave_nothing_half_done(tmp_path, build):
    path = tmp_path / "storm.divereview"
    with ReviewDocument.create(path) as document:
        video_id = document.add_video("/pool/a.mp4", build.Facts(frame_count=2_000_000), "f").id
    generator = random.Random(20240601)
    simulation, reported, unreported = Simulation(), 0, 0
    waiting = start_child(path)
    try:
        for seed in range(KILLS):
            child, waiting = waiting, start_child(path)
            count = kill_in_a_storm(child, video_id, seed, generator)
            steps = edit_storm.storm_of(seed)
            for _ in range(count):
                simulation.edit(*next(steps))
            ahead = simulation.copy()
            ahead.edit(*next(steps))
            with ReviewDocument.open(path) as document:
                assert not document.is_read_only
                dives = sorted(edit_storm.content(dive) for dive in document.dives(video_id))
            if dives != simulation.dives:
                assert dives == ahead.dives, f"kill {seed} after {count} edits"
                simulation, unreported = ahead, unreported + 1
            assert check_file(path) == simulation.logged
            reported += count
    finally:
        waiting.kill()
        waiting.communicate()
    print(f"{KILLS} kills, {reported} edits reported, {unreported} committed but not reported")
