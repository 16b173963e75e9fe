"""Files of weights in a table are told apart."""

from pathlib import Path

from app.cli.compared_weights import told_apart


def test_a_file_alone_of_its_kind_has_the_kind_for_its_name():
    assert told_apart(["hrnet", "cpm"], [Path("a/w"), Path("b/w")]) == ["hrnet", "cpm"]


def test_files_of_one_kind_are_told_apart_by_their_folders_and_if_need_be_by_the_whole_path():
    paths = [Path("a/w"), Path("b/w"), Path("x/b/w"), Path("c/w")]
    assert told_apart(["fc", "fc", "fc", "sar"], paths) == ["fc, a", f"fc, {paths[1]}", f"fc, {paths[2]}", "sar"]
