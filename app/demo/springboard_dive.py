"""One dive from a 3 m springboard: walk on, press, ballistic flight, entry; where the diver is at any time."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.demo.figure import LENGTHS_M, FloatArray, Pose, Posture, posture, turning
from inference.results import GRAVITY_M_S2, BallisticPath

BOARD_HEIGHT_M = 3.0
WALK_SPEED_M_S = 1.5
WALK_FROM_M = 4.8
STEP_BACK_M = 0.1
STAND_S = 0.7
PRESS_S = 0.95
CROUCHED_AT = 0.66
BOARD_LOWEST_AT = 0.70
SINK_S = 1.6
FLIGHT_SAMPLES = 400

STANDING = Pose()
READY = Pose(shoulder=175)
CROUCHED = Pose(hip=55, knee=75, shoulder=-35, ankle=15)
LEAVING = Pose(hip=8, knee=2, shoulder=165, ankle=60)
TUCKED = Pose(hip=132, knee=140, shoulder=2, elbow=72, neck=35, ankle=60)
PIKED = Pose(hip=140, shoulder=120, neck=30, ankle=70)
ENTERING = Pose(shoulder=180, ankle=70)

Keys = tuple[tuple[float, Pose], ...]


@dataclass(frozen=True)
class SpringboardDive:
    """A dive by its take-off time and what is done in the air.

    Args:
        take_off_s: time of the last contact with the board.
        half_somersaults: odd, so that the hands enter first.
        shape: `TUCKED` or `PIKED`.
        is_back: stands with the back to the water and turns backwards.
        rise_m_s: vertical speed of the centre of mass at take-off.
        travel_m_s: horizontal speed of the centre of mass in flight.
    """

    take_off_s: float
    half_somersaults: int
    shape: Pose
    is_back: bool = False
    rise_m_s: float = 4.6
    travel_m_s: float = 1.15
    suit: tuple[int, int, int] = field(default=(120, 40, 30))

    @property
    def facing(self) -> float:
        """1 towards the water, -1 with the back to it."""
        return -1.0 if self.is_back else 1.0

    @property
    def appears_s(self) -> float:
        """When the diver walks into the picture."""
        return self.take_off_s - PRESS_S - STAND_S - (WALK_FROM_M - STEP_BACK_M) / WALK_SPEED_M_S

    @property
    def entry_s(self) -> float:
        """When the hands touch the water."""
        return self.take_off_s + self.flight_s

    @property
    def gone_s(self) -> float:
        """When nothing of the diver can be seen any more."""
        return self.entry_s + SINK_S

    @cached_property
    def flight_s(self) -> float:
        """Seconds from the last contact with the board to the first contact with the water."""
        drop = self._take_off_centre[1] - self._entry_reach_m
        return (self.rise_m_s + math.sqrt(self.rise_m_s**2 + 2 * GRAVITY_M_S2 * drop)) / GRAVITY_M_S2

    @cached_property
    def path(self) -> BallisticPath:
        """The centre of mass in flight: x, and height above the water as -y, in metres."""
        x, z = (float(value) for value in self._take_off_centre)
        return BallisticPath(self.take_off_s, x, self.travel_m_s, -z, -self.rise_m_s, GRAVITY_M_S2)

    def centre(self, seconds: float) -> FloatArray:
        """(2,) the centre of mass in flight, x and z in metres."""
        centre: FloatArray = self.path.at(seconds) * (1.0, -1.0)
        return centre

    def board_tip_m(self, seconds: float) -> float:
        """How far the tip of the board is bent up at that time (negative: down), by this diver."""
        since = seconds - self.take_off_s
        if since >= 0:
            return 0.16 * math.exp(-since / 0.35) * math.sin(2 * math.pi * 3.2 * since)
        if since > -PRESS_S:
            press = 1 + since / PRESS_S
            return -0.66 * _bump(press, BOARD_LOWEST_AT)
        return -0.03 if since > -PRESS_S - STAND_S else 0.0

    def figure(self, seconds: float) -> tuple[Posture, Posture] | None:
        """The near and the far side of the body in world coordinates, or None while the diver is not in the picture."""
        if not self.appears_s <= seconds < self.gone_s:
            return None
        if seconds < self.take_off_s:
            return self._on_board(seconds)
        if seconds < self.entry_s:
            pose, angle = self._in_flight(seconds)
            body = _about(posture(pose, angle, self.facing), self.centre(seconds))
        else:
            body = self._sinking(seconds)
        return body, body

    @cached_property
    def _take_off_centre(self) -> FloatArray:
        standing = posture(LEAVING.as_array(), self._lean, self.facing)
        centre: FloatArray = standing.centre_of_mass - standing.ends[-1] + (0.0, BOARD_HEIGHT_M)
        return centre

    @property
    def _lean(self) -> float:
        return math.radians(-10 if self.is_back else 14)

    @cached_property
    def _entry_reach_m(self) -> float:
        entering = posture(ENTERING.as_array(), math.pi)
        return float(entering.centre_of_mass[1] - entering.ends[:, 1].min())

    @cached_property
    def _flight(self) -> tuple[FloatArray, FloatArray]:
        """(samples, 6) poses and (samples,) trunk angles over the flight."""
        shape, opened = (0.24, 0.80) if self.half_somersaults > 3 else (0.30, 0.66)
        keys: Keys = ((0.0, LEAVING), (0.06, LEAVING), (shape, self.shape), (opened, self.shape), (0.96, ENTERING))
        poses = np.stack([_between(keys, share) for share in np.linspace(0, 1, FLIGHT_SAMPLES)])
        whole = math.copysign(math.pi * self.half_somersaults, self._lean)
        turn = turning(poses, self.flight_s / (FLIGHT_SAMPLES - 1), whole - self._lean)
        return poses, self._lean + turn

    def _in_flight(self, seconds: float) -> tuple[FloatArray, float]:
        poses, angles = self._flight
        position = (seconds - self.take_off_s) / self.flight_s * (FLIGHT_SAMPLES - 1)
        low = min(int(position), FLIGHT_SAMPLES - 2)
        part = position - low
        pose: FloatArray = poses[low] + part * (poses[low + 1] - poses[low])
        return pose, float(angles[low] + part * (angles[low + 1] - angles[low]))

    def _on_board(self, seconds: float) -> tuple[Posture, Posture]:
        until = self.take_off_s - seconds
        if until > PRESS_S + STAND_S:
            return _walking((until - PRESS_S - STAND_S) * WALK_SPEED_M_S)
        if until > PRESS_S:
            stood = 1 - (until - PRESS_S) / STAND_S
            facing = math.cos(math.pi * _smooth(stood / 0.7)) if self.is_back else 1.0
            body = posture(_between(((0.3, STANDING), (0.9, READY)), stood), 0.0, facing)
            x = STEP_BACK_M * (stood - 1)
        else:
            press = 1 - until / PRESS_S
            body = self._pushing(press)
            x = 0.0
        body = body.moved((x - body.ends[-1, 0], BOARD_HEIGHT_M + self.board_tip_m(seconds) - body.ends[:, 1].min()))
        return body, body

    def _pushing(self, press: float) -> Posture:
        """Down into the crouch and up again, leaning so that the centre of mass moves out over the water."""
        start = posture(READY.as_array(), 0.0, self.facing)
        end = posture(LEAVING.as_array(), self._lean, self.facing)
        start_m, end_m = ((body.centre_of_mass - body.ends[-1])[0] for body in (start, end))
        wanted_m = float(start_m + (end_m - start_m) * press**3)
        pose = _pressing(press)
        upright = posture(pose, 0.0, self.facing)
        x, z = upright.centre_of_mass - upright.ends[-1]
        lean = math.asin(wanted_m / math.hypot(x, z)) - math.atan2(x, z)
        return posture(pose, self.facing * lean, self.facing)

    def _sinking(self, seconds: float) -> Posture:
        """Straight down with the entry's speed, braked by the water."""
        since = seconds - self.entry_s
        brake_s = 0.32
        speed = self.path.vx, self.rise_m_s - GRAVITY_M_S2 * self.flight_s
        way = brake_s * (1 - math.exp(-since / brake_s))
        pose, angle = self._in_flight(self.entry_s)
        return _about(posture(pose, angle, self.facing), self.centre(self.entry_s) + np.multiply(speed, way))


def _walking(distance_m: float) -> tuple[Posture, Posture]:
    """Near and far side, legs and arms opposed, of a figure with that far to walk to the end of the board."""
    swing = 26 * math.sin(2 * math.pi * distance_m / 1.3) * min(1.0, distance_m / 0.5)
    near, far = (
        posture(Pose(hip=side, knee=8 + max(0.0, -side) * 0.7, shoulder=-side, elbow=12).as_array(), 0.03)
        for side in (swing, -swing)
    )
    lowest = min(near.ends[:, 1].min(), far.ends[:, 1].min())
    offset = (-STEP_BACK_M - distance_m - LENGTHS_M[-1], BOARD_HEIGHT_M - lowest)
    return near.moved(offset), far.moved(offset)


def _pressing(press: float) -> FloatArray:
    """(6,) the pose down into the crouch and up again, faster and faster until the take-off."""
    if press < CROUCHED_AT:
        return _between(((0.0, READY), (CROUCHED_AT, CROUCHED)), press)
    part = ((press - CROUCHED_AT) / (1 - CROUCHED_AT)) ** 2
    pose: FloatArray = CROUCHED.as_array() + part * (LEAVING.as_array() - CROUCHED.as_array())
    return pose


def _about(body: Posture, centre: FloatArray) -> Posture:
    return body.moved(centre - body.centre_of_mass)


def _smooth(share: float) -> float:
    """From 0 at 0 to 1 at 1 with no speed at either end."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _bump(share: float, top: float) -> float:
    """0 at 0, 1 at top, and 0 again at 1, which it reaches at full speed."""
    return _smooth(share / top) if share < top else math.cos(math.pi / 2 * (share - top) / (1 - top))


def _between(keys: Keys, share: float) -> FloatArray:
    """(6,) the pose between two key poses; before the first and after the last, those."""
    for (start, earlier), (end, later) in itertools.pairwise(keys):
        if share < end:
            part = _smooth((share - start) / (end - start))
            pose: FloatArray = earlier.as_array() + part * (later.as_array() - earlier.as_array())
            return pose
    return keys[-1][1].as_array()
