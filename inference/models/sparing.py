"""Going on with less where a device runs out of memory: fewer things at once, then the processor, and saying so."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Final, Generic, Literal, Protocol, TypeVar, runtime_checkable

from inference.models.errors import ModelError
from inference.models.free_memory import give_free_memory_back

log = logging.getLogger(__name__)

Device = Literal["auto", "cpu"]
OnNotice = Callable[[str], object]

_Model = TypeVar("_Model")
_Result = TypeVar("_Result")

_NO_MEMORY: Final = (
    "out of memory",
    "not enough memory",
    "insufficient memory",
    "failed to allocate memory",
    "can't allocate memory",
    "cannot allocate memory",
    "alloc_failed",
    "bad allocation",
    "bad_alloc",
)


@runtime_checkable
class OnDevice(Protocol):
    """A model that says where it computes."""

    @property
    def device(self) -> object:
        """The device; as text it is in torch's words: cpu, cuda:0, mps."""
        ...


class Sparing(Generic[_Model]):
    """A model on the device that there is memory for.

    Args:
        title: of the model, for a person.
        load: loads it: for auto onto the device where it is to compute, for cpu onto the processor.
        largest: how many things it is shown at once.
        on_notice: told a sentence whenever it goes on with less.
        things: what they are.
        advice: what a person can do if there is too little memory for one thing on the processor.

    Raises:
        ModelError: if the model cannot be loaded.
    """

    def __init__(
        self,
        title: str,
        load: Callable[[Device], _Model],
        largest: int,
        on_notice: OnNotice,
        *,
        things: str = "frames",
        advice: str = "choose a smaller model",
    ) -> None:
        self._title, self._load, self._on_notice = title, load, on_notice
        self._things, self._advice = things, advice
        self._largest = self._at_once = largest
        self._model = self._on_any_device()

    @property
    def at_once(self) -> int:
        """How many things there is memory for."""
        return self._at_once

    @property
    def device(self) -> str:
        """Where it computes: cpu, cuda:0, mps …; cpu for those that do not say."""
        return device_of(self._model)

    @property
    def model(self) -> _Model:
        """The model where it is now."""
        if self._model is None:
            self._model = self._load("cpu")
        return self._model

    def in_parts(self, count: int, work: Callable[[_Model, slice], _Result]) -> list[_Result]:
        """The results of a work on count things, of as many at once as there is memory for, in their order.

        Args:
            count: of the things.
            work: done on some of them by the model; leaves nothing half done when it runs out of memory.

        Raises:
            ModelError: if there is not even memory for one thing on the processor.
        """
        results: list[_Result] = []
        done = 0
        while done < count:
            part = slice(done, min(done + self._at_once, count))
            has_room, found = self._tried(work, part)
            if has_room:
                results += found
                done = part.stop
            else:
                self._make_do_with_less(part.stop - part.start)
        return results

    def _on_any_device(self) -> _Model | None:
        """The model, on a GPU if there is one; None where it does not fit into its memory."""
        try:
            return self._load("auto")
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            log.warning("%s does not fit into memory: %s", self._title, str(error))
        self._tell_of_processor()
        return None

    def _tried(self, work: Callable[[_Model, slice], _Result], part: slice) -> tuple[bool, list[_Result]]:
        """Whether there was enough memory, and the result. The error ends here, since what it holds is to be freed."""
        try:
            return True, [work(self.model, part)]
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            # The text alone: a record would keep the error, and with it what is to be freed.
            log.warning("%s on %s: %s", self._title, self.device, str(error))
            return False, []

    def _make_do_with_less(self, tried: int) -> None:
        is_on_processor = self.device == "cpu"
        if tried > 1:
            self._at_once = tried // 2
            where = "The processor" if is_on_processor else "The GPU"
            self._on_notice(
                f"{where} has too little memory for {tried} {self._things} at once; "
                f"{self._title} looks at {self._at_once} at once now."
            )
        elif not is_on_processor:
            self._model, self._at_once = None, self._largest
            self._tell_of_processor()
        else:
            raise ModelError(f"There is too little memory for {self._title}; {self._advice}.")
        free_device_memory()

    def _tell_of_processor(self) -> None:
        self._on_notice(
            f"The GPU has too little memory for {self._title}; it computes on the processor now, more slowly."
        )


def device_of(model: object) -> str:
    """Where a model computes: cpu, cuda:0, mps …; cpu for those that do not say."""
    return str(model.device) if isinstance(model, OnDevice) else "cpu"


def is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, says that memory ran out, in the words of any library.

    torch and onnxruntime raise errors of their own, which are known by their words so that neither is imported.
    """
    while error is not None:
        is_named_so = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
        if is_named_so or any(words in str(error).lower() for words in _NO_MEMORY):
            return True
        error = error.__cause__
    return False


def free_device_memory() -> None:
    """Give back what freed tensors still hold; does nothing where no library with memory of its own is loaded."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
    give_free_memory_back()
