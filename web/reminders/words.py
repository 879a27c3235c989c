"""The words of what is due, where nothing personal may be said: by the kind alone."""

WORDS = {
    "check_in": "A check-in is to be made",
    "approval": "An objective waits for your approval",
    "commitment": "A draft waits for your commitment",
    "submission": "A draft waits to be submitted",
    "activation": "An approved objective waits to be activated",
    "closure": "An objective is past its end and waits to be closed",
    "orphan": "An objective has no link",
    "detached": "An objective has no way to the strategy",
    "self_assessment": "A self-assessment waits to be written",
    "assessment": "A review waits for your assessment",
    "sharing": "A review waits to be shared",
    "acknowledgement": "A review waits for your acknowledgement",
    "appeal": "An appeal is still possible",
    "appeal_decision": "An appeal waits for your decision",
    "finalisation": "A review waits to be finalised",
}
"""Kind of what is due -> the sentence of it, without its end."""
OF_OTHERS = {kind: said.replace(" for your ", " for ") for kind, said in WORDS.items()}
"""The same, of what somebody else owes."""


def page_of(type_: str, id: str, url: str) -> str:
    """The page of an objective or a review, at the service of this URL."""
    return f"{url}/{'reviews' if type_ == 'review' else 'objectives'}/{id}"
