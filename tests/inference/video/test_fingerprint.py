"""Fingerprints follow from content alone."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from inference.video.errors import VideoError
from inference.video.fingerprint import fingerprint

MIB = 1 << 20


def test_a_copy_elsewhere_under_another_name_is_the_same(tmp_path):
    first = tmp_path / "first.mp4"
    first.write_bytes(b"dive" * 1000)
    second = shutil.copy(first, tmp_path / "second.mkv")
    assert fingerprint(first) == fingerprint(second)
    assert re.fullmatch("[0-9a-f]{32}", fingerprint(first))


@pytest.mark.parametrize("position", [0, MIB - 1, 31 * MIB, 32 * MIB - 1])
def test_a_change_at_either_end_of_a_large_file_changes_it(tmp_path, position):
    content = bytearray(32 * MIB)
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    before = fingerprint(path)
    content[position] = 1
    path.write_bytes(content)
    assert fingerprint(path) != before


def test_a_change_of_length_changes_it(tmp_path):
    short, long = tmp_path / "short", tmp_path / "long"
    short.write_bytes(bytes(32 * MIB))
    long.write_bytes(bytes(33 * MIB))
    assert fingerprint(short) != fingerprint(long)


@pytest.mark.skipif(sys.platform == "win32", reason="makes no sparse file without being asked to")
def test_only_samples_of_a_huge_file_are_read(tmp_path):
    path = tmp_path / "huge.mp4"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a sparse terabyte: reading it all would take hours
    assert len(fingerprint(path)) == 32


def test_a_folder_counts_through_its_images_only(tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    (first / "1.png").write_bytes(b"one")
    (first / "2.png").write_bytes(b"two")
    second = shutil.copytree(first, tmp_path / "second")
    (second / "notes.txt").write_bytes(b"not an image")
    assert fingerprint(first) == fingerprint(second)
    (second / "2.png").write_bytes(b"TWO")
    assert fingerprint(first) != fingerprint(second)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(VideoError, match="There is no file"):
        fingerprint(tmp_path / "gone.mp4")
