"""Runs pose models off the GUI thread for the heatmap inspector, and keeps the answers that were given last."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.heatmap_looks import Question, heatmaps_of
from app.window.error_words import explain
from app.window.jobs import Job, JobContext, JobRunner

if TYPE_CHECKING:
    from inference.pose.crop_estimator import CropPoseEstimator
    from inference.pose.crop_heatmaps import CropLook

log = logging.getLogger(__name__)

KEPT: Final = 12
"""Answers; one of a network of many stages takes some megabytes."""


class HeatmapAnswers(QObject):
    """One question at a time, always the latest; what nobody wants to know any more is never begun.

    It has a worker thread of its own, since those of the window may be busy with a long analysis.
    """

    answered = Signal()
    """Something that was asked has an answer now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = JobRunner(self, thread_count=1)
        self._job: Job | None = None
        self._wanted: tuple[tuple[Question, ...], Any] | None = None
        self._answers: OrderedDict[Question, CropLook | str] = OrderedDict()
        self._generation = 0
        # Used by the running job alone, and by the GUI thread while there is none.
        self._loaded: dict[Path, CropPoseEstimator] = {}

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
        """Nobody looks: free what the models take."""
        self._wanted = None
        if self._job is None:
            self._loaded.clear()

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
        generation = self._generation

        def work(context: JobContext) -> None:
            picture = np.ascontiguousarray(pixels[..., :3])
            for question in questions:
                context.cancel.raise_if_cancelled()
                context.publish((generation, question, self._asked(question, picture)))

        self._job = self._jobs.start("Looking into heatmaps", work, tells_failure=False)
        self._job.published.connect(self._take)
        self._job.finished.connect(self._end)

    def _asked(self, question: Question, picture: Any) -> CropLook | str:
        """What the model says; called by the running job alone. An error is told as its sentence."""
        from inference.models.pose_estimators import load_estimator

        path = question.model.path
        try:
            if path not in self._loaded:
                while len(self._loaded) > 1:  # two can be compared
                    self._loaded.pop(next(iter(self._loaded)))
                self._loaded[path] = load_estimator(str(path))
            return heatmaps_of(self._loaded[path], question.model.title, picture, question.region)
        except Exception as error:  # whatever it is, the inspector says it in place of the heatmap
            sentence, details = explain(error, "looking into heatmaps")
            log.warning("%s", sentence, exc_info=error if details else None)
            return sentence

    def _take(self, found: tuple[int, Question, CropLook | str]) -> None:
        generation, question, answer = found
        if generation != self._generation:
            return
        self._answers[question] = answer
        while len(self._answers) > KEPT:
            self._answers.popitem(last=False)
        self.answered.emit()

    def _end(self) -> None:
        self._job = None
        self._go_on()
