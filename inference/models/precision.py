"""Whether computing in half precision pays."""

from __future__ import annotations

import torch


def is_half_precision_quick(device: str) -> bool:
    """Whether a device computes in bfloat16 itself; processors that do not only pretend to, and are slower for it.

    Args:
        device: such as cpu or cuda:0.
    """
    kind = torch.device(device).type
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if kind == "cpu" and torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]  # torch's
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001 - torch has no public word for it
    return False
