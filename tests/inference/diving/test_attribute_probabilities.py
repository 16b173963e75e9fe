import pytest

from inference.diving.attribute_probabilities import group_probabilities


def test_groups_from_rotation_twists_and_armstand():
    attributes = {
        "rotation_type": {"1": 0.7, "2": 0.3},
        "half_twists": {"0": 0.25, "2": 0.75},
        "armstand": {"true": 0.2, "false": 0.8},
    }
    assert group_probabilities(attributes) == pytest.approx({"1": 0.14, "2": 0.06, "5": 0.6, "6": 0.2})


def test_what_is_not_known_counts_as_absent():
    assert group_probabilities({"rotation_type": {"3": 1.0}}) == {"3": 1.0, "5": 0.0, "6": 0.0}
    assert group_probabilities({"half_twists": {"0": 1.0}}) == {}


def test_a_model_that_says_the_group_is_believed():
    assert group_probabilities({"group": {"4": 0.9}, "rotation_type": {"1": 1.0}}) == {"4": 0.9}
