"""Deal whole videos out to training, validation and testing; a video is never divided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

SPLITS = ("training", "validation", "testing")
DEFAULT_FRACTIONS: Mapping[str, float] = {"training": 0.8, "validation": 0.1, "testing": 0.1}


def split_videos(
    fingerprints: Iterable[str], fractions: Mapping[str, float] = DEFAULT_FRACTIONS, seed: int = 0
) -> dict[str, str]:
    """The split of each video.

    Videos are put in the order of a hash of seed and fingerprint, which depends on nothing else, and the order is cut
    at the given fractions: the same videos and seed give the same splits on every machine, whatever the videos are
    called. Numbers of videos are rounded by largest remainder, earlier splits first, so a single video is for training.
    A video more or less moves at most the videos at the cuts.

    Args:
        fingerprints: content fingerprints; a repeated one counts once.
        fractions: share of each split by its name; they need not sum to one, an absent split gets nothing.
        seed: another seed gives another division.

    Returns:
        Split by fingerprint.

    Raises:
        ValueError: if a split has an unknown name, a share is negative, or all are zero.
    """
    total = _checked_total(fractions)
    ordered = sorted(set(fingerprints), key=lambda fingerprint: _rank(seed, fingerprint))
    shares = [len(ordered) * fractions.get(split, 0.0) / total for split in SPLITS]
    counts = [int(share) for share in shares]
    by_remainder = sorted(range(len(SPLITS)), key=lambda position: (counts[position] - shares[position], position))
    for position in by_remainder[: len(ordered) - sum(counts)]:
        counts[position] += 1
    names = [split for split, count in zip(SPLITS, counts, strict=True) for _ in range(count)]
    return dict(zip(ordered, names, strict=True))


def _checked_total(fractions: Mapping[str, float]) -> float:
    for name, share in fractions.items():
        if name not in SPLITS:
            raise ValueError(f"There is no split {name!r}; the splits are {', '.join(SPLITS)}.")
        if not share >= 0:
            raise ValueError(f"The share of {name} is {share}; it must not be negative.")
    total = sum(fractions.values())
    if not 0 < total < float("inf"):
        raise ValueError("The shares of the splits sum to nothing; give at least one of them a positive share.")
    return total


def _rank(seed: int, fingerprint: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{fingerprint}".encode()).digest()
