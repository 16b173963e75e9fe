"""The program's dive detector: when dives happen and where, in one look over the video.

The thesis has one network for when (TALNN, section 5.3) and one for where (section 5.4). Here it is one. The picture is
cut into patches of 4 x 4 pixels; seven 3D convolutions over space and time, two of which halve the picture, turn them
into a map of cells, 16 pixels apart; and every cell says how probable it is that a dive starts, is under way or ends
right there, and how far from the cell's middle the diver is. That a dive is under way anywhere is what the most certain
cell says. So a diver of a few pixels is not lost in an average over the picture, and the place comes for nothing.

No convolution is padded in time, so that 21 pictures shrink to exactly one, and every output depends on its own 21
pictures and on nothing else. Hence three ways to evaluate it give the same numbers: window by window, dense over a
chunk with ten pictures more at both ends, and streaming with the last pictures of each layer carried along. Dense and
streaming do each picture's work once instead of 21 times.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from inference.models.talnn import EVENTS, WINDOW

HALO = (WINDOW - 1) // 2
"""Pictures that an output sees before and after its own."""

CELL = 16
"""From the middle of one cell to that of the next, px."""

_PATCH = 4
_MIDDLE = 127.5
_SPREAD = 64.0
_FIRST_MIDDLE = _PATCH / 2
_RARE = -4.0


@dataclass(frozen=True, slots=True, eq=False)
class DetectorMaps:
    """What the detector says about consecutive pictures.

    Args:
        events: (batch, 3, time, rows, columns) logits in the order of EVENTS.
        offsets: (batch, 2, time, rows, columns) from a cell's middle to the diver, x and y, in cells.
    """

    events: Tensor
    offsets: Tensor

    def event_logits(self) -> Tensor:
        """(batch, 3, time) logits that the event happens anywhere: those of the most certain cell."""
        return self.events.amax(dim=(3, 4))

    def positions(self) -> Tensor:
        """(batch, time, rows, columns, 2) where the diver is according to each cell, px of the detector's picture."""
        rows, columns = self.events.shape[-2:]
        y = torch.arange(rows, device=self.offsets.device)[:, None].expand(rows, columns)
        x = torch.arange(columns, device=self.offsets.device).expand(rows, columns)
        cells = torch.stack([x, y], dim=-1) + self.offsets.float().permute(0, 2, 3, 4, 1)
        return cells * CELL + _FIRST_MIDDLE


class DiveDetector(nn.Module):
    """Start, mid and end logits of every picture that has its window, cell by cell.

    Args:
        width: channels of the first two layers; the others have twice as many.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.width = width
        self.layers = nn.ModuleList(_layers(width))
        self.events = nn.Conv3d(2 * width, len(EVENTS), kernel_size=1)
        self.offsets = nn.Conv3d(2 * width, 2, kernel_size=1)
        nn.init.constant_(cast("Tensor", self.events.bias), _RARE)

    def forward(self, pictures: Tensor) -> DetectorMaps:
        """Dense evaluation; with 21 pictures, that of one window.

        Args:
            pictures: (batch, time, height, width, 3) BGR from 0 to 255, bytes or floats, at least 21 of them in time;
                height and width are multiples of 4.

        Returns:
            The maps of time - 20 pictures, the first for picture number 10.

        Raises:
            ValueError: if there are fewer pictures than a window has, or they cannot be cut into patches.
        """
        if pictures.shape[1] < WINDOW:
            raise ValueError(f"{pictures.shape[1]} pictures are fewer than the {WINDOW} of a window")
        features = patches(pictures)
        for layer in self.layers:
            features = layer(features)
        return self.maps(features)

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.events.weight.device

    def fused(self) -> DiveDetector:
        """A copy for use only, in evaluation mode: each normalisation is part of its convolution, which is quicker."""
        copied = copy.deepcopy(self).eval()
        for layer in copied.layers:
            cast("TimeLayer", layer).fuse()
        return copied

    def maps(self, features: Tensor) -> DetectorMaps:
        """What the heads make of the last layer's (batch, channels, time, rows, columns) features."""
        return DetectorMaps(self.events(features), self.offsets(features))


class DetectorStream:
    """A detector fed with pictures as they come (live video); carries what each layer has to remember.

    Args:
        detector: in evaluation mode, since batch statistics would differ from chunk to chunk.
    """

    def __init__(self, detector: DiveDetector) -> None:
        if detector.training:
            raise ValueError("a stream needs a detector in evaluation mode; call eval() first")
        self._detector = detector
        self._memories: tuple[Tensor | None, ...] = (None,) * len(detector.layers)

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self._detector.device

    @property
    def memories(self) -> tuple[Tensor | None, ...]:
        """What each layer remembers; who puts it back has taken back what was pushed since."""
        return self._memories

    @memories.setter
    def memories(self, memories: tuple[Tensor | None, ...]) -> None:
        self._memories = memories

    def go_on_with(self, detector: DiveDetector) -> None:
        """Let the same detector, maybe on another device, see what follows."""
        if detector is not self._detector:
            self._detector = detector
            self._memories = tuple(None if each is None else each.to(self.device) for each in self._memories)

    @torch.inference_mode()
    def push(self, pictures: Tensor) -> DetectorMaps | None:
        """Take the next pictures.

        Args:
            pictures: (batch, n, height, width, 3) that follow those of the last call; any n from 1 on.

        Returns:
            The maps that have become known, those of the pictures up to ten before the last one pushed; None while
            there are none.
        """
        features = patches(pictures)
        memories = list(self._memories)
        for number, layer in enumerate(self._detector.layers):
            memory = memories[number]
            seen = features if memory is None else torch.cat([memory, features], dim=2)
            needed = cast("TimeLayer", layer).frames_before
            memories[number] = seen[:, :, max(seen.shape[2] - needed, 0) :].clone()
            if seen.shape[2] <= needed:
                self._memories = tuple(memories)
                return None
            features = layer(seen)
        maps = self._detector.maps(features)
        self._memories = tuple(memories)
        return maps


class TimeLayer(nn.Module):
    """A 3D convolution without padding in time, normalised, and cut off below zero.

    Where it keeps the shape of a picture's features, they are added to what it makes of them.
    """

    def __init__(
        self, channels: int, wider: int, *, stride: int = 1, time_dilation: int = 1, dilation: int = 1
    ) -> None:
        super().__init__()
        self.convolution = nn.Conv3d(
            channels,
            wider,
            kernel_size=3,
            stride=(1, stride, stride),
            padding=(0, dilation, dilation),
            dilation=(time_dilation, dilation, dilation),
            bias=False,
        )
        self.norm: nn.Module = nn.BatchNorm3d(wider)
        self._is_residual = channels == wider and stride == 1

    def forward(self, frames: Tensor) -> Tensor:
        """(batch, channels, time, height, width) features of that many frames less `frames_before`."""
        output: Tensor = self.norm(self.convolution(frames))
        if self._is_residual:
            skipped = self.frames_before // 2
            output = output + frames[:, :, skipped:-skipped]
        return output.relu_()

    def fuse(self) -> None:
        """Put the normalisation into the convolution, for good; only in evaluation mode are the outputs the same."""
        if isinstance(self.norm, nn.BatchNorm3d):
            self.convolution = fuse_conv_bn_eval(self.convolution, self.norm)
            self.norm = nn.Identity()

    @property
    def frames_before(self) -> int:
        """How many frames an output sees besides its last one."""
        return (self.convolution.kernel_size[0] - 1) * self.convolution.dilation[0]


def cell_of(positions: Tensor, rows: int, columns: int) -> Tensor:
    """(..., 2) column and row of the cells that are nearest to (..., 2) positions in px of the detector's picture."""
    cells = ((positions - _FIRST_MIDDLE) / CELL).round().long()
    return torch.stack([cells[..., 0].clamp(0, columns - 1), cells[..., 1].clamp(0, rows - 1)], dim=-1)


def patches(pictures: Tensor) -> Tensor:
    """Standardised patches of 4 x 4 pixels as channels, in half precision where autocast computes in it.

    Args:
        pictures: (batch, time, height, width, 3) from 0 to 255.

    Returns:
        (batch, 48, time, height / 4, width / 4), channels last in memory.

    Raises:
        ValueError: if height or width is no multiple of 4.
    """
    batch, time, height, width, colours = pictures.shape
    if height % _PATCH or width % _PATCH:
        raise ValueError(f"pictures of {width} x {height} px cannot be cut into patches of {_PATCH} x {_PATCH}")
    rows, columns = height // _PATCH, width // _PATCH
    device = pictures.device.type
    precision = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else torch.float32
    if pictures.dtype == torch.uint8:
        cut = _cut_bytes(pictures, rows, columns)
        # Bytes are exact in half precision, and half as much to move; so are the results.
        values = cut.view(batch, time, rows, columns, -1).to(precision)
        torch.add(values.new_tensor(-_MIDDLE / _SPREAD), values, alpha=1 / _SPREAD, out=values)
    else:
        squares = pictures.reshape(batch, time, rows, _PATCH, columns, _PATCH * colours).transpose(3, 4)
        values = (squares.reshape(batch, time, rows, columns, -1).to(precision) - _MIDDLE) / _SPREAD
    return values.permute(0, 4, 1, 2, 3)


def _cut_bytes(pictures: Tensor, rows: int, columns: int) -> Tensor:
    """(batch, time, rows, columns, 4, 12) bytes: four rows of four pixels of each patch."""
    batch, time, _, _, colours = pictures.shape
    # The twelve bytes of such a row are three words. One word of each patch after the other is thrice as quick to move
    # as one patch after the other.
    words = pictures.contiguous().flatten(3).view(torch.int32).view(batch, time, rows, _PATCH, columns, colours)
    cut = words.new_empty(batch, time, rows, columns, _PATCH, colours)
    for row in range(_PATCH):
        for word in range(colours):
            cut[..., row, word] = words[:, :, :, row, :, word]
    return cut.view(torch.uint8)


def _layers(width: int) -> Iterator[TimeLayer]:
    yield TimeLayer(_PATCH * _PATCH * 3, width)
    yield TimeLayer(width, width, stride=2)
    yield TimeLayer(width, 2 * width)
    yield TimeLayer(2 * width, 2 * width, stride=2)
    yield TimeLayer(2 * width, 2 * width)
    yield TimeLayer(2 * width, 2 * width, time_dilation=2)
    yield TimeLayer(2 * width, 2 * width, time_dilation=3, dilation=2)
