"""Poses of divers: skeletons, and what networks say about keypoints."""
