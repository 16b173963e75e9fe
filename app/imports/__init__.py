"""Imports, one file per format."""
