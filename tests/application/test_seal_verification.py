"""Seals of cycles are made again from the log and compared."""

import pytest

from application.store import Store
from application.verification import verify
from domain.sealing import ALGORITHM
from tests.application.cycles import JUNE
from tests.application.organisation import act
from tests.application.store.tampering import alter, behind_the_back, rechain
from tests.application.test_sealed_cycles import Sealed


@pytest.fixture
def sealed(store: Store) -> Sealed:
    return Sealed(store).seal_it()


def test_the_seals_of_a_sound_log_are_sound_also_after_reopening_and_closing_again(
    sealed: Sealed, dsn: str
) -> None:
    sealed.cycles.reopen(act(JUNE, reason="a figure was wrong"), sealed.cycle)
    sealed.objectives.give_feedback(act(JUNE), sealed.objective, kind="concern", text="wrong")
    sealed.close_cycle()
    assert verify(dsn).faults == ()


@pytest.mark.parametrize("id", ["objective", "reviewed"])
def test_one_bit_of_a_sealed_event_is_blamed_on_the_event_and_breaks_the_seal(
    sealed: Sealed, dsn: str, id: str
) -> None:
    subject = getattr(sealed, id)
    log = sealed.store.recorder.select_notifications(1, 1000)
    for event in (event for event in log if event.originator_id == subject):
        place = event.state.index(b'"effective_on":"2026') + len('"effective_on":"')
        flip = (
            "update store.events set state = set_byte(state, %s, get_byte(state, %s) # 1) where position = %s"
        )
        alter(dsn, flip, place, place, event.id)
        faults = verify(dsn).faults
        assert [(fault.kind, fault.position, fault.topic) for fault in faults] == [
            ("altered", event.id, event.topic),
            ("seal", sealed.store.position(), "cycle.closed"),
        ]
        alter(dsn, flip, place, place, event.id)
    assert verify(dsn).sound


def test_a_log_rewritten_with_its_chain_still_breaks_the_seal(sealed: Sealed, dsn: str) -> None:
    with behind_the_back(dsn) as conn:
        conn.execute(
            "update store.events set state = replace(convert_from(state, 'UTF8'), 'So she did', 'Not at all')"
            "::bytea where topic = 'review.assessed'"
        )
        rechain(conn)
    (fault,) = verify(dsn).faults
    assert (fault.kind, fault.aggregate_id) == ("seal", sealed.cycle)
    assert "digest is" in fault.detail


@pytest.mark.parametrize("version", [1, 3])
def test_a_removed_event_of_what_was_sealed_breaks_the_seal(sealed: Sealed, dsn: str, version: int) -> None:
    alter(
        dsn,
        "delete from store.events where originator_id = %s and originator_version = %s",
        sealed.objective,
        version,
    )
    kinds = [fault.kind for fault in verify(dsn).faults]
    assert kinds == ["missing", "version-gap", "seal"]


def test_a_seal_that_cannot_be_read_is_a_fault_of_its_own(sealed: Sealed, dsn: str) -> None:
    alter(dsn, "update store.events set state = '{' where topic = 'cycle.closed'")
    altered, seal = verify(dsn).faults
    assert (altered.kind, seal.kind) == ("altered", "seal")
    assert "cannot be made again" in seal.detail


def test_a_mention_that_was_removed_breaks_the_seal(sealed: Sealed, dsn: str) -> None:
    alter(
        dsn, "delete from store.mentions where relation = 'in_cycle' and originator_id = %s", sealed.objective
    )
    (fault,) = verify(dsn).faults
    assert "objectives is 1, not 0" in fault.detail


def test_a_cycle_closed_before_there_were_seals_is_no_fault(sealed: Sealed, dsn: str) -> None:
    """Version 1 of the event; the chain blames the hand that put it there, no seal does."""
    alter(
        dsn,
        "update store.events set state = convert_to((convert_from(state, 'UTF8')::jsonb - 'seal' -"
        " 'class_version')::text, 'UTF8') where topic = 'cycle.closed'",
    )
    assert [fault.kind for fault in verify(dsn).faults] == ["altered"]


def test_a_seal_of_an_earlier_version_is_noted_and_not_called_altered(sealed: Sealed, dsn: str) -> None:
    with behind_the_back(dsn) as conn:
        conn.execute(
            "update store.events set state = replace(convert_from(state, 'UTF8'), %s, 'sha256')::bytea"
            " where topic = 'cycle.closed'",
            [ALGORITHM],
        )
        rechain(conn)
    report = verify(dsn)
    assert (report.sound, report.seals) == (True, 1)
    (note,) = report.notes
    assert (note.kind, note.topic, note.aggregate_id) == ("retired-seal", "cycle.closed", sealed.cycle)
    assert "earlier version" in note.detail


def test_a_seal_of_an_unknown_kind_is_a_fault(sealed: Sealed, dsn: str) -> None:
    with behind_the_back(dsn) as conn:
        conn.execute(
            "update store.events set state = replace(convert_from(state, 'UTF8'), %s, 'none')::bytea"
            " where topic = 'cycle.closed'",
            [ALGORITHM],
        )
        rechain(conn)
    (fault,) = verify(dsn).faults
    assert (fault.kind, fault.detail) == ("seal", "the seal is of an unknown kind: none")
