"""From the cells of the files about reviews, feedback and measures to their rows."""

from application.plan.cells import Cells
from application.plan.performance_rows import FeedbackRow, MeasureRow, ReadingRow, ReviewRow
from domain.measure import DIRECTIONS
from domain.objective.values import FEEDBACK_KINDS, VISIBILITIES


def review(cells: Cells) -> ReviewRow:
    return ReviewRow(
        line=cells.line,
        id=cells.text("review_id"),
        person=cells.text("person_id"),
        reviewer=cells.text("reviewer_id"),
        cycle=cells.text("cycle_id"),
        objective=cells.text("objective_id"),
        weight=cells.weight("weight", empty=None),
    )


def feedback(cells: Cells) -> FeedbackRow:
    return FeedbackRow(
        line=cells.line,
        id=cells.text("feedback_id"),
        objective=cells.text("objective_id"),
        kind=cells.word("kind", FEEDBACK_KINDS),
        text=cells.text("text"),
        visibility=cells.optional_word("visibility", VISIBILITIES) or "open",
        on=cells.day("on"),
    )


def measure(cells: Cells) -> MeasureRow:
    return MeasureRow(
        line=cells.line,
        id=cells.text("measure_id"),
        name=cells.text("name"),
        unit_of_measure=cells.optional_text("unit_of_measure"),
        direction=cells.word("direction", DIRECTIONS),
        baseline=cells.number("baseline"),
        target=cells.number("target"),
        objective=cells.text("objective_id"),
        effective_on=cells.optional_day("effective_on"),
    )


def reading(cells: Cells) -> ReadingRow:
    return ReadingRow(
        line=cells.line,
        measure=cells.text("measure_id"),
        on=cells.day("on"),
        value=cells.number("value"),
        source=cells.optional_text("source"),
    )
