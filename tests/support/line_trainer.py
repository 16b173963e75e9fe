"""The smallest training there is: a line through noisy points. Run as a program, it is one of several processes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from inference.training.distributed import joined_processes
from inference.training.resumable import ResumableTrainer, RunSettings, one_cycle

SETTINGS = RunSettings(steps=12, batch=8, seed=3, half_precision=False, evaluate_every=4)


@dataclass(frozen=True, slots=True)
class LineFigures:
    step: int
    loss: float


class LineTrainer(ResumableTrainer[LineFigures]):
    """Learns y = x0 + 2 x1 + 3 x2; evaluations say what they are told to, if they are."""

    def __init__(self, settings=SETTINGS, processes=None, optimise=None, told=None):
        optimise = optimise or one_cycle(0.5, 0.0, settings.steps)
        super().__init__(settings, lambda: nn.Linear(3, 1), optimise, LineFigures, processes)
        self.told = told

    def batch_loss(self, generators):
        points = torch.stack([torch.from_numpy(rng.normal(size=3)).float() for rng in generators])
        return ((self.network(points)[:, 0] - points @ torch.tensor([1.0, 2.0, 3.0])) ** 2).mean()

    def evaluate(self):
        assert not self.network.training
        if self.told is not None:
            return LineFigures(self.step, self.told[len(self.figures)])
        off = self.network.weight.detach() - torch.tensor([1.0, 2.0, 3.0])
        return LineFigures(self.step, float((off**2).sum()))

    def worth(self, figures):
        return (-figures.loss,)


def weights_of(trainer):
    return [tensor.detach().flatten().tolist() for tensor in trainer.network.state_dict().values()]


def main(folder: Path) -> None:
    """Train with the other processes and write down what this one saw."""
    with joined_processes("cpu") as processes:
        order = folder / "order.txt"
        with processes.first_one_first(), order.open("a") as file:
            file.write(f"{processes.rank}\n")
        trainer = LineTrainer(processes=processes)
        losses = []
        own = folder / str(processes.rank)
        trainer.run(on_step=lambda _, loss: losses.append(loss), keep_in=own)
        norm = nn.BatchNorm1d(2)
        norm.running_mean.fill_(float(processes.rank))
        processes.average(norm)
        seen = {
            "weights": weights_of(trainer),
            "losses": losses,
            "figures": [figures.loss for figures in trainer.figures],
            "buffer": norm.running_mean.tolist(),
            "any": [processes.any(processes.rank == 1), processes.any(False)],
            "text": processes.from_first("Übung" if processes.is_first else "not looked at, and longer"),
            "part": list(processes.part_of(8)),
        }
    # The threads of a group that still is there at the exit abort the process now and then.
    tasks = Path("/proc/self/task")
    seen["threads"] = sorted((task / "comm").read_text().strip() for task in tasks.iterdir()) if tasks.exists() else []
    (folder / f"{processes.rank}.json").write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
