"""Measuring analyses against data sets whose truth is known."""
