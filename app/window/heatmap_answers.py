"""Runs pose models off the GUI thread for the heatmap inspector, and keeps the answers that were given last."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.heatmap_looks import Question, heatmaps_of
from app.loaded_models import LoadedModels, model_file
from app.pose_models import PoseModelChoice
from app.window.error_words import explain
from app.window.jobs import Job, JobContext, JobRunner
from app.window.settings import Settings

if TYPE_CHECKING:
    from inference.models.sparing import Device, Sparing
    from inference.pose.crop_estimator import CropPoseEstimator
    from inference.pose.crop_heatmaps import CropLook

    _Held = tuple[Hashable, Sparing[CropPoseEstimator]]

log = logging.getLogger(__name__)

KEPT: Final = 12
"""Answers; one of a network of many stages takes some megabytes."""

_HELD: Final = 2
"""Models, since two can be compared."""


class HeatmapAnswers(QObject):
    """One question at a time, always the latest; what nobody wants to know any more is never begun.

    It has a worker thread of its own, since those of the window may be busy with a long analysis.
    """

    answered = Signal()
    """Something that was asked has an answer now."""
    said = Signal(str)

    def __init__(self, models: LoadedModels, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._models, self._settings = models, settings
        self._jobs = JobRunner(self, thread_count=1)
        self._job: Job | None = None
        self._wanted: tuple[tuple[Question, ...], Any] | None = None
        self._answers: OrderedDict[Question, CropLook | str] = OrderedDict()
        self._generation = 0
        # The models that answered last, which else would be free again, each where there is memory for it.
        self._held: OrderedDict[Hashable, Sparing[CropPoseEstimator]] = OrderedDict()

    def answer(self, question: Question) -> CropLook | str | None:
        """The answer to exactly this, or a sentence that says why there is none; None as long as it is not known."""
        found = self._answers.get(question)
        if found is not None:
            self._answers.move_to_end(question)
        return found

    def want(self, questions: Sequence[Question], pixels: Any) -> None:
        """Ask these in place of whatever was asked before.

        Args:
            questions: about one frame; none if nothing is wanted any more.
            pixels: (height, width, 4) BGRA of that frame.
        """
        self._wanted = (tuple(questions), pixels) if questions else None
        self._go_on()

    def forget(self) -> None:
        """Another video, or other models: what was said no longer holds."""
        self._generation += 1
        self._answers.clear()
        self._wanted = None

    def rest(self) -> None:
        """Nobody looks, or other models are chosen: free what these take."""
        self._wanted = None
        self._generation += 1
        self._held.clear()

    def close(self) -> None:
        """Wait for the thread."""
        self._wanted = None
        self._jobs.close()

    def _go_on(self) -> None:
        if self._job is not None or self._wanted is None:
            return
        (questions, pixels), self._wanted = self._wanted, None
        questions = tuple(question for question in questions if question not in self._answers)
        if not questions:
            return
        generation, device = self._generation, self._settings.pose_device

        def work(context: JobContext) -> None:
            picture = np.ascontiguousarray(pixels[..., :3])
            for question in questions:
                context.cancel.raise_if_cancelled()
                context.publish((generation, question, *self._asked(question, picture, device)))

        self._job = self._jobs.start("Looking into heatmaps", work, tells_failure=False)
        self._job.published.connect(self._take)
        self._job.finished.connect(self._end)

    def _asked(self, question: Question, picture: Any, device: str) -> tuple[CropLook | str, _Held | None]:
        """What the model says, and the model; called by the running job. An error is told as its sentence."""
        choice = question.model
        key = model_file(choice), device
        try:
            sparing = self._held.get(key) or self._loaded(choice, device)
            seen = sparing.in_parts(1, lambda model, _: heatmaps_of(model, choice.title, picture, question.region))
        except Exception as error:  # whatever it is, the inspector says it in place of the heatmap
            sentence, details = explain(error, "looking into heatmaps")
            log.warning("%s", sentence, exc_info=error if details else None)
            return sentence, None
        return seen[0], (key, sparing)

    def _loaded(self, choice: PoseModelChoice, device: str) -> Sparing[CropPoseEstimator]:
        """A model where there is memory for it; ModelError if it cannot be loaded."""
        from inference.models.sparing import Sparing

        def load(where: Device) -> CropPoseEstimator:
            return self._models.get(choice, where if where == "cpu" else device, self.said.emit)

        return Sparing(choice.title, load, 1, self.said.emit)

    def _take(self, found: tuple[int, Question, CropLook | str, _Held | None]) -> None:
        generation, question, answer, held = found
        if generation != self._generation:
            return
        if held is not None:
            self._held[held[0]] = held[1]
            self._held.move_to_end(held[0])
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._answers[question] = answer
        while len(self._answers) > KEPT:
            self._answers.popitem(last=False)
        self.answered.emit()

    def _end(self) -> None:
        self._job = None
        self._go_on()
