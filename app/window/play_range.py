"""Which frames of a video play: all of them or a working zone, once or round and round."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class PlayRange:
    """The zone (first and last frame, inclusive) counts while the playback loops."""

    frame_count: int = 0
    zone: tuple[int, int] | None = None
    loops: bool = False

    @property
    def ends(self) -> tuple[int, int]:
        """First and last frame (inclusive) that play."""
        if self.loops and self.zone is not None:
            return self.zone
        return 0, self.frame_count - 1

    def start_from(self, position: int, direction: int) -> int:
        """Where playing begins: here, or where the range does if this is outside of a loop or at the very end."""
        first, last = self.ends
        begin, end = (first, last) if direction > 0 else (last, first)
        is_over = not first <= position <= last if self.loops else position == end
        return begin if is_over else position

    def ahead(self, frame: int, direction: int, count: int) -> list[int]:
        """The frames from this one on, which comes first, as they are played: round the loop, not beyond the end."""
        first, last = self.ends
        if not first <= frame <= last:
            first, last = 0, self.frame_count - 1
        frames = [frame + direction * place for place in range(count)]
        length = last - first + 1
        if self.loops:
            return [first + (number - first) % length for number in frames[:length]]
        return [number for number in frames if first <= number <= last]
