"""What the time stamps and packets of a file say about it: a constant frame rate or not, damage, gaps, a lost end."""

from __future__ import annotations

import numpy as np

from inference.video.frame_index import FrameIndex, IntArray
from inference.video.packet_scan import MISSING, PacketTable
from inference.video.packet_structure import Condition
from inference.video.truncation import is_cut_off

_GAP = 1.5
"""Steps of this many usual ones are gaps, if the other steps are even."""

_MOST_GAPS = 0.05
_REORDERED = 16


def is_variable(pts: IntArray) -> bool:
    """Whether steps between frames differ from the usual one by more than rounding to ticks explains."""
    return bool(_uneven(pts).any())


def problems_of(index: FrameIndex, packets: PacketTable, shown: IntArray, lost: IntArray) -> tuple[str, ...]:
    """What a person should know about a file, each the rest of a sentence that starts with its name.

    Args:
        index: of the file.
        packets: in file order.
        shown: time stamps of all frames, lost ones included, in order.
        lost: those of them that do not decode.
    """
    is_end_missing = packets.is_cut_off or is_cut_off(index.path)
    # Where a file breaks off, so does the reordering of its last frames.
    problems = [*_damage(index, packets, lost), *_gaps(index, shown[:-_REORDERED] if is_end_missing else shown)]
    if is_end_missing:
        frames = _counted(index.frame_count, "frame")
        problems.append(f"is cut off; its {frames} up to {index.times_s[-1]:.2f} s can be read.")
    return tuple(problems)


def _damage(index: FrameIndex, packets: PacketTable, lost: IntArray) -> list[str]:
    is_damaged = (packets.condition == Condition.DAMAGED) & ~packets.is_hidden
    if not is_damaged.any():
        return []
    # Leading pictures at the start that never decode are no damage.
    lost = lost[lost > index.pts[0]]
    affected = np.concatenate([packets.pts[is_damaged & (packets.pts != MISSING)], lost])
    where = ""
    if len(affected):
        # Pictures made from a damaged one are wrong too, until the next key frame.
        keys = index.pts[index.is_key]
        after = np.searchsorted(index.pts, keys[keys > affected.max()][:1]) if len(keys) else []
        last = index.pts[after[0] - 1] if len(after) and after[0] > 0 else index.pts[-1]
        where = f" {_extent(index, np.append(affected, last))}"
    lost_frames = f"{_counted(len(lost), 'frame')} there cannot be decoded and others" if len(lost) else "frames there"
    return [f"is damaged{where}: {lost_frames} may look wrong."]


def _gaps(index: FrameIndex, shown: IntArray) -> list[str]:
    """Stretches without frames in a file whose frames otherwise come evenly."""
    shown = shown[shown >= index.pts[0]]
    if not 0 < np.count_nonzero(_uneven(shown)) <= max(_MOST_GAPS * len(shown), 1):
        return []
    steps = np.diff(shown)
    gaps = np.flatnonzero(steps > _GAP * np.median(steps))
    if len(gaps) == 0:
        return []
    first = _extent(index, shown[gaps[0] : gaps[0] + 2])
    where = first if len(gaps) == 1 else f"in {len(gaps)} places, the first {first}"
    return [f"lacks frames {where}; part of it is damaged, or recording paused."]


def _uneven(pts: IntArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(steps,) whether each step differs from the usual one."""
    steps = np.diff(pts)
    if len(steps) < 2:
        return np.zeros(len(steps), dtype=np.bool_)
    usual = float(np.median(steps))
    return np.asarray(np.abs(steps - usual) > max(1.0, 0.01 * usual))


def _extent(index: FrameIndex, pts: IntArray) -> str:
    seconds = (pts - index.pts[0]) * float(index.time_base)
    first, last = f"{max(seconds.min(), 0.0):.2f} s", f"{max(seconds.max(), 0.0):.2f} s"
    return f"at {first}" if first == last else f"between {first} and {last}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
