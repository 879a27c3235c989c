"""What an export writes about reviews, feedback and measures.

All of it is in the log as it was said, so it is taken from there: the folder has no word for what became of a
review later.
"""

from collections.abc import Callable, Iterator
from typing import Any

Item = dict[str, Any]
Logged = Callable[..., list[tuple[str, Item]]]
Cells = tuple[str | None, ...]
Names = dict[str | None, str]


class Performance:
    """`logged(*topics)` gives the events of the moment as (id of the aggregate, payload), in order."""

    def __init__(self, logged: Logged) -> None:
        withdrawn = {id for id, _ in logged("review.withdrawn")}
        self.reviews = {id: said for id, said in logged("review.opened") if id not in withdrawn}
        taken_back = {said["feedback_id"] for _, said in logged("objective.feedback_withdrawn")}
        given = [(id, said) for id, said in logged("objective.feedback_given")]
        self.feedback = [(id, said) for id, said in given if said["feedback_id"] not in taken_back]
        self.measures = dict(logged("measure.defined"))
        self.readings = _readings(logged)

    def people(self) -> Iterator[str]:
        """Who is named by a review."""
        for review in self.reviews.values():
            yield from (review["person_id"], review["reviewer_id"])

    def names(self) -> Iterator[list[tuple[str, str | None]]]:
        """Of each kind the ids with those of the source, if it gave any."""
        for kind in (self.reviews, self.measures):
            yield [(id, said["external_id"]) for id, said in kind.items()]


def _readings(logged: Logged) -> list[tuple[str, Item]]:
    """The last of each measure and day, which is all that a plan folder has room for, as last corrected."""
    known: dict[str, tuple[str, Item]] = {}
    for id, said in logged("measure.reading_recorded", "measure.reading_corrected"):
        known[said["reading_id"]] = (id, said)  # a correction keeps the place of what it corrects
    return list({(id, said["effective_on"]): (id, said) for id, said in known.values()}.values())


def reviews(performance: Performance, names: Names, owners: dict[str, str | None]) -> Iterator[Cells]:
    """`owners`: objective -> the person who has it. A review of what is another's by now has no place in a
    folder, which does not know whose it was.
    """
    for id, review in performance.reviews.items():
        shares = review["objectives"]
        if all(owners.get(each["objective_id"]) == review["person_id"] for each in shares):
            people = names[review["person_id"]], names[review["reviewer_id"]]
            for each in shares:
                objective = names[each["objective_id"]]
                yield names[id], *people, names[review["cycle_id"]], objective, each["weight"]


def feedback(performance: Performance, names: Names) -> Iterator[Cells]:
    for objective, said in performance.feedback:
        about = said["kind"], said["text"], said["visibility"], said["effective_on"]
        yield said["feedback_id"], names[objective], *about


def measures(performance: Performance, names: Names) -> Iterator[Cells]:
    for id, measure in performance.measures.items():
        about = measure["name"], measure["unit_of_measure"], measure["direction"]
        aim = measure["baseline"], measure["target"]
        for objective in measure["objective_ids"]:
            yield names[id], *about, *aim, names[objective], measure["effective_on"]


def readings(performance: Performance, names: Names) -> Iterator[Cells]:
    for measure, said in performance.readings:
        yield names[measure], said["effective_on"], said["value"], said["source"]
