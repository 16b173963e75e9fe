"""From the probabilities of a dive's attributes to those of its group.

Models say rotation type, half-somersaults, half-twists, position and armstand separately (thesis section 5.2.2); people
choose a group. Keys of the values are "1" to "4" for the rotation type, counts such as "5" for half-somersaults and
half-twists, letters for the position, and "true" or "false" for armstand.
"""

from __future__ import annotations

from collections.abc import Mapping

Probabilities = Mapping[str, float]


def group_probabilities(attributes: Mapping[str, Probabilities]) -> dict[str, float]:
    """Probability of each group "1" to "6", taking the attributes as independent.

    Returns:
        The probabilities given for "group" where there are some; otherwise armstand is group 6, the rest is group 5
        where it twists and the group of its rotation type where not. Empty if the rotation type is not known. Twists
        or armstand that are not known count as absent.
    """
    if attributes.get("group"):
        return dict(attributes["group"])
    rotation = attributes.get("rotation_type")
    if not rotation:
        return {}
    armstand = attributes.get("armstand", {}).get("true", 0.0)
    untwisted = attributes.get("half_twists", {}).get("0", 0.0) if attributes.get("half_twists") else 1.0
    groups = {value: (1 - armstand) * untwisted * probability for value, probability in rotation.items()}
    return groups | {"5": (1 - armstand) * (1 - untwisted), "6": armstand}
