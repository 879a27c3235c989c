"""The closed catalogue of problems (RFC 9457).

Nothing leaves the service as an error that is not in `CATALOGUE`; docs/problems.md is the same table for
people, and GET /problems/<slug>, the `type` of a problem, answers with its row. `web/errors.py` turns
exceptions into problems.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemKind:
    """One row of the catalogue: what a problem means and what its receiver should do."""

    status: int
    title: str
    meaning: str
    advice: str


CATALOGUE: Mapping[str, ProblemKind] = {
    "malformed": ProblemKind(
        400,
        "The request cannot be read",
        "The body is not JSON as RFC 8259 has it (or names a field twice, or nests more than 20 deep), "
        "or a header such as If-Match or Idempotency-Key does not have its form.",
        "Correct the request; repeating it as it is will fail again.",
    ),
    "unauthenticated": ProblemKind(
        401,
        "A valid token is needed",
        "There is no bearer token, or it is unknown, expired or revoked.",
        "Send `Authorization: Bearer <token>`; `throughline token` issues one.",
    ),
    "forbidden": ProblemKind(
        403,
        "The token does not allow this",
        "The role of the token, or the person it belongs to, may not do this.",
        "Use a token that may.",
    ),
    "not-found": ProblemKind(
        404,
        "There is nothing here",
        "The path does not exist, or nothing with this id did at the moment asked about.",
        "Check the path and the id; with as_of or known_at, the id may be younger than the moment.",
    ),
    "method-not-allowed": ProblemKind(
        405, "The method does not fit the path", "The path exists, this method on it does not.", "See Allow."
    ),
    "request-timeout": ProblemKind(
        408,
        "The request did not come in time",
        "The client has 10 seconds to send the head of a request; for its body a second more for each "
        "64 KiB that have come.",
        "Send it again, without pauses.",
    ),
    "forbidden-transition": ProblemKind(
        409,
        "The state does not allow this step",
        "The aggregate is in a state from which this command does not lead; `current_status` and "
        "`allowed` say what is, and `recorded` what was recorded of a step that is given again with another "
        "day, reason or content.",
        "Read the aggregate again and choose an allowed step.",
    ),
    "alignment-loop": ProblemKind(
        409,
        "The links would form a loop",
        "Following the links upward would lead back to where they start, at some date; `path`, `from` "
        "and `to` name the loop and the days on which it would hold.",
        "Choose another parent or another date, or remove a link of the path first.",
    ),
    "periods-do-not-overlap": ProblemKind(
        409,
        "The periods do not overlap",
        "An objective can only be aligned to one whose period shares at least a day with its own.",
        "Choose another parent or change a period first.",
    ),
    "strategic-only": ProblemKind(
        409,
        "A strategic objective aligns only to strategic ones",
        "The parent is not strategic.",
        "Choose a strategic parent.",
    ),
    "already-exists": ProblemKind(
        409,
        "It exists already",
        "Something with this id has been defined before, another person has this `email` or `user_name`, or "
        "another of its kind this `external_id` or `account_id`, however it is spelled, the "
        "person has a review in this cycle already, or there is a webhook with this URL and these topics: "
        "`id`.",
        "Use the existing one.",
    ),
    "still-in-use": ProblemKind(
        409,
        "Something still belongs to it",
        "On that day or later units or people belong to the unit, people report to the person, objectives "
        "that have not ended are theirs, or reviews are theirs to write; objectives reach beyond the new "
        "days of a cycle; or what an objective was carried over into goes on. `units`, `people`, "
        "`objectives` and `reviews` name the first of them.",
        "Move or end them first, or name in `hand_over_to` who takes them over.",
    ),
    "limit-reached": ProblemKind(
        409,
        "There is no room for more",
        "There are `limit` of these already: policies, webhooks, key results or links of one objective, "
        "objectives aligned to one, changes of one thing, or revisions of a change plan or comments on it.",
        "Change what there is, or go on with another one.",
    ),
    "plan-outdated": ProblemKind(
        409,
        "What the change plan names has changed since",
        "Nothing of the change plan was recorded: `changed` lists the first 50 events since it was drafted "
        "or revised, each with the `kind` and `id` of what it changed, its `action` and `position`; `count` "
        "says how many there are.",
        "Look at them, revise the plan, and have it approved again.",
    ),
    "same-person": ProblemKind(
        409,
        "Different people must do this",
        "The reviewer, the one who calibrates and the one who decides an appeal are three "
        "different people, and none is the person reviewed; `role` says which of them the caller,"
        " or the one named, is already.",
        "Let somebody else do it.",
    ),
    "cycle-not-ready": ProblemKind(
        409,
        "Not everything in the cycle has ended",
        "An objective is not closed, cancelled, postponed or carried over, or a review is not "
        "finalised or withdrawn; `open` lists the first 50 of their ids, `count` says how many "
        "there are.",
        "End them first.",
    ),
    "cycle-sealed": ProblemKind(
        409,
        "The cycle is sealed",
        "The cycle `cycle_id` is closed: nothing that is in it changes any more, whoever asks.",
        "Reopen the cycle first, with a reason, if it has to be corrected.",
    ),
    "command-running": ProblemKind(
        409,
        "The command is still running",
        "A command with this Idempotency-Key is being carried out right now.",
        "Repeat the same request after the time in Retry-After; it then gets the first answer.",
    ),
    "stale-version": ProblemKind(
        412,
        "The aggregate has moved on",
        "If-Match names no version that still holds; to a command, `version` says which one does.",
        "Read it again, decide again, and send the command with the new version.",
    ),
    "too-large": ProblemKind(
        413,
        "The body is too large",
        "A body may have 1 MiB, that of POST /commands 8 MiB.",
        "Send less at once.",
    ),
    "unsupported-media-type": ProblemKind(
        415, "The body must be JSON", "The Content-Type is not application/json.", "Send JSON and say so."
    ),
    "invalid-value": ProblemKind(
        422,
        "A value is missing, unknown or not allowed",
        "`errors` lists every field that is wrong: `pointer` is a JSON pointer into the body, or `?name` "
        "for a query parameter.",
        "Correct the fields named.",
    ),
    "unknown-reference": ProblemKind(
        422,
        "An id in the body names nothing",
        "A field refers to a unit, person, cycle, objective, key result or check-in that does not exist.",
        "Define it first or correct the id.",
    ),
    "invalid-plan": ProblemKind(
        422,
        "The plan has bad cells",
        "Nothing of it was recorded: `cells` lists up to 1,000 of what is wrong, "
        "each with its `file`, `line`, "
        "`column` and `detail`, and `count` says how many there are.",
        "Correct the cells, or declare how the plan is written.",
    ),
    "not-smart": ProblemKind(
        422,
        "The objective is not SMART yet",
        "`missing` lists the letters that fail and `errors` what each lacks.",
        "Supply what is missing, or send a waiver with a reason for the letter.",
    ),
    "reason-required": ProblemKind(
        422,
        "A reason is needed",
        "A change after approval, a correction, a withdrawal and a step backwards are recorded with their "
        "reason.",
        "Send `reason`.",
    ),
    "effective-date": ProblemKind(
        422,
        "The effective date is not allowed",
        "Facts hold from the first day of the aggregate to a year ahead; steps of a lifecycle come in "
        "order and never ahead; a check-in or a reading is effective on its day, and an appeal comes within "
        "the appeal days of sharing. `earliest` and `latest` say what could be; `recorded` says since when "
        "something is gone that is removed again.",
        "Correct `effective_on`.",
    ),
    "too-many-events": ProblemKind(
        422,
        "The command would record too much at once",
        "One command records at most 5,000 events (`most`), also where it hands over what somebody leaves.",
        "Hand over or move a part first, by commands of its own.",
    ),
    "answer-too-large": ProblemKind(
        422,
        "The answer is too large",
        "An answer has at most 32 MiB.",
        "Ask for less: below one objective, of one unit, of one cycle; or export it.",
    ),
    "alignment-to-itself": ProblemKind(
        422, "Nothing is aligned to itself", "The parent is the objective itself.", "Choose another parent."
    ),
    "command-id-reused": ProblemKind(
        422,
        "The Idempotency-Key was used for another command",
        "A command with this key was recorded, and it was not this one.",
        "Make a new key for every new command.",
    ),
    "version-required": ProblemKind(
        428,
        "If-Match is missing",
        "A command on something that exists says which version it was decided on.",
        'Send If-Match: "<version>", or * for any version.',
    ),
    "too-many-requests": ProblemKind(
        429,
        "There are too many requests of one caller",
        "The caller has sent more requests than one may in a second, or has more of them under way than one "
        "may; `detail` says which. Nothing was recorded.",
        "Repeat after the time in Retry-After.",
    ),
    "head-too-large": ProblemKind(
        431, "The head of the request is too large", "It may have 64 KiB.", "Send fewer or shorter headers."
    ),
    "internal": ProblemKind(
        500, "The service failed", "A defect; it has been logged under the id in `detail`.", "Report the id."
    ),
    "not-yet-visible": ProblemKind(
        503,
        "What is recorded is not visible yet",
        "The read models had not reached min_position within 5 seconds, or it is ahead of the log; or they "
        "are catching up from far behind: "
        "to what there was when the service started, or over more than 5,000 events.",
        "Repeat after the time in Retry-After.",
    ),
    "took-too-long": ProblemKind(
        503,
        "The answer took too long",
        "A statement of the database ran for more than 30 seconds, or the answer was not there after 60. "
        "Whether a command was recorded is unknown.",
        "Ask for less: fewer days, one unit, one cycle. Repeat a command with the same Idempotency-Key.",
    ),
    "too-busy": ProblemKind(
        503,
        "The service is too busy",
        "No connection was free in time, or the command was overtaken by others too often. Nothing was "
        "recorded.",
        "Repeat after the time in Retry-After.",
    ),
    "unavailable": ProblemKind(
        503,
        "The database cannot be reached",
        "Whether a command was recorded is unknown if the connection broke while it ran.",
        "Repeat after the time in Retry-After, a command with the same Idempotency-Key.",
    ),
    "provider-unavailable": ProblemKind(
        503,
        "The OpenID provider cannot be reached",
        "The keys by which a signed token is checked, or the sign-in itself, have to be asked of the OpenID "
        "provider, which does not answer. Tokens that were issued here are good all the same.",
        "Repeat after the time in Retry-After.",
    ),
}
