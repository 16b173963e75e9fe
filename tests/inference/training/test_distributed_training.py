"""Two processes train as one process does with the whole batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from line_trainer import SETTINGS, LineTrainer, weights_of

from inference.training.distributed import Processes, joined_processes

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """What each of two processes saw, and the folder they wrote to."""
    folder = tmp_path_factory.mktemp("together")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")]),
        "PYTHONFAULTHANDLER": "1",
        "OMP_NUM_THREADS": "1",
    }
    if sys.platform == "win32":
        environment["USE_LIBUV"] = "0"  # torch for Windows is built without it
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*torchrun, str(ROOT / "tests" / "support" / "line_trainer.py"), str(folder)],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return folder, [json.loads((folder / f"{rank}.json").read_text(encoding="utf-8")) for rank in range(2)]


def test_two_processes_get_the_weights_of_one_with_the_whole_batch(together):
    _, (first, second) = together
    alone = LineTrainer()
    losses = []
    alone.run(on_step=lambda _, loss: losses.append(loss))

    assert first["weights"] == second["weights"]
    for row, expected in zip(first["weights"], weights_of(alone), strict=True):
        np.testing.assert_allclose(row, expected, rtol=1e-5)
    np.testing.assert_allclose(first["losses"], losses, rtol=1e-5)
    assert first["figures"] == second["figures"]
    np.testing.assert_allclose(first["figures"], [figures.loss for figures in alone.figures], rtol=1e-4)


def test_only_the_first_process_writes_and_it_fills_caches_first(together):
    folder, _ = together
    assert (folder / "0" / "checkpoint.pt").exists()
    assert not (folder / "1").exists()
    assert (folder / "order.txt").read_text().split() == ["0", "1"]


def test_what_processes_tell_each_other(together):
    _, (first, second) = together
    assert (first["part"], second["part"]) == ([0, 1, 2, 3], [4, 5, 6, 7])
    for seen in (first, second):
        assert seen["buffer"] == [0.5, 0.5]
        assert seen["any"] == [True, False]
        assert seen["text"] == "Übung"


def test_nothing_of_the_processes_group_outlives_it(together):
    _, seen = together
    if not seen[0]["threads"]:
        pytest.skip("this system does not tell the names of threads")
    for one in seen:
        assert not [name for name in one["threads"] if "gloo" in name]


def test_without_torchrun_there_is_one_process(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined_processes("cpu") as processes:
        assert processes == Processes(0, 1, "cpu")
        assert list(processes.part_of(SETTINGS.batch)) == list(range(8))
        assert processes.from_first("text") == "text"
        assert (processes.any(True), processes.any(False)) == (True, False)


def test_a_batch_that_cannot_be_dealt_out_is_refused():
    with pytest.raises(ValueError, match="3 examples cannot be dealt out evenly to 2 processes"):
        Processes(1, 2).part_of(3)
