import pytest

from inference.diving.boards import BOARDS, Board


def test_the_seven_boards_in_order():
    assert [board.key for board in BOARDS] == [
        "springboard-1",
        "springboard-3",
        "platform-1",
        "platform-3",
        "platform-5",
        "platform-7.5",
        "platform-10",
    ]
    assert [board.label for board in BOARDS[1::4]] == ["3 m springboard", "7.5 m platform"]


def test_keys_read_back():
    assert [Board.from_key(board.key) for board in BOARDS] == list(BOARDS)


def test_boards_sort_by_kind_then_height():
    assert sorted([Board("springboard", 3.0), Board("platform", 10.0), Board("platform", 7.5)]) == [
        Board("platform", 7.5),
        Board("platform", 10.0),
        Board("springboard", 3.0),
    ]


@pytest.mark.parametrize("key", ["springboard-5", "platform-2", "platform-10.0", "", "trampoline-1"])
def test_an_unknown_key_is_named(key: str):
    with pytest.raises(ValueError, match=f"^no board '{key}'; the boards are springboard-1, .*platform-10$"):
        Board.from_key(key)


def test_a_springboard_of_five_metres_cannot_be_made():
    with pytest.raises(ValueError, match="no board 'springboard-5'"):
        Board("springboard", 5.0)
