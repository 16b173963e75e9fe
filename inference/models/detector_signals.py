"""The signals of a dive detector over a video: pictures in, event probabilities out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.models.dive_detector import HALO, DiveDetector
from inference.models.talnn import EVENTS


def standardised(frames: Tensor) -> Tensor:
    """(batch, 3, time, height, width) colours around 0 of (batch, time, height, width, 3) BGR bytes or floats."""
    return ((frames.float() - 127.5) / 64.0).permute(0, 4, 1, 2, 3)


@torch.inference_mode()
def event_probabilities(
    detector: DiveDetector, pictures: Iterable[npt.NDArray[np.uint8]], *, half_precision: bool = True, chunk: int = 256
) -> npt.NDArray[np.float32]:
    """(3, n) start, mid and end probabilities of n pictures, the first and last repeated beyond the ends.

    Args:
        detector: in evaluation mode.
        pictures: (height, width, 3) BGR bytes each, in the size it was trained on.
        half_precision: whether to compute in bfloat16.
        chunk: pictures evaluated together.
    """
    device = next(detector.parameters()).device
    waiting: list[npt.NDArray[np.uint8]] = []
    results: list[Tensor] = []

    def evaluate(last: bool) -> None:
        while len(waiting) > 2 * HALO and (last or len(waiting) >= chunk + 2 * HALO):
            taken = waiting[: chunk + 2 * HALO]
            frames = standardised(torch.from_numpy(np.stack(taken))[None].to(device))
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half_precision):
                results.append(torch.sigmoid(detector(frames).float())[0].cpu())
            del waiting[: len(taken) - 2 * HALO]

    for picture in pictures:
        if not waiting and not results:
            waiting.extend([picture] * HALO)
        waiting.append(picture)
        evaluate(last=False)
    if not waiting:
        return np.zeros((len(EVENTS), 0), np.float32)
    waiting.extend([waiting[-1]] * HALO)
    evaluate(last=True)
    return np.asarray(torch.cat(results, dim=1).numpy(), dtype=np.float32)
