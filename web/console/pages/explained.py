"""The page that says what the words and the marks of the console mean."""

from flask import Response

from web.console.frame import console, page

WORDS = (
    ("As of", "The day asked about: what held on it."),
    (
        "Known",
        "All that had been recorded by some moment: by now, or by the end of that day.",
    ),
    ("Late", "Recorded after the day since which it holds."),
    ("Aligned", "It leads to a goal of the strategy, over one link or several."),
    ("Detached", "It is linked to something, and nothing of that leads to a goal."),
    ("Orphan", "It is linked to nothing."),
    ("Coverage", "The share of live objectives below the strategy that are aligned."),
    ("Live", "Active on that day, within its period."),
    ("Stale", "No check-in for longer than its cycle and the rules allow."),
    ("Pace", "How far it is, beside how much of its time has passed."),
    ("Silo index", "The share of links that stay within their own part of the organisation."),
    ("Amended", "Changed since it was approved, and not approved again."),
)
"""A word and what it means; docs/glossary.md has all of them."""


@console.get("/help")
def help_() -> Response:
    """Explains the words, the marks and the keys."""
    return page("help.html", words_=WORDS)
