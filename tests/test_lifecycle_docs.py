"""The diagrams of the lifecycles are those of the code; `python -m tests.lifecycle_docs` writes them."""

from domain.cycle import Status as CycleStatus
from domain.objective.lifecycle import Status as ObjectiveStatus
from domain.review.lifecycle import Status as ReviewStatus
from tests import lifecycle_docs


def test_the_page_is_what_the_code_gives() -> None:
    assert lifecycle_docs.FILE.read_text() == lifecycle_docs.text(), (
        "python -m tests.lifecycle_docs writes it"
    )


def test_every_status_is_in_its_diagram() -> None:
    diagrams = (
        (ObjectiveStatus, lifecycle_docs.objective_steps),
        (ReviewStatus, lifecycle_docs.review_steps),
        (CycleStatus, lifecycle_docs.cycle_steps),
    )
    for statuses, steps in diagrams:
        assert {status for origin, goal, _ in steps() for status in (origin, goal)} == set(statuses)
