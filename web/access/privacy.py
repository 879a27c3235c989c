"""Reviews and private feedback are shown to those whom they concern, and to those who may read all.

A review is for the person reviewed, the reviewer, the managers of the person, and who may read all; until it
is shared, the person sees no more of it than their own self-assessment and the status. To anybody else it
does not exist.
"""

from uuid import UUID

from application.store import Store
from domain.refusals import Forbidden, NotFound
from domain.review import Review
from web.access.roles import READING_ALL, REVIEWS
from web.access.tokens import Caller


def reads_all(caller: Caller) -> bool:
    return caller.role in READING_ALL


def acts_for_others(caller: Caller) -> bool:
    """Returns whether the caller may do in reviews and with feedback what is another person's to do."""
    return caller.role in REVIEWS


def demand_person(caller: Caller) -> None:
    """Raises `Forbidden` if the caller neither is a person nor may act for one."""
    if caller.person_id is None and not acts_for_others(caller):
        raise Forbidden("this takes a token that belongs to a person")


def demand_part_in(store: Store, review_id: UUID, caller: Caller) -> None:
    """Raises `NotFound`, as for a review that does not exist, unless the caller is the person reviewed, is
    the reviewer, or may act for them. It is asked ahead of the command, which asks once more who may act.
    """
    if not acts_for_others(caller):
        review = store.load(Review, review_id)
        if caller.person_id not in (review.person_id, review.reviewer_id):
            raise NotFound(f"there is no {Review.TOPIC} {review_id}")


def demand_reviewer_of(store: Store, review_id: UUID, caller: Caller) -> None:
    """As `demand_part_in`, and the person reviewed is `Forbidden` too."""
    demand_part_in(store, review_id, caller)
    if not acts_for_others(caller) and caller.person_id != store.load(Review, review_id).reviewer_id:
        raise Forbidden("only the reviewer may do this")
