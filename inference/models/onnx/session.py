"""Running an ONNX file: on the GPU where onnxruntime has one, else on the processor; one sentence when it cannot."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from inference.models.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime

Array = npt.NDArray[Any]

GPU_PROVIDERS: Final = (
    "CUDAExecutionProvider",
    "ROCMExecutionProvider",
    "MIGraphXExecutionProvider",
    "DmlExecutionProvider",
)
"""In order of preference. Apple's is left out: it rounds to half precision where it likes."""

_CUDA_PROVIDERS: Final = GPU_PROVIDERS[:3]
"""Those for which torch numbers the same devices as cuda:0, cuda:1 and so on."""

Provider = str | tuple[str, dict[str, str]]
"""A name, with settings if there are some."""

_TYPES: Final[dict[str, npt.DTypeLike]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
}
_SILENT = 4
_TOO_NEW = ("ir version", "ir_version", "opset")


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """An input or output as the file declares it; a side that it leaves open is None."""

    name: str
    shape: tuple[int | None, ...]
    type_name: str


class OnnxSession:
    """An ONNX file, ready to run."""

    def __init__(self, path: Path, session: onnxruntime.InferenceSession) -> None:
        self.path = path
        self._session = session
        self.inputs = tuple(_facts(node) for node in session.get_inputs())
        self.outputs = tuple(_facts(node) for node in session.get_outputs())

    @property
    def provider(self) -> str:
        """What runs it, in onnxruntime's words: CPUExecutionProvider, say."""
        return str(self._session.get_providers()[0])

    def run(self, values: Array) -> list[Array]:
        """All outputs for the first input.

        Args:
            values: for the first input, whose type they are turned into.

        Raises:
            ModelError: if they do not fit, or computing fails.
        """
        first = self.inputs[0]
        try:
            answer = self._session.run(None, {first.name: values.astype(input_type(first))})
        except Exception as error:  # whatever a provider raises, none of it has a common family
            raise ModelError(f"The model {self.path.name} cannot be run: {_first_line(error)}.") from error
        return [np.asarray(each) for each in answer]


def open_session(path: Path, device: str = "auto") -> OnnxSession:
    """Open an ONNX file.

    Args:
        path: the file.
        device: auto takes a GPU if onnxruntime can use one; of torch's names cuda:1, say, takes that GPU if it can, and
            any other the processor.

    Raises:
        ModelError: if the file is missing, broken, or newer than onnxruntime, or onnxruntime is not installed.
    """
    if not path.is_file():
        raise ModelError(f"There is no model at {path}.")
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError(
            f"ONNX models need the package onnxruntime, which cannot be used here ({_first_line(error)}); "
            "install it with: pip install onnxruntime"
        ) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _SILENT  # what goes wrong is raised, too
    # Threads that wait for work do so asleep: a window that plays video has other uses for the processor.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    last: Exception | None = None
    for providers in _provider_choices(onnxruntime, device):
        try:
            return OnnxSession(path, onnxruntime.InferenceSession(str(path), options, providers=providers))
        except Exception as error:  # noqa: BLE001 - providers raise what they like; the next one may do
            last = error
    raise ModelError(_sentence(path, last, onnxruntime.__version__)) from last


def input_type(facts: TensorFacts) -> npt.DTypeLike:
    """The type of numbers that an input takes.

    Raises:
        ModelError: if it takes none.
    """
    if facts.type_name not in _TYPES:
        raise ModelError(f"The input {facts.name} of the model takes {facts.type_name}, which no pose model does.")
    return _TYPES[facts.type_name]


def _provider_choices(onnxruntime: Any, device: str) -> list[list[Provider]]:
    """Lists of providers to try one after another; the last is the processor alone."""
    available = onnxruntime.get_available_providers()
    kind, _, number = device.partition(":")
    wanted = {"auto": GPU_PROVIDERS, "cuda": _CUDA_PROVIDERS}.get(kind, ())
    gpus = [name for name in wanted if name in available]
    if "CUDAExecutionProvider" in gpus and hasattr(onnxruntime, "preload_dlls"):
        with contextlib.suppress(Exception):  # CUDA's libraries may lie where torch has its own, or nowhere
            onnxruntime.preload_dlls()
    numbered = [(gpu, {"device_id": number}) if number else gpu for gpu in gpus]
    return [[gpu, "CPUExecutionProvider"] for gpu in numbered] + [["CPUExecutionProvider"]]


def _facts(node: Any) -> TensorFacts:
    sides = tuple(side if isinstance(side, int) and side > 0 else None for side in node.shape)
    return TensorFacts(str(node.name), sides, str(node.type))


def _sentence(path: Path, error: Exception | None, version: str) -> str:
    said = str(error)
    if any(word in said.lower() for word in _TOO_NEW):
        return (
            f"The model {path.name} was made for a newer ONNX than onnxruntime {version} knows "
            f"({_first_line(error)}); update it with: pip install --upgrade onnxruntime"
        )
    if "NOT_IMPLEMENTED" in said or "could not find an implementation" in said.lower():
        return f"The model {path.name} needs something that onnxruntime {version} cannot do: {_first_line(error)}."
    return f"{path} is no ONNX model that can be used; it may be cut off ({_first_line(error)})."


def _first_line(error: Exception | None) -> str:
    """The first line of what an error says, without onnxruntime's code in front and the full stop behind."""
    line = (str(error).strip().splitlines() or ["no reason given"])[0]
    return line.rsplit(" : ", maxsplit=1)[-1].strip().rstrip(".")
