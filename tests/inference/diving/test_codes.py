import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.diving.boards import BOARDS, Board
from inference.diving.codes import DiveCode, DiveCodeError, Position, broken_rules, describe, halves, parse, settle

A, B, C, D = Position


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("101A", DiveCode(1, 1, 1, 0, A)),
        ("1011C", DiveCode(1, 1, 11, 0, C)),
        ("113B", DiveCode(1, 1, 3, 0, B, is_flying=True)),
        ("4110C", DiveCode(4, 4, 10, 0, C, is_flying=True)),
        ("307C", DiveCode(3, 3, 7, 0, C)),
        ("5111A", DiveCode(5, 1, 1, 1, A)),
        ("5152B", DiveCode(5, 1, 5, 2, B)),
        ("5411B", DiveCode(5, 4, 1, 1, B)),
        ("51112C", DiveCode(5, 1, 11, 2, C)),
        ("600A", DiveCode(6, 0, 0, 0, A)),
        ("612B", DiveCode(6, 1, 2, 0, B)),
        ("6122D", DiveCode(6, 1, 2, 2, D)),
        ("6111C", DiveCode(6, 1, 1, 1, C)),
        ("61121C", DiveCode(6, 1, 12, 1, C)),
    ],
)
def test_reading_and_writing(text: str, code: DiveCode):
    assert parse(text) == code
    assert str(code) == text


@pytest.mark.parametrize("text", ["5152b", " 5152B", "5152 B", "5152B\n", "\t5152  b "])
def test_case_and_blanks_do_not_matter(text: str):
    assert str(parse(text)) == "5152B"


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 1, "the dive code is empty; write digits and a position letter, such as 5152B"),
        (
            "5152",
            5,
            "'5152' is no dive code: the position letter is missing; add A (straight), B (pike), C (tuck) or D (free)",
        ),
        (
            "5152E",
            5,
            "'5152E' is no dive code: character 5 is 'E', not a digit or a position letter A, B, C or D",
        ),
        ("B", 1, "'B' is no dive code: character 1 is 'B', not a group 1 to 6"),
        ("51x2B", 3, "'51x2B' is no dive code: character 3 is 'x', not a digit or a position letter A, B, C or D"),
        ("103BC", 5, "'103BC' is no dive code: 'C' at character 5 follows the position letter, which comes last"),
        ("701A", 1, "'701A' is no dive code: character 1 is 7, not a group 1 to 6"),
        (" 001A", 2, "'001A' is no dive code: character 2 is 0, not a group 1 to 6"),
        ("123B", 2, "'123B' is no dive code: character 2 is 2; in group 1 it is 0, or 1 for a flying dive"),
        (
            "10B",
            3,
            (
                "'10B' is no dive code: a dive of group 1 has at least 3 digits (group, 0 or 1 for flying, "
                "half-somersaults), not 2"
            ),
        ),
        (
            "10112B",
            5,
            (
                "'10112B' is no dive code: a dive of group 1 has at most 4 digits (group, 0 or 1 for flying, "
                "half-somersaults), not 5"
            ),
        ),
        (
            "512D",
            4,
            (
                "'512D' is no dive code: a dive of group 5 has at least 4 digits (group, rotation type, "
                "half-somersaults, half-twists), not 3"
            ),
        ),
        (
            "61C",
            3,
            (
                "'61C' is no dive code: a dive of group 6 has at least 3 digits (group, rotation type, "
                "half-somersaults and, with a twist, half-twists), not 2"
            ),
        ),
        ("5511B", 2, "'5511B' is no dive code: character 2 is 5, not a rotation type 1 to 4"),
        ("5052B", 2, "'5052B' is no dive code: character 2 is 0, not a rotation type 1 to 4"),
        ("652B", 2, "'652B' is no dive code: character 2 is 5, not a rotation type 1 to 4"),
        ("1001A", 3, "'1001A' is no dive code: the half-somersaults 01 at character 3 begin with 0"),
        (
            "6120C",
            4,
            "'6120C' is no dive code: the half-twists at character 4 are 0; leave the digit out without a twist",
        ),
        ("\uff15152B", 1, "'\uff15152B' is no dive code: character 1 is '\uff15', not a group 1 to 6"),
    ],
)
def test_what_is_no_code_is_named_exactly(text: str, position: int, message: str):
    with pytest.raises(DiveCodeError) as caught:
        parse(text)
    assert str(caught.value) == message
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((7, 1, 1, 0, A), "group 7 does not exist; groups are 1 to 6"),
        ((1, 2, 1, 0, A), "group 1 has rotation type 1, not 2"),
        ((1, 1, 2, 2, D), "group 1 has no half-twists; a twisting dive is group 5 or 6"),
        ((5, 0, 2, 2, D), "rotation type 0 does not exist; rotation types are 1 to 4"),
        ((5, 1, 2, 2, D, True), "group 5 cannot be written as a flying dive; only groups 1 to 4 can"),
        ((1, 1, 100, 0, A), "100 half-somersaults cannot be written; a code has 0 to 99"),
        ((5, 1, 2, 10, D), "10 half-twists cannot be written; a code has 0 to 9"),
        (
            (6, 1, 11, 0, C),
            (
                "11 half-somersaults from armstand without twist cannot be written; the second digit of the number "
                "would read as half-twists"
            ),
        ),
    ],
)
def test_values_without_a_code_cannot_be_made(values: tuple, message: str):
    with pytest.raises(DiveCodeError) as caught:
        DiveCode(*values)
    assert str(caught.value) == message
    assert caught.value.position is None


@pytest.mark.parametrize(
    ("text", "board", "rules"),
    [
        ("103D", None, ["Position D (free) is for twisting dives only, and 103D has no twist."]),
        ("100A", None, ["Only 600A has no somersault, and 100A has 0 half-somersaults."]),
        (
            "5112D",
            None,
            ["Twist dives with a ½ somersault are in position A, B or C, and 5112D has ½ somersault in position D."],
        ),
        (
            "5122B",
            None,
            ["Twist dives with 1 or 1½ somersaults are in position D, and 5122B has 1 somersault in position B."],
        ),
        (
            "5134C",
            None,
            ["Twist dives with 1 or 1½ somersaults are in position D, and 5134C has 1½ somersaults in position C."],
        ),
        (
            "5152D",
            None,
            [
                (
                    "Twist dives with 2 or more somersaults are in position B or C, "
                    "and 5152D has 2½ somersaults in position D."
                )
            ],
        ),
        (
            "5144A",
            None,
            [
                (
                    "Twist dives with 2 or more somersaults are in position B or C, "
                    "and 5144A has 2 somersaults in position A."
                )
            ],
        ),
        ("5120C", None, ["Dives of group 5 have at least one half-twist, and 5120C has 0."]),
        (
            "5100D",
            None,
            [
                "Position D (free) is for twisting dives only, and 5100D has no twist.",
                "Only 600A has no somersault, and 5100D has 0 half-somersaults.",
                "Dives of group 5 have at least one half-twist, and 5100D has 0.",
            ],
        ),
        ("642C", None, ["Armstand dives rotate forward (1), back (2) or reverse (3), and 642C rotates inward (4)."]),
        ("602A", None, ["An armstand dive that somersaults or twists has rotation type 1, 2 or 3, and 602A has 0."]),
        ("600B", None, ["The armstand dive without rotation is done straight (600A), and 600B is in pike."]),
        ("610A", None, ["Only 600A has no somersault, and 610A has 0 half-somersaults."]),
        ("626C", "springboard-3", ["Armstand dives start from a platform, and the 3 m springboard is none."]),
        (
            "624D",
            "platform-3",
            [
                "Position D (free) is for twisting dives only, and 624D has no twist.",
                "Armstand dives start from the 5, 7.5 or 10 m platform, and this is the 3 m platform.",
            ],
        ),
    ],
)
def test_one_exact_sentence_for_every_broken_rule(text: str, board: str | None, rules: list[str]):
    assert list(broken_rules(parse(text), Board.from_key(board) if board else None)) == rules


@pytest.mark.parametrize(
    ("text", "board"),
    [
        ("5111A", "springboard-1"),
        ("5111C", "platform-1"),
        ("5132D", "springboard-3"),
        ("5142C", "platform-3"),
        ("113C", "springboard-1"),
        ("1011C", "platform-10"),
        ("600A", "platform-5"),
        ("6162C", "platform-7.5"),
        ("6124D", "platform-10"),
    ],
)
def test_dives_that_keep_every_rule(text: str, board: str):
    assert broken_rules(parse(text), Board.from_key(board)) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5252B", "Back 2½ somersaults, 1 twist, pike"),
        ("101B", "Forward ½ somersault, pike"),
        ("1011C", "Forward 5½ somersaults, tuck"),
        ("113B", "Forward flying 1½ somersaults, pike"),
        ("402A", "Inward 1 somersault, straight"),
        ("5331D", "Reverse 1½ somersaults, ½ twist, free"),
        ("5237D", "Back 1½ somersaults, 3½ twists, free"),
        ("600A", "Armstand dive, straight"),
        ("624C", "Armstand back 2 somersaults, tuck"),
        ("6241B", "Armstand back 2 somersaults, ½ twist, pike"),
        ("100A", "Forward jump, straight"),
    ],
)
def test_description(text: str, words: str):
    assert describe(parse(text)) == words


@pytest.mark.parametrize(
    ("text", "head_first"),
    [("101A", True), ("102A", False), ("5152B", True), ("600A", True), ("612B", True), ("611A", False)],
)
def test_which_end_enters_first(text: str, head_first: bool):
    assert parse(text).enters_head_first is head_first


def test_halves():
    assert [halves(count) for count in (0, 1, 2, 3, 4, 11)] == ["0", "½", "1", "1½", "2", "5½"]


@pytest.mark.parametrize(
    ("text", "changes", "result"),
    [
        ("5253B", {"group": 1}, "105B"),
        ("105B", {"group": 3}, "305B"),
        ("205B", {"group": 5}, "5251B"),
        ("113B", {"group": 5}, "5131B"),
        ("405C", {"group": 6}, "645C"),
        ("5152B", {"group": 6}, "6152B"),
        ("600A", {"group": 5}, "5101A"),
        ("105B", {"direction": 2}, "205B"),
        ("5152B", {"direction": 2}, "5252B"),
        ("5152B", {"half_twists": 0}, "105B"),
        ("205B", {"half_twists": 3}, "5253B"),
        ("5152B", {"group": 2, "half_twists": 4}, "205B"),
        ("6243D", {"half_twists": 0}, "624D"),
        ("5152B", {"half_somersaults": 3, "position": D}, "5132D"),
        ("103B", {"is_flying": True}, "113B"),
    ],
)
def test_changing_one_attribute(text: str, changes: dict, result: str):
    assert str(parse(text).replace(**changes)) == result


def test_attributes_not_known_yet_stay_so_unless_the_group_decides_them():
    unknown = dict.fromkeys(("group", "direction", "half_somersaults", "half_twists", "position")) | {
        "is_flying": False
    }
    assert settle(unknown, {"half_somersaults": 3}) == unknown | {"half_somersaults": 3}
    assert settle(unknown, {"group": 4}) == unknown | {"group": 4, "direction": 4, "half_twists": 0}
    assert settle(unknown, {"group": 5}) == unknown | {"group": 5}
    assert settle(unknown, {"group": 6}) == unknown | {"group": 6, "half_twists": 0}


def test_changing_to_a_dive_without_a_code_is_refused():
    with pytest.raises(DiveCodeError, match="12 half-somersaults from armstand without twist cannot be written"):
        parse("6122D").replace(half_somersaults=12, half_twists=0)


codes = st.builds(
    lambda group, direction, somersaults, twists, position, flying: DiveCode(
        group,
        group if group < 5 else direction,
        somersaults if group != 6 or twists else somersaults % 10,
        twists if group > 4 else 0,
        position,
        flying and group < 5,
    ),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(0, 99),
    st.integers(0, 9),
    st.sampled_from(Position),
    st.booleans(),
)


@given(codes)
def test_every_code_reads_back_as_written(code: DiveCode):
    assert parse(str(code)) == code
    assert 4 <= len(str(code)) <= 6


@given(codes, st.sampled_from([None, *BOARDS]))
def test_every_broken_rule_is_one_sentence(code: DiveCode, board: Board | None):
    rules = broken_rules(code, board)
    assert len(set(rules)) == len(rules)
    assert all(rule[0].isupper() and rule.endswith(".") for rule in rules)
    assert set(broken_rules(code)) <= set(rules)


def outcome(action) -> DiveCode | DiveCodeError:
    try:
        return action()
    except DiveCodeError as error:
        return error


@given(st.text(alphabet="0123456789ABCDEabcde x-½", max_size=8))
def test_any_text_is_a_code_or_names_a_place_in_it(text: str):
    read = outcome(lambda: parse(text))
    if isinstance(read, DiveCode):
        assert str(read) == text.replace(" ", "").upper()
    else:
        assert read.position is not None
        assert 1 <= read.position <= len(text) + 1


@given(codes, st.integers(1, 6))
def test_choosing_a_group_gives_that_group_and_a_code(code: DiveCode, group: int):
    changed = outcome(lambda: code.replace(group=group))
    if isinstance(changed, DiveCode):
        assert changed.group == group
        assert (changed.half_somersaults, changed.position) == (code.half_somersaults, code.position)
    else:
        assert "from armstand without twist" in str(changed)
