"""Diving: dive codes, candidates to ballistic paths, finding dives."""
