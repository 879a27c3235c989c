"""The `operationId` of every operation: generated clients call their functions by it."""

import re
from itertools import pairwise

ONE_OF = {"people": "person", "deliveries": "delivery"}
"""One of several, where it is not the word without its last s."""
EVERYWHERE = ("external_id",)
"""Things of every collection have one, so that it does not say what it is of."""
_ID = re.compile(r"<uuid:\w+>")


def question(kind: str, rule: str) -> str:
    """A GET is called by its path, as `get_objective_progress` is; `kind` is get, list or export."""
    steps = [*rule.strip("/").split("/"), ""]
    words = [
        _one(step) if _ID.fullmatch(following) else _word(step)
        for step, following in pairwise(steps)
        if not _ID.fullmatch(step)
    ]
    return "_".join([kind, *words])


def command(name: str, rule: str) -> str:
    """A POST is called by its use case and what it is done to, as `postpone_objective` is; or by its use case
    alone where that says what it is about behind the id, as `remove_alignment` does.
    """
    of, *behind = [_one(step) for step in rule.strip("/").split("/") if not _ID.fullmatch(step)]
    name = name.strip("_")
    _, _, about = name.partition("_")
    paths = ["_".join(behind[place:]) for place in range(len(behind))]
    if about and about not in EVERYWHERE and any(f"{path}_".startswith(f"{about}_") for path in paths):
        return name
    return f"{name}_{of}"


def _word(step: str) -> str:
    return step.replace("-", "_")


def _one(step: str) -> str:
    return ONE_OF.get(step, _word(step).removesuffix("s"))
