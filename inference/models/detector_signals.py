"""The signals of a dive detector over a video: pictures in; event probabilities and candidates for the diver out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.models.detector_input import CANDIDATE_COUNT
from inference.models.dive_detector import HALO, DetectorMaps, DiveDetector
from inference.models.precision import is_half_precision_quick
from inference.models.talnn import EVENTS

_MID = EVENTS.index("mid")


@dataclass(frozen=True, slots=True, eq=False)
class DetectorSignals:
    """What a detector says about n consecutive pictures.

    Args:
        probabilities: (3, n) of start, mid and end.
        candidates: (n, 4, 3) where a diver may be, best first: x and y as shares of the picture's width and height,
            and the probability that a dive is under way there. Cells next to a better one are left out; where there
            are fewer than four, the probability is 0.
    """

    probabilities: npt.NDArray[np.float32]
    candidates: npt.NDArray[np.float32]

    @classmethod
    def joined(cls, parts: Iterable[DetectorSignals]) -> DetectorSignals:
        """Those of all parts in a row; of none, those of no picture."""
        kept = list(parts)
        none = np.zeros((len(EVENTS), 0), np.float32), np.zeros((0, CANDIDATE_COUNT, 3), np.float32)
        return cls(
            np.concatenate([none[0], *(part.probabilities for part in kept)], axis=1),
            np.concatenate([none[1], *(part.candidates for part in kept)]),
        )


def detector_signals(
    detector: DiveDetector,
    pictures: Iterable[npt.NDArray[np.uint8]],
    *,
    half_precision: bool | None = None,
    chunk: int = 128,
) -> Iterator[DetectorSignals]:
    """The signals of each picture, in consecutive parts; the first and last picture are repeated beyond the ends.

    Args:
        detector: in evaluation mode.
        pictures: (height, width, 3) BGR bytes each, in the size it was trained on.
        half_precision: whether to compute in bfloat16; None where that is quicker.
        chunk: pictures evaluated together.
    """
    waiting: list[npt.NDArray[np.uint8]] = []
    for picture in pictures:
        if not waiting:
            waiting.extend([picture] * HALO)
        waiting.append(picture)
        if len(waiting) == chunk + 2 * HALO:
            yield signals_of_chunk(detector, np.stack(waiting), half_precision=half_precision)
            del waiting[:chunk]
    if waiting:
        waiting.extend([waiting[-1]] * HALO)
        while len(waiting) > 2 * HALO:
            yield signals_of_chunk(detector, np.stack(waiting[: chunk + 2 * HALO]), half_precision=half_precision)
            del waiting[:chunk]


@torch.inference_mode()
def signals_of_chunk(
    detector: DiveDetector, pictures: npt.NDArray[np.uint8], *, half_precision: bool | None = None
) -> DetectorSignals:
    """The signals of all but the first and last ten of (n, height, width, 3) BGR pictures; n is at least 21."""
    device = next(detector.parameters()).device
    if half_precision is None:
        half_precision = is_half_precision_quick(device.type)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half_precision):
        maps = detector(torch.from_numpy(pictures)[None].to(device))
    probabilities = torch.sigmoid(maps.event_logits().float())[0].cpu()
    return DetectorSignals(probabilities.numpy(), _candidates(maps, pictures.shape[2], pictures.shape[1]))


def _candidates(maps: DetectorMaps, width: int, height: int) -> npt.NDArray[np.float32]:
    mid = maps.events[0, _MID].float()
    count = min(CANDIDATE_COUNT, mid[0].numel())
    is_peak = mid == functional.max_pool2d(mid[:, None], 3, stride=1, padding=1)[:, 0]
    logits, places = mid.masked_fill(~is_peak, -torch.inf).flatten(1).topk(count, dim=1)
    xy = maps.positions()[0].flatten(1, 2).gather(1, places[..., None].expand(-1, -1, 2))
    shares = xy / torch.tensor([width, height], dtype=torch.float32, device=xy.device)
    found = torch.cat([shares, torch.sigmoid(logits)[..., None]], dim=2)
    padded: Tensor = functional.pad(found, (0, 0, 0, CANDIDATE_COUNT - count)).cpu()
    return np.asarray(padded.numpy(), dtype=np.float32)
