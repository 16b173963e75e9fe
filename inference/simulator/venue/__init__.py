"""The place: basin, boards, hall or open ground, what they are made of, and their light."""
