"""Whole people out of confidence maps and part affinity fields (Cao et al. 2017, section 2.3 and 2.4).

Joints are the peaks of the confidence maps. Two peaks belong to one limb as far as the field between them points along
the line that joins them (the line integral of eq. 10). For every kind of limb the best matching of first to second
joints is found; the paper takes pairs greedily, best first, where this solves the assignment exactly, which costs
nothing at a handful of people and does not let one good pair spoil two. People then grow from the matched limbs, the
surest first; a limb that would give a person a second joint of a kind is left out. More limbs than a tree needs keep a
person whole whose spine, say, is hidden.

Everything is in continuous pixels of the maps, the first pixel's centre at 0.5. Knows no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.ndimage import label, map_coordinates, maximum_filter
from scipy.optimize import linear_sum_assignment

Floats = npt.NDArray[np.float64]
Limb = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AssemblyRules:
    """What counts as a joint, a limb and a person.

    Attributes:
        peak_threshold: least confidence of a joint.
        peak_distance_px: a joint is the highest pixel within this distance along both axes.
        line_points: places at which a line integral is sampled.
        point_threshold: least agreement with the field, at a place, for the place to speak for the limb.
        aligned_share: least share of places that do.
        least_joints: fewer make no person.
        least_score: people below it are left out.
    """

    peak_threshold: float = 0.1
    peak_distance_px: int = 1
    line_points: int = 10
    point_threshold: float = 0.05
    aligned_share: float = 0.8
    least_joints: int = 3
    least_score: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person's joints.

    Attributes:
        keypoints: (K, 2) as (x, y); not a number where the joint was not found. In pixels of the maps as `assembled`
            gives them; a model gives them normalised to its crop.
        confidences: (K,) heights of the peaks, at most 1; 0 where not found.
        score: mean of all joints' and all limbs' confidences, those that are missing counting 0: how sure and how
            complete the person is, from 0 to 1.
    """

    keypoints: Floats
    confidences: Floats
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Where one kind of joint may be: (n, 2) places and (n,) heights of their peaks."""

    places: Floats
    heights: Floats


@dataclass(frozen=True, slots=True)
class _Connection:
    limb: int
    first: tuple[int, int]
    second: tuple[int, int]
    score: float


@dataclass(slots=True, eq=False)
class _Group:
    """A person who is growing: which peak each joint is, and the scores of the limbs."""

    peaks: dict[int, int] = field(default_factory=dict)
    limb_scores: list[float] = field(default_factory=list)


def assembled(
    heatmaps: npt.ArrayLike, pafs: npt.ArrayLike, limbs: Sequence[Limb], rules: AssemblyRules | None = None
) -> list[Person]:
    """The people on a picture, the most complete and surest first.

    Args:
        heatmaps: (K, height, width) confidence maps, one at a sure joint, without any map of the background.
        pafs: (limbs, 2, height, width) part affinity fields as (x, y).
        limbs: which two joints each field ties together.
        rules: what counts as a joint, a limb and a person; the usual ones without.

    Raises:
        ValueError: if there are not as many fields as limbs.
    """
    rules = rules or AssemblyRules()
    maps, fields = np.asarray(heatmaps, dtype=np.float64), np.asarray(pafs, dtype=np.float64)
    if len(fields) != len(limbs):
        raise ValueError(f"{len(fields)} part affinity fields were given for {len(limbs)} limbs")
    joints = [peaks(heatmap, rules.peak_threshold, rules.peak_distance_px) for heatmap in maps]
    connections = []
    for limb, ((first, second), paf) in enumerate(zip(limbs, fields, strict=True)):
        scores = limb_scores(paf, joints[first].places, joints[second].places, rules)
        connections += [_Connection(limb, (first, i), (second, j), scores[i, j]) for i, j in matched(scores)]
    people = [_person(group, joints, len(limbs)) for group in _grown(connections) if group.peaks]
    kept = [person for person in people if _is_kept(person, rules)]
    return sorted(kept, key=lambda person: -person.score)


def peaks(heatmap: Floats, threshold: float, distance_px: int = 1) -> Peaks:
    """The peaks of a confidence map, to a fraction of a pixel.

    A peak is the highest pixel of its neighbourhood; of a plateau the pixel nearest to its middle is taken. Its place
    is that of the top of a Gaussian through it and its two neighbours along each axis, which is exact for a Gaussian.

    Args:
        heatmap: (height, width).
        threshold: least height.
        distance_px: the neighbourhood's half width.
    """
    highest = maximum_filter(heatmap, size=2 * distance_px + 1, mode="constant", cval=-np.inf)
    plateaus, count = label((heatmap == highest) & (heatmap >= threshold), structure=np.ones((3, 3)))
    pixels = [_middle_pixel(np.argwhere(plateaus == plateau)) for plateau in range(1, count + 1)]
    places = np.array([_summit(heatmap, row, column) for row, column in pixels]).reshape(-1, 2)
    return Peaks(places, np.array([heatmap[row, column] for row, column in pixels], dtype=np.float64))


def limb_scores(paf: Floats, firsts: Floats, seconds: Floats, rules: AssemblyRules) -> Floats:
    """How well a field ties each first joint to each second one (eq. 10 and 11).

    Args:
        paf: (2, height, width) the field of this kind of limb.
        firsts: (n, 2) places of first joints.
        seconds: (m, 2) places of second ones.
        rules: how the line is sampled, and how much of it has to agree.

    Returns:
        (n, m) mean agreement of the field with the line's direction along the line; 0 for pairs that are no limb.
    """
    if not len(firsts) or not len(seconds):
        return np.zeros((len(firsts), len(seconds)))
    lines = seconds[None] - firsts[:, None]
    lengths = np.linalg.norm(lines, axis=-1, keepdims=True)
    directions = lines / np.maximum(lengths, 1e-9)
    shares = np.linspace(0, 1, rules.line_points)
    points = firsts[:, None, None] + shares[:, None] * lines[:, :, None]
    # A map's first value is at its first pixel's centre, which is 0.5 here and 0 for SciPy.
    where = [points[..., 1] - 0.5, points[..., 0] - 0.5]
    along = sum(
        map_coordinates(paf[axis], where, order=1, mode="nearest") * directions[..., None, axis] for axis in (0, 1)
    )
    share_aligned = (along > rules.point_threshold).mean(axis=-1)
    means = along.mean(axis=-1)
    is_limb = (share_aligned >= rules.aligned_share) & (means > 0)
    return np.where(is_limb, means, 0.0)


def matched(scores: Floats) -> list[tuple[int, int]]:
    """Pairs of first and second joints with the highest sum of scores; nobody is in two pairs.

    Args:
        scores: (n, m), 0 for pairs that are none.
    """
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if scores[row, column] > 0]


def _grown(connections: list[_Connection]) -> list[_Group]:
    """People out of matched limbs: groups of joints merged over limbs, the surest limb first (section 2.4)."""
    group_of: dict[tuple[int, int], _Group] = {}
    for connection in sorted(connections, key=lambda connection: -connection.score):
        groups = []
        for joint, peak in (connection.first, connection.second):
            groups.append(group_of.setdefault((joint, peak), _Group({joint: peak})))
        one, other = groups
        if one is not other:
            if one.peaks.keys() & other.peaks.keys():
                continue
            one.peaks |= other.peaks
            one.limb_scores += other.limb_scores
            group_of |= dict.fromkeys(other.peaks.items(), one)
        one.limb_scores.append(connection.score)
    return list({id(group): group for group in group_of.values()}.values())


def _person(group: _Group, joints: Sequence[Peaks], limbs: int) -> Person:
    keypoints = np.full((len(joints), 2), np.nan)
    confidences = np.zeros(len(joints))
    for joint, peak in group.peaks.items():
        keypoints[joint] = joints[joint].places[peak]
        confidences[joint] = min(float(joints[joint].heights[peak]), 1.0)
    limb_total = sum(min(score, 1.0) for score in group.limb_scores)
    return Person(keypoints, confidences, float(confidences.sum() + limb_total) / (len(joints) + limbs))


def _is_kept(person: Person, rules: AssemblyRules) -> bool:
    return int((person.confidences > 0).sum()) >= rules.least_joints and person.score >= rules.least_score


def _middle_pixel(pixels: npt.NDArray[np.intp]) -> tuple[int, int]:
    """Of the (n, 2) pixels of a plateau the one nearest to their mean."""
    nearest = int(np.argmin(((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1)))
    return int(pixels[nearest, 0]), int(pixels[nearest, 1])


def _summit(heatmap: Floats, row: int, column: int) -> tuple[float, float]:
    """(x, y) of the top near a pixel: along each axis that of the parabola through three logarithms."""
    return (
        column + 0.5 + _step_to_top(heatmap[row], column),
        row + 0.5 + _step_to_top(heatmap[:, column], row),
    )


def _step_to_top(values: Floats, index: int) -> float:
    """How far from a pixel the top is, at most half a pixel; 0 at the border, where one neighbour is missing."""
    if not 0 < index < len(values) - 1:
        return 0.0
    before, here, after = np.log(np.maximum(values[index - 1 : index + 2], 1e-6))
    curvature = 2 * here - before - after
    return float(np.clip((after - before) / 2 / curvature, -0.5, 0.5)) if curvature > 0 else 0.0
