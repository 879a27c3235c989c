"""Every kind of event that the store knows is told, and personal text is marked wherever it goes."""

from typing import Any

from application.store.topics import AGGREGATES
from projections.audit import READ_MODEL
from projections.audit.fields import NAMES, PERSONAL, is_field
from tests.event_classes import event_classes, own_topic

CALLED = {  # personal fields of payloads that have a name of their own in the subject as a whole
    "review.self_assessed": {"text": "self_assessment"},
    "review.assessed": {"text": "assessment"},
    "review.calibrated": {"comment": "calibration_comment"},
    "review.acknowledged": {"comment": "acknowledgement_comment"},
    "review.appealed": {"grounds": "appeal_grounds"},
    "review.appeal_decided": {"comment": "appeal_decision_comment"},
}
SPREAD = {"person.revised": {"email", "job_title"}}
"""Topics whose `after` and `before` hold personal fields of the subject."""


def topics() -> dict[str, Any]:
    return {topic: kind for kind in event_classes() if (topic := own_topic(kind)) is not None}


def test_no_topic_of_any_aggregate_is_missing() -> None:
    assert topics().keys() == READ_MODEL.topics
    assert {topic.partition(".")[0] for topic in READ_MODEL.topics} == {kind.TOPIC for kind in AGGREGATES}


def test_what_is_personal_in_an_event_is_personal_in_its_entry() -> None:
    for topic, kind in topics().items():
        called = CALLED.get(topic, {})
        names = {called.get(name, name) for name in kind.PERSONAL if not name.endswith("_before")}
        if topic in SPREAD:
            names = names - {"after", "before"} | SPREAD[topic]
        assert names <= PERSONAL.get(kind.TOPIC.partition(".")[0], frozenset()), topic


def test_a_field_is_known_by_its_words_and_ids() -> None:
    key_result = "key_results.5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"
    for name in ("title", "target", key_result, f"{key_result}.target", key_result.partition(".")[2]):
        assert is_field("objective", name), name
    for name in ("titel", "", ".", "key_results.", "key_results.1", "parent_id", f"{key_result}.x"):
        assert not is_field("objective", name), name
    assert {name for names in PERSONAL.values() for name in names} <= set().union(*NAMES.values())
