"""On how many threads a model computes on the processor: on fewer than there are cores, lest it wait for others."""

from __future__ import annotations

import sys


class ModelThreads:
    """Says it to torch, for the thread that calls it; to be used by one thread.

    A model's threads wait for one another at the end of every layer, and turn round and round meanwhile. As soon as
    decoding or painting takes one of their cores away, that is most of what they do: fewer threads are then quicker,
    and leave the other cores to the video. Does nothing as long as torch is not loaded; the threads of onnxruntime wait
    asleep.
    """

    def __init__(self) -> None:
        self._as_found: int | None = None
        self._left = 0

    def leave(self, cores: int) -> None:
        """From now on, compute on so many threads fewer than torch would, on one at least; 0 is as torch would."""
        torch = sys.modules.get("torch")
        if torch is None or cores == self._left:
            return
        if self._as_found is None:
            self._as_found = torch.get_num_threads()
        # Threads that begin later take what was said last, whoever said it; hence 0 at the end.
        torch.set_num_threads(max(1, self._as_found - cores))
        self._left = cores
