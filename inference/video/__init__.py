"""Exact video: packet index, frame readers, decode-ahead, camera motion."""
