"""Poses while the video plays: one worker thread answers what is wanted now, and forgets what no longer is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from inference.live.answers import AnswerCache, LiveAnswer, LiveKey
from inference.live.batches import BatchSize, PictureOf, to_compute
from inference.live.device_runner import DeviceRunner, LiveModel
from inference.live.meter import LiveMeter, LiveRate
from inference.live.model_threads import ModelThreads
from inference.models.errors import ModelError
from inference.models.sparing import free_device_memory
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import Picture
from inference.workers import one_opencv_thread

MOST_ANSWERS: Final = 4096
"""Some two megabytes without heatmaps; a minute and a half of video."""

LARGEST_BATCH: Final = 16

_CORES_FOR_WINDOW, _CORES_FOR_VIDEO = 1, 2


class LiveEngine:
    """Runs a pose model on frames as they are looked at.

    Nothing waits for it: what is wanted is said with `want`, each time in place of what was wanted before, and what is
    answered is looked up with `answer`. What nobody looks at yet is said with `want_later`, and has its turn only when
    nothing else can be computed. The callbacks are called in the worker's thread.

    Args:
        on_answers: told the answers of a batch, which can be looked up by then.
        on_error: told once that a model cannot be loaded or run; nothing more comes of it until `use` is called again.
        on_notice: told a sentence when there is too little memory to go on as before.
        most_answers: how many answers are kept.
        largest_batch: how many frames a model is shown at once.
        clock: seconds, counted from anywhere.
    """

    def __init__(
        self,
        *,
        on_answers: Callable[[Sequence[LiveAnswer]], None],
        on_error: Callable[[ModelError], None],
        on_notice: Callable[[str], None],
        most_answers: int = MOST_ANSWERS,
        largest_batch: int = LARGEST_BATCH,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._on_answers, self._on_error, self._on_notice = on_answers, on_error, on_notice
        self._largest_batch, self._clock = largest_batch, clock
        self._answers = AnswerCache(most_answers)
        self._meter = LiveMeter(clock)
        self._size, self._later_size = BatchSize(largest_batch), BatchSize(largest_batch)
        self._changed = threading.Condition()
        self._model: LiveModel | None = None
        self._is_model_new = False
        self._wanted: tuple[LiveKey, ...] = ()
        self._picture_of: PictureOf = _no_picture
        self._is_urgent = self._leaves_room = False
        self._later: tuple[LiveKey, ...] = ()
        self._later_picture_of: PictureOf = _no_picture
        self._is_closing = False
        self._runner: DeviceRunner | None = None  # of the worker alone
        self._threads = ModelThreads()  # likewise
        self._thread = threading.Thread(target=self._run, name="live-engine")
        self._thread.start()

    def use(self, model: LiveModel | None) -> None:
        """Answer by this model from now on; the one before is dropped. None answers nothing, and frees the memory.

        Answers of earlier models are kept as long as there is room. A model that has failed is tried again.
        """
        with self._changed:
            if model != self._model:
                self._model, self._is_model_new = model, True
                self._wanted, self._picture_of = (), _no_picture
                self._later, self._later_picture_of = (), _no_picture
                self._changed.notify()

    def want(
        self, keys: Sequence[LiveKey], picture_of: PictureOf, *, is_urgent: bool = False, leaves_room: bool = False
    ) -> None:
        """Say what is wanted now, the most wanted first; what was wanted before and is not any more is dropped.

        Args:
            keys: each about another frame of the same video.
            picture_of: gives the decoded frames of that video, from the worker's thread; not to be slow.
            is_urgent: whether each is wanted as soon as possible, and so computed alone, rather than many in less time.
            leaves_room: whether others need the processor besides, such as a playing video.
        """
        with self._changed:
            if keys and keys[0] not in self._wanted:
                self._size.restart()
            self._wanted, self._picture_of = tuple(keys), picture_of
            self._is_urgent, self._leaves_room = is_urgent, leaves_room
            self._changed.notify()

    def want_later(self, keys: Sequence[LiveKey], picture_of: PictureOf) -> None:
        """Say what to go on with while nothing that is wanted can be computed; see `want`."""
        with self._changed:
            self._later, self._later_picture_of = tuple(keys), picture_of
            self._changed.notify()

    def is_answered(self, key: LiveKey) -> bool:
        """Whether there is an answer to exactly this."""
        return key in self._answers

    def answer(self, key: LiveKey) -> LiveAnswer | None:
        """The answer to exactly this, if there is one."""
        return self._answers.get(key)

    @property
    def rate(self) -> LiveRate | None:
        """How fast the model is; None before its first answer."""
        runner, frame_s, slow_frame_s = self._runner, self._meter.frame_s, self._meter.slow_frame_s
        if runner is None or frame_s is None or slow_frame_s is None:
            return None
        return LiveRate(runner.device, frame_s, self._meter.frames_per_s, slow_frame_s)

    def close(self) -> None:
        """Stop, wait for the batch that is under way, and free everything; harmless when repeated."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        with one_opencv_thread():
            while (work := self._next_work()) is not None:
                work()
                # Else the pictures of the last batch would stay in memory for as long as nothing is wanted.
                del work
        self._threads.leave(0)
        self._runner = None

    def _next_work(self) -> Callable[[], None] | None:
        """Wait until there is something to do; None when closing."""
        with self._changed:
            while not self._is_closing:
                model, runner = self._model, self._runner
                if self._is_model_new:
                    self._is_model_new = False
                    return partial(self._load, model)
                if model is not None and runner is not None and (batch := self._next_batch(model, runner)):
                    return partial(self._compute, model, runner, batch)
                # Waiting, it must not keep alive what has been dropped.
                del runner
                self._changed.wait()
        return None

    def _next_batch(self, model: LiveModel, runner: DeviceRunner) -> list[tuple[LiveKey, Picture]]:
        for wanted, picture_of, size, largest in (
            (self._wanted, self._picture_of, self._size, 1 if self._is_urgent else runner.at_once),
            (self._later, self._later_picture_of, self._later_size, runner.at_once),
        ):
            keys = [key for key in wanted if key.model == model.key]
            waiting = to_compute(keys, picture_of, self._answers.__contains__, self._largest_batch + 1)
            if waiting:
                return waiting[: min(size.following(len(waiting), self._meter.frame_s), largest)]
        return []

    def _load(self, model: LiveModel | None) -> None:
        if self._runner is not None:
            self._runner = None
            free_device_memory()
        self._meter.restart()
        if model is None:
            return
        try:
            runner = DeviceRunner(model, self._largest_batch, self._on_notice)
            self._threads.leave(_CORES_FOR_VIDEO if self._leaves_room else _CORES_FOR_WINDOW)
            runner.prepare()
            self._runner = runner
        except Exception as error:  # noqa: BLE001 - whatever a model's library raises ends as one sentence
            self._fail(model, error)

    def _compute(self, model: LiveModel, runner: DeviceRunner, batch: Sequence[tuple[LiveKey, Picture]]) -> None:
        device = runner.device
        self._threads.leave(_CORES_FOR_VIDEO if self._leaves_room else _CORES_FOR_WINDOW)
        started_s = self._clock()
        keys = [key for key, _ in batch]
        try:
            pictures, regions = [picture for _, picture in batch], [key.region for key in keys]
            poses = runner.estimate(pictures, regions, with_maps=any(key.with_maps for key in keys))
        except Exception as error:  # noqa: BLE001 - see above
            self._fail(model, error)
            return
        if runner.device == device:
            self._meter.add(len(keys), self._clock() - started_s)
        else:
            self._meter.restart()
        answers = _answers(keys, runner.names, poses)
        for answer in answers:
            self._answers.put(answer)
        self._on_answers(answers)

    def _fail(self, model: LiveModel, error: Exception) -> None:
        """Drop the model, and say why, unless nobody wants it any more."""
        self._runner = None
        with self._changed:
            is_used = self._model == model and not self._is_model_new
            if is_used:
                self._model = None
        if is_used:
            self._on_error(error if isinstance(error, ModelError) else _in_a_sentence(model, error))


def _answers(keys: Sequence[LiveKey], names: tuple[str, ...], poses: EstimatedPoses) -> list[LiveAnswer]:
    nothing = [None] * len(keys)
    maps, depths = poses.maps or nothing, nothing if poses.depths is None else poses.depths
    values = zip(keys, poses.keypoints, poses.scores, maps, depths, strict=True)
    return [LiveAnswer(key, names, *answer) for key, *answer in values]


def _in_a_sentence(model: LiveModel, error: Exception) -> ModelError:
    reason = next(iter(str(error).splitlines()), "") or type(error).__name__
    told = ModelError(f"{model.title} cannot be run: {reason.rstrip('.')}.")
    told.__cause__ = error
    return told


def _no_picture(frame: int) -> None:
    del frame
