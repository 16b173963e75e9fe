"""A folder appears whole or not at all, whatever goes wrong."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from app.exports import atomic
from app.exports.atomic import atomic_folder
from app.exports.errors import ExportError
from inference.progress import Cancelled


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def earlier_export(target):
    target.mkdir()
    (target / "old.txt").write_text("old", encoding="utf-8")


def test_the_folder_is_not_there_before_the_end(tmp_path):
    target = tmp_path / "a" / "b" / "export"
    with atomic_folder(target) as partial:
        (partial / "sub").mkdir()
        (partial / "sub" / "file.txt").write_text("new", encoding="utf-8")
        assert not target.exists()
        assert partial.parent == target.parent

    assert names(tmp_path) == ["a", "a/b", "a/b/export", "a/b/export/sub", "a/b/export/sub/file.txt"]


@pytest.mark.parametrize("error", [RuntimeError("boom"), Cancelled("stop"), KeyboardInterrupt()])
def test_nothing_is_left_after_a_failure(tmp_path, error):
    with pytest.raises(type(error)), atomic_folder(tmp_path / "export") as partial:
        fail_after_writing(partial, error)

    assert names(tmp_path) == []


def fail_after_writing(partial, error):
    (partial / "file.txt").write_text("new", encoding="utf-8")
    raise error


def test_an_empty_folder_is_taken_over(tmp_path):
    (tmp_path / "export").mkdir()
    with atomic_folder(tmp_path / "export") as partial:
        (partial / "file.txt").touch()

    assert names(tmp_path) == ["export", "export/file.txt"]


def test_a_filled_folder_is_not_touched(tmp_path):
    earlier_export(tmp_path / "export")

    with (
        pytest.raises(ExportError, match="already exists; choose a new one, or allow overwriting it"),
        atomic_folder(tmp_path / "export"),
    ):
        pytest.fail("the block must not run")

    assert names(tmp_path) == ["export", "export/old.txt"]


def test_a_filled_folder_is_not_replaced_if_it_is_no_export(tmp_path):
    earlier_export(tmp_path / "export")

    with (
        pytest.raises(ExportError, match="holds files that are not from an earlier export"),
        atomic_folder(tmp_path / "export", may_replace=lambda folder: False),
    ):
        pytest.fail("the block must not run")

    assert names(tmp_path) == ["export", "export/old.txt"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_filled_folder_is_replaced_at_the_end(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    earlier_export(tmp_path / "export")

    with atomic_folder(tmp_path / "export", may_replace=lambda folder: True) as partial:
        (partial / "new.txt").touch()
        assert names(tmp_path / "export") == ["old.txt"]

    assert names(tmp_path) == ["export", "export/new.txt"]


def test_the_old_folder_stays_if_the_new_one_fails(tmp_path):
    earlier_export(tmp_path / "export")

    with pytest.raises(RuntimeError), atomic_folder(tmp_path / "export", may_replace=lambda folder: True) as partial:
        fail_after_writing(partial, RuntimeError())

    assert names(tmp_path) == ["export", "export/old.txt"]


def test_the_old_folder_comes_back_if_the_new_one_cannot_take_its_name(tmp_path, monkeypatch):
    earlier_export(tmp_path / "export")
    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    rename = Path.rename

    def refuse_partial(self, target):
        if self.suffix == ".partial":
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_partial)

    with (
        pytest.raises(ExportError, match=r"failed \(Input/output error\); nothing was left behind\."),
        atomic_folder(tmp_path / "export", may_replace=lambda folder: True),
    ):
        pass

    assert names(tmp_path) == ["export", "export/old.txt"]


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "export").touch()

    with pytest.raises(ExportError, match="is in the way and not a folder"), atomic_folder(tmp_path / "export"):
        pytest.fail("the block must not run")


def test_a_full_disk(tmp_path):
    full = OSError(errno.ENOSPC, "No space left on device")

    with (
        pytest.raises(
            ExportError, match=r"The disk is full, so nothing was exported to .*; free some space and try again"
        ),
        atomic_folder(tmp_path / "export") as partial,
    ):
        fail_after_writing(partial, full)

    assert names(tmp_path) == []


def test_a_folder_that_may_not_be_written(tmp_path, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)

    with (
        pytest.raises(ExportError, match="may not be written to; choose another folder for the export"),
        atomic_folder(tmp_path / "export"),
    ):
        pytest.fail("the block must not run")


def test_a_parent_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ExportError, match=r"Exporting to .* failed"), atomic_folder(tmp_path / "file" / "export"):
        pytest.fail("the block must not run")
