"""What: classifying dives by the trained classifier (thesis section 5.5), as the rules allow from their board.

A dive's clip is cut along its path and shown to the network; its five heads, each brought to mean what it says, give
the probability of every dive that can be done from the board. The heads' probabilities go with the dive, so that
`inference.diving.code_decoding.decode_code` says the same again, or anew once somebody has said which board it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from inference.diving.boards import Board
from inference.diving.code_decoding import CodeDecoding, decode_code
from inference.diving.tracked_clip import plan_clip, read_clip, shown_clip
from inference.models.sparing import Device, OnNotice, Sparing
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, ModelIdentity
from inference.video.reader import FrameReader

if TYPE_CHECKING:
    import torch

    from inference.models.classifier_weights import StoredClassifier


TITLE = "the dive classifier"


@dataclass(frozen=True, slots=True, eq=False)
class DiveClassification:
    """What the classifier says of a dive.

    Args:
        heads: by attribute the calibrated probability of every value, each attribute by itself.
        decoding: the most probable dives that the rules allow, and what follows from them for each attribute.
    """

    heads: Mapping[str, Mapping[str, float]]
    decoding: CodeDecoding

    def added_to(self, dive: DetectedDive) -> DetectedDive:
        """The dive with the most probable code, how probable it is, and what the heads say."""
        best = self.decoding.best
        return replace(
            dive, code=str(best.code), code_probability=best.probability, attribute_probabilities=dict(self.heads)
        )


@dataclass(frozen=True, slots=True)
class LoadedClassifier:
    """A classifier ready for use."""

    stored: StoredClassifier
    notices: tuple[str, ...] = ()
    """What a person should know of where it computes."""

    @classmethod
    def load(cls, weights: Path) -> Self:
        """The classifier whose weights a file holds, on the graphics processor where there is one with enough memory.

        Raises:
            ModelError: if the file is missing or holds something else.
        """
        import torch

        from inference.models.classifier_weights import load_classifier

        def load(place: Device) -> StoredClassifier:
            return load_classifier(weights, "cuda" if place == "auto" and torch.cuda.is_available() else "cpu")

        notices: list[str] = []
        return cls(Sparing(TITLE, load, 1, notices.append).model, tuple(notices))

    @property
    def identity(self) -> ModelIdentity:
        """How predictions name it."""
        return ModelIdentity(f"dive classifier, {self.stored.design.kind}", "1", self.stored.weights_hash)

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return next(self.stored.network.parameters()).device

    def sparing(self, on_notice: OnNotice) -> SparingClassifier:
        """The same, which goes on on the processor where memory runs out, and says so."""
        for notice in self.notices:
            on_notice(notice)
        return SparingClassifier(self, on_notice)

    def heads(self, clip: npt.NDArray[np.uint8]) -> dict[str, dict[str, float]]:
        """By attribute the calibrated probability of every value.

        Args:
            clip: (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) BGR of one dive, as `read_clip` cuts it.
        """
        import torch

        from inference.models.c3d import attribute_probabilities
        from inference.models.classifier_designs import standardised
        from inference.models.precision import is_half_precision_quick

        stored = self.stored
        device = self.device
        is_quick = is_half_precision_quick(str(device))
        precision: Any = torch.autocast(device.type, dtype=torch.bfloat16) if is_quick else nullcontext()
        shown = torch.from_numpy(shown_clip(clip, stored.design.frames, stored.design.side)[None]).to(device)
        with torch.inference_mode(), precision:
            logits = stored.network(standardised(shown))
        cooled = {name: values.float() / stored.temperatures[name] for name, values in logits.items()}
        return attribute_probabilities(cooled)[0]


class SparingClassifier:
    """A classifier that computes on the processor where memory runs out.

    Args:
        loaded: the classifier.
        on_notice: told a sentence when it does.
    """

    def __init__(self, loaded: LoadedClassifier, on_notice: OnNotice) -> None:
        from inference.models.processor_copy import on_processor

        def placed(place: Device) -> LoadedClassifier:
            if place == "auto":
                return loaded
            return LoadedClassifier(replace(loaded.stored, network=on_processor(loaded.stored.network)))

        self.identity = loaded.identity
        self._classifier = Sparing(TITLE, placed, 1, on_notice, things="dives", advice="close other programs")

    def heads(self, clip: npt.NDArray[np.uint8]) -> dict[str, dict[str, float]]:
        """See `LoadedClassifier`.

        Raises:
            ModelError: if there is not even memory for one dive on the processor.
        """
        return self._classifier.in_parts(1, lambda classifier, _: classifier.heads(clip))[0]


def classify_dive(
    reader: FrameReader,
    dive: DetectedDive,
    classifier: LoadedClassifier | SparingClassifier,
    *,
    board: Board | None = None,
    count: int = 5,
) -> DiveClassification | None:
    """What the classifier says of a dive.

    Args:
        reader: its video, open; another one than that from which frames are being streamed.
        dive: where the diver is and when.
        classifier: see the class.
        board: where the dive started, if known better than the dive says.
        count: how many dives to rank, the most probable and the runners-up.

    Returns:
        None for a dive without a path, which says nothing of where to look.

    Raises:
        VideoError: if the video cannot be read.
    """
    if dive.trajectory is None:
        return None
    if board is None and dive.board is not None:
        board = Board.from_key(dive.board)
    index = reader.index
    size = index.width, index.height
    plan = plan_clip(dive.interval, dive.trajectory, board, size, last_frame=index.frame_count - 1)
    heads = classifier.heads(read_clip(reader, plan))
    return DiveClassification(heads, decode_code(heads, board, count=count))


def classify_dives(
    reader: FrameReader,
    dives: Sequence[DetectedDive],
    classifier: LoadedClassifier | SparingClassifier,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    on_dive: Callable[[DetectedDive], None] | None = None,
) -> tuple[DetectedDive, ...]:
    """The dives with their codes, as far as they have a path.

    Args:
        reader: their video, open.
        dives: what was found in it.
        classifier: see the class.
        progress: told the share of the dives that is done.
        cancel: asked before every dive.
        on_dive: told every dive with its code as soon as it is known.

    Raises:
        VideoError: if the video cannot be read.
        Cancelled: if cancelled.
    """
    classified = []
    for number, dive in enumerate(dives):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if progress is not None:
            progress(number / len(dives), "classifying dives")
        said = classify_dive(reader, dive, classifier)
        classified.append(dive if said is None else said.added_to(dive))
        if on_dive is not None:
            on_dive(classified[-1])
    return tuple(classified)
