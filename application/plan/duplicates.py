"""A plan does not say anew what is there under another spelling."""

from collections import defaultdict
from uuid import UUID

from application.claims import check_claims
from application.plan.reading import Plan
from application.plan.rows import AGGREGATES, PlanRow
from application.plan.work import Work
from application.store.mentions import claimed_by
from domain.aggregate import Aggregate
from domain.claims import claim
from domain.external_id import Named


def check_no_duplicates(work: Work, plan: Plan) -> None:
    """Complains about an address, or an id in another spelling, that is another one's, here or in an earlier
    row.
    """
    session = work.session
    changed: dict[UUID, tuple[PlanRow, Aggregate]] = {}
    for table in plan.tables():
        for row in table if table.kind.OF in AGGREGATES else ():
            there = session.find(AGGREGATES[table.kind.OF], work.ids.of(table.kind.OF, row.id))
            if there is not None and there.pending_events:
                changed.setdefault(there.id, (row, there))
    claims = {
        (claim(relation, text), relation)
        for _, each in changed.values() for event in each.pending_events
        for _, relation, text in claimed_by(event)
    }  # fmt: skip
    session.prefetch(session.prefetch_mentioning(claims))
    later = set(changed)
    # from another source: `recognise` complains of these
    known: dict[tuple[type[Aggregate], str | None], set[UUID]] = defaultdict(set)
    for other in session.all(Named):
        known[type(other), other.external_id].add(other.id)
    for row, each in changed.values():
        later.discard(each.id)
        called = each.external_id if isinstance(each, Named) else None
        with work.blaming(row):
            check_claims(session, each, but_for=later | known[type(each), called])
