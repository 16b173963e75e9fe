"""The diver's body as sixteen rigid segments with masses, lengths and inertias (de Leva 1996, table 4).

Each segment has a frame at its joint nearer the mid-hip: x forward, y to the left, z towards the head when the body
stands upright. Radii of gyration are about the sagittal (x), transverse (y) and longitudinal (z) axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from inference.results import FloatArray

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """One segment's share of body mass, length at reference stature (mm), centre of mass and radii of gyration.

    centre is the distance of the centre of mass from the end named first in the source, as a share of the length;
    gyration is (sagittal, transverse, longitudinal), each as a share of the length.
    """

    mass: float
    length_mm: float
    centre: float
    gyration: tuple[float, float, float]


REFERENCE_STATURE_MM: dict[Sex, float] = {"male": 1741.0, "female": 1735.0}

# Trunk parts are measured from the upper end (C7, xiphoid, navel), head from the vertex, limbs from the nearer joint,
# feet from the heel.
SEGMENT_FACTS: dict[Sex, dict[str, SegmentFacts]] = {
    "male": {
        "head": SegmentFacts(0.0694, 242.9, 0.5002, (0.303, 0.315, 0.261)),
        "upper_trunk": SegmentFacts(0.1596, 242.1, 0.5066, (0.505, 0.320, 0.465)),
        "middle_trunk": SegmentFacts(0.1633, 215.5, 0.4502, (0.482, 0.383, 0.468)),
        "lower_trunk": SegmentFacts(0.1117, 145.7, 0.6115, (0.615, 0.551, 0.587)),
        "upper_arm": SegmentFacts(0.0271, 281.7, 0.5772, (0.285, 0.269, 0.158)),
        "forearm": SegmentFacts(0.0162, 268.9, 0.4574, (0.276, 0.265, 0.121)),
        "hand": SegmentFacts(0.0061, 187.9, 0.3624, (0.288, 0.235, 0.184)),
        "thigh": SegmentFacts(0.1416, 422.2, 0.4095, (0.329, 0.329, 0.149)),
        "shank": SegmentFacts(0.0433, 440.3, 0.4395, (0.251, 0.246, 0.102)),
        "foot": SegmentFacts(0.0137, 258.1, 0.4415, (0.257, 0.245, 0.124)),
    },
    "female": {
        "head": SegmentFacts(0.0668, 243.7, 0.4841, (0.271, 0.295, 0.261)),
        "upper_trunk": SegmentFacts(0.1545, 228.0, 0.5050, (0.466, 0.314, 0.449)),
        "middle_trunk": SegmentFacts(0.1465, 205.3, 0.4512, (0.433, 0.354, 0.415)),
        "lower_trunk": SegmentFacts(0.1247, 181.5, 0.4920, (0.433, 0.402, 0.444)),
        "upper_arm": SegmentFacts(0.0255, 275.1, 0.5754, (0.278, 0.260, 0.148)),
        "forearm": SegmentFacts(0.0138, 264.3, 0.4559, (0.261, 0.257, 0.094)),
        "hand": SegmentFacts(0.0056, 170.1, 0.3427, (0.244, 0.207, 0.154)),
        "thigh": SegmentFacts(0.1478, 368.5, 0.3612, (0.369, 0.364, 0.162)),
        "shank": SegmentFacts(0.0481, 438.6, 0.4352, (0.267, 0.263, 0.092)),
        "foot": SegmentFacts(0.0129, 228.3, 0.4014, (0.299, 0.279, 0.139)),
    },
}

# Joint offsets across the body, as shares of stature.
SHOULDER_HALF_WIDTH = 0.105
SHOULDER_DROP = 0.031
HIP_HALF_WIDTH = 0.050
ANKLE_HEIGHT = 0.030

SEGMENTS = (
    "lower_trunk",
    "middle_trunk",
    "upper_trunk",
    "head",
    *(
        f"{side}_{part}"
        for side in ("left", "right")
        for part in ("upper_arm", "forearm", "hand", "thigh", "shank", "foot")
    ),
)


@dataclass(frozen=True)
class Athlete:
    """A diver of a given stature (m), mass (kg) and sex."""

    stature_m: float = 1.70
    mass_kg: float = 67.0
    sex: Sex = "male"

    def facts(self, segment: str) -> SegmentFacts:
        """The published facts of a segment, named as in SEGMENTS."""
        return SEGMENT_FACTS[self.sex][segment.removeprefix("left_").removeprefix("right_")]

    def length_m(self, segment: str) -> float:
        """Length of a segment in metres."""
        return self.facts(segment).length_mm / REFERENCE_STATURE_MM[self.sex] * self.stature_m

    def masses_kg(self) -> FloatArray:
        """(16,) masses in the order of SEGMENTS; together the body's mass."""
        shares = np.array([self.facts(segment).mass for segment in SEGMENTS])
        masses: FloatArray = self.mass_kg * shares / shares.sum()
        return masses

    def inertias_kg_m2(self) -> FloatArray:
        """(16, 3) principal moments of inertia about each segment's own centre of mass, axes x, y, z of its frame.

        The foot's longitudinal axis is its x axis.
        """
        masses = self.masses_kg()
        inertias = np.empty((len(SEGMENTS), 3))
        for row, segment in enumerate(SEGMENTS):
            sagittal, transverse, longitudinal = self.facts(segment).gyration
            axes = (
                (longitudinal, transverse, sagittal)
                if segment.endswith("foot")
                else (sagittal, transverse, longitudinal)
            )
            inertias[row] = masses[row] * (np.array(axes) * self.length_m(segment)) ** 2
        return inertias
