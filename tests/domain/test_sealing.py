"""The seal of a cycle: the same for the same stored events, for ever."""

from uuid import UUID

from domain.sealing import ALGORITHM, RETIRED, digest, member_digest, seal

ONE, TWO = UUID(int=1), UUID(int=2)
MEMBERS = {TWO: member_digest([b"three"]), ONE: member_digest([b"one", b"two"])}


def test_the_digest_of_a_member_is_over_its_events_one_after_the_other() -> None:
    # printf onetwo | sha256sum
    expected = "25b6746d5172ed6352966a013d93ac846e1110d5a25e8f183b5931f4688842a1"
    assert MEMBERS[ONE].hex() == expected
    assert member_digest(reversed([b"one", b"two"])) != MEMBERS[ONE]


def test_the_digest_is_over_the_members_by_id() -> None:
    # The form is frozen: seals of the past are compared with what it gives.
    assert digest(MEMBERS) == "faad75aefb1822661fa86a3ab77765324656fad93b2d7bc5249860223ee00feb"
    assert digest(dict(reversed(MEMBERS.items()))) == digest(MEMBERS)
    assert digest({ONE: MEMBERS[TWO], TWO: MEMBERS[ONE]}) != digest(MEMBERS)


def test_a_seal_says_how_much_it_covers_and_how_it_was_made() -> None:
    made = seal({ONE: MEMBERS[ONE]}, {TWO: MEMBERS[TWO]}, position=7)
    assert made.payload() == {
        "digest": digest(MEMBERS),
        "algorithm": "sha256-events-1",
        "objectives": 1,
        "reviews": 1,
        "position": 7,
    }
    assert seal({}, {}, 0).digest == digest({})


def test_a_form_that_was_given_up_keeps_its_name() -> None:
    assert "sha256" in RETIRED
    assert ALGORITHM not in RETIRED
