"""Numeric parts: video frames, diving pipeline, pose, models. Runs without a screen."""
