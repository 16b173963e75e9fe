"""Names for the rows of tables that compare several files of weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def told_apart(kinds: Sequence[str], paths: Sequence[Path]) -> list[str]:
    """A name for each file: what it holds; of those that hold the same kind of network, their folder's name too.

    Args:
        kinds: what each file holds, in words.
        paths: the files.

    Returns:
        The names, with the whole path where even the folder's name is not enough.
    """
    often = Counter(kinds)
    names = [
        kind if often[kind] == 1 else f"{kind}, {path.parent.name}" for kind, path in zip(kinds, paths, strict=True)
    ]
    again = Counter(names)
    return [
        name if again[name] == 1 else f"{kind}, {path}" for name, kind, path in zip(names, kinds, paths, strict=True)
    ]
