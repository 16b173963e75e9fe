"""The signals of a dive detector over a video: pictures in; event probabilities and candidates for the diver out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.models.detector_input import CANDIDATE_COUNT
from inference.models.dive_detector import HALO, DetectorMaps, DetectorStream, DiveDetector
from inference.models.free_memory import give_free_memory_back
from inference.models.precision import is_half_precision_quick
from inference.models.sparing import Sparing
from inference.models.talnn import EVENTS

CHUNK = 24
"""Pictures evaluated together: so few that what a layer makes of them stays in the processor's cache.

Twice or half as many take as long each; but those at the end of a video wait for the last of them to be decoded.
"""

MOST_AT_ONCE = CHUNK + 2 * HALO
"""Pictures of a first chunk, which has some before it as well as after it."""

_MID = EVENTS.index("mid")
_CHUNKS_AHEAD = 2
_CHUNKS_BETWEEN_TRIMS = 64
"""About a minute of video; giving memory back takes some milliseconds."""


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
    detector: DiveDetector | Sparing[DiveDetector],
    pictures: Iterable[npt.NDArray[np.uint8]],
    *,
    half_precision: bool | None = None,
    chunk: int = CHUNK,
) -> Iterator[DetectorSignals]:
    """The signals of each picture, in consecutive parts; the first and last picture are repeated beyond the ends.

    Each picture goes through the detector once, in a thread of its own, while the next ones are fetched.

    Args:
        detector: in evaluation mode; one that is sparing goes on with less where memory runs out.
        pictures: (height, width, 3) BGR bytes each, in the size it was trained on.
        half_precision: whether to compute in bfloat16; None where that is quicker.
        chunk: pictures evaluated together.
    """
    stream = DetectorStream(detector.model if isinstance(detector, Sparing) else detector)

    def signals_of(batch: npt.NDArray[np.uint8]) -> DetectorSignals | None:
        if not isinstance(detector, Sparing):
            return signals_of_stream(stream, batch, half_precision=half_precision)

        def work(network: DiveDetector, part: slice) -> DetectorSignals | None:
            stream.go_on_with(network)
            return signals_of_stream(stream, batch[part], half_precision=half_precision)

        parts = [part for part in detector.in_parts(len(batch), work) if part is not None]
        return DetectorSignals.joined(parts) if parts else None

    waiting: deque[Future[DetectorSignals | None]] = deque()
    with _detector_thread() as submit:
        for number, batch in enumerate(_batches(pictures, chunk), start=1):
            if number % _CHUNKS_BETWEEN_TRIMS == 0:
                give_free_memory_back()
            waiting.append(submit(signals_of, batch))
            if len(waiting) > _CHUNKS_AHEAD and (signals := waiting.popleft().result()) is not None:
                yield signals
        for future in waiting:
            if (signals := future.result()) is not None:
                yield signals


@torch.inference_mode()
def signals_of_stream(
    stream: DetectorStream, pictures: npt.NDArray[np.uint8], *, half_precision: bool | None = None
) -> DetectorSignals | None:
    """What has become known with (n, height, width, 3) more BGR pictures: up to the tenth before the last of them.

    After an error it is as if they had not been pushed. Computed in bfloat16 as said, or else where that is quicker.
    """
    kind, before = stream.device.type, stream.memories
    is_half = is_half_precision_quick(kind) if half_precision is None else half_precision
    try:
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=is_half):
            maps = stream.push(torch.from_numpy(pictures)[None].to(stream.device))
        return None if maps is None else signals_of_maps(maps, pictures.shape[2], pictures.shape[1])
    except Exception:  # whatever it was, it is raised again
        stream.memories = before
        raise


def signals_of_maps(maps: DetectorMaps, width: int, height: int) -> DetectorSignals:
    """What the detector's maps of pictures of such a size (px) amount to; of the first of a batch."""
    probabilities = torch.sigmoid(maps.event_logits().float())[0].cpu()
    return DetectorSignals(probabilities.numpy(), _candidates(maps, width, height))


def _batches(pictures: Iterable[npt.NDArray[np.uint8]], chunk: int) -> Iterator[npt.NDArray[np.uint8]]:
    """Stacks after each of which the signals of a chunk more are known; the ends are repeated."""
    waiting: list[npt.NDArray[np.uint8]] = []
    wanted = chunk + HALO
    last = None
    for picture in pictures:
        if last is None:
            waiting.extend([picture] * HALO)
            wanted += HALO
        last = picture
        waiting.append(picture)
        if len(waiting) == wanted:
            yield np.stack(waiting)
            waiting, wanted = [], chunk
    if last is not None:
        yield np.stack([*waiting, *[last] * HALO])


@contextmanager
def _detector_thread() -> Iterator[Callable[..., Future[DetectorSignals | None]]]:
    """A thread for the detector alone; PyTorch uses a quarter of the cores that it would use, at least one.

    Decoding wants the others, and threads of PyTorch that wait for one of theirs would keep them from it.
    """
    threads = torch.get_num_threads()
    with ThreadPoolExecutor(
        1, "detector", initializer=torch.set_num_threads, initargs=(max(threads // 4, 1),)
    ) as executor:
        try:
            yield executor.submit
        finally:
            # The number holds for threads to come, too.
            executor.submit(torch.set_num_threads, threads)


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
