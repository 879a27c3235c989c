"""The seal of a cycle: the same for the same final states, for ever."""

import json
from typing import Any

import pytest

from domain.sealing import canonical_json, digest, seal
from tests.domain.case import by, given, id_of
from tests.domain.reviews import review_in
from tests.domain.stories import FIRST, KEY, WAYS, objective_in, smart

STATES: list[dict[str, Any]] = [{"id": "b", "title": "Größe 1"}, {"id": "a", "list": [1, None, True]}]


def test_canonical_json_has_sorted_keys_no_spaces_and_is_utf_8() -> None:
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()


def test_the_digest_is_of_one_line_a_state_sorted_by_id() -> None:
    # printf '{"id":"a","list":[1,null,true]}\n{"id":"b","title":"Größe 1"}' | sha256sum
    assert digest(STATES) == "42b731b097ab9846df4d5dd6c468e570fe154aa6b57576664f1d93b235d6b11b"
    assert digest(reversed(STATES)) == digest(STATES)


def test_a_seal_says_how_much_it_covers() -> None:
    made = seal(STATES[:1], STATES[1:], position=7)
    assert made.payload() == {
        "digest": digest(STATES),
        "algorithm": "sha256",
        "objectives": 1,
        "reviews": 1,
        "position": 7,
    }
    assert seal([], [], 0).digest == digest([])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|surrogates"):
        canonical_json({"id": "a", "value": value})


@pytest.mark.parametrize("status", WAYS)
def test_the_final_state_of_an_objective_is_json_and_says_id_version_and_status(status: str) -> None:
    objective = objective_in(status)
    state = objective.final_state()
    assert json.loads(canonical_json(state)) == state
    assert (state["id"], state["version"], state["status"]) == (str(objective.id), objective.version, status)


def test_every_command_on_an_objective_changes_its_final_state() -> None:
    """Facts of another day too: nothing that is recorded is left out of the seal."""
    seen = [smart().final_state()]
    objective = objective_in("active")
    for command in CHANGES:
        given(objective, command)
        seen.append(objective.final_state())
    bare = [json.dumps(without_version(state), sort_keys=True) for state in seen]
    assert len(set(bare)) == len(CHANGES) + 1


def without_version(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in state.items() if name != "version"}


BY = by(reason="so decided")
CHANGES = [
    lambda o: o.give_feedback(by=BY, feedback_id=id_of("other"), kind="concern", text="Slow"),
    lambda o: o.withdraw_feedback(by=BY, feedback_id=id_of("other")),
    lambda o: o.change_target(by=by(FIRST, "higher"), key_result_id=KEY, target=200),
    lambda o: o.check_in(by=BY, check_in_id=id_of("c"), on=FIRST, readings={KEY: 20}, confidence=4, note="n"),
    lambda o: o.correct_check_in(by=BY, check_in_id=id_of("c"), readings={KEY: None}),
    lambda o: o.change_alignment_weight(by=BY, parent_id=id_of("goal"), weight=3),
    lambda o: o.remove_alignment(by=BY, parent_id=id_of("goal")),
    lambda o: o.commit(by=BY, confidence=2),
    lambda o: o.reaffirm(by=BY),
    lambda o: o.approve(by=BY),
    lambda o: o.close(by=BY, outcome="achieved", score=1, note="all of it"),
]


@pytest.mark.parametrize("status", ["opened", "assessed", "amended", "finalised", "withdrawn"])
def test_the_final_state_of_a_review_is_json_and_says_id_version_and_status(status: str) -> None:
    review = review_in(status)
    state = review.final_state()
    assert json.loads(canonical_json(state)) == state
    assert (state["id"], state["version"], state["status"]) == (str(review.id), review.version, status)


def test_the_shape_of_final_states_is_frozen() -> None:
    """Seals of the past are made again from it: a change here breaks the verification of sealed cycles."""
    objective, review = objective_in("closed").final_state(), review_in("finalised").final_state()
    assert digest([objective]) == "cbe61946f5e7e4531e7b6b50400021fc92f8671af26bdbf4c9cbc684984044de"
    assert digest([review]) == "78444348b6d3030f1b2428dbb7a518c076f8b592f5b4ae7d985282e2031c6f77"
