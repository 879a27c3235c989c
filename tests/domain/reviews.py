"""Reviews to start a test from: Ana is reviewed by Ben, calibrated by Cem, and Dora decides on appeals."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.provenance import Provenance
from domain.review import Evidence, KeyResultEvidence, Review, Share
from tests.domain.case import TODAY, given, id_of

OPENED = date(2026, 5, 1)
SHARED = date(2026, 5, 20)
ANA, BEN, CEM, DORA, HR = "ana", "ben", "cem", "dora", "hr"
SCALE = {"lowest": 1, "highest": 5, "labels": []}
SHARES = [Share(id_of("first"), Decimal("60.5")), Share(id_of("second"), Decimal("39.5"))]
Command = Callable[[Review], None]


def person(name: str) -> UUID:
    return id_of(f"person {name}")


def by(who: str, on: date = TODAY, reason: str | None = None) -> Provenance:
    """`who` acts on 15 June 2026; hr by a token, the others as themselves."""
    actor = f"token:{who}" if who == HR else f"person:{person(who)}"
    return Provenance(actor, id_of("command"), TODAY, on, reason)


def evidence(name: str) -> Evidence:
    """Half way, with one key result."""
    half = Decimal("0.5")
    read = KeyResultEvidence(id_of(f"key result of {name}"), Decimal(50), half, half)
    return Evidence(id_of(name), name, 7, 40, "active", half, None, [read])


EVIDENCE = [evidence("first"), evidence("second")]


def opened(**fields: Any) -> Review:
    """Opened on 1 May, with a scale of 1 to 5 and ten days to appeal."""
    known: dict[str, Any] = {
        "by": by(HR, OPENED),
        "id": id_of("review"),
        "person_id": person(ANA),
        "reviewer_id": person(BEN),
        "cycle_id": id_of("cycle"),
        "shares": SHARES,
        "scale": SCALE,
        "appeal_days": 10,
    }
    return given(Review.open(**known | fields))


def self_assess(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(ANA, OPENED), "text": "I did well"}
    review.self_assess(**known | fields)


def assess(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(BEN, OPENED), "rating": 3, "text": "As agreed", "evidence": EVIDENCE}
    review.assess(**known | fields)


def calibrate(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {
        "by": by(CEM, OPENED),
        "rating": 4,
        "reason_code": "consistency",
        "comment": "As the others",
    }
    review.calibrate(**known | fields)


def share(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(BEN, SHARED)}
    review.share(**known | fields)


def acknowledge(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(ANA, SHARED), "agrees": False, "comment": "Too low"}
    review.acknowledge(**known | fields)


def appeal(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(ANA, SHARED), "grounds": "The second one was late for others"}
    review.appeal(**known | fields)


def decide_appeal(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(DORA, SHARED), "decision": "upheld", "comment": "It was not"}
    review.decide_appeal(**known | fields)


def finalise(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(HR, SHARED)}
    review.finalise(**known | fields)


def withdraw(review: Review, **fields: Any) -> None:
    known: dict[str, Any] = {"by": by(HR, reason="opened by mistake")}
    review.withdraw(**known | fields)


def amend_by(review: Review, **fields: Any) -> None:
    decide_appeal(review, decision="amended", rating=5, **fields)


def amend(review: Review) -> None:
    amend_by(review)


COMMANDS: Mapping[str, Callable[..., None]] = {
    "self_assess": self_assess,
    "assess": assess,
    "calibrate": calibrate,
    "share": share,
    "acknowledge": acknowledge,
    "appeal": appeal,
    "uphold": decide_appeal,
    "finalise": finalise,
    "withdraw": withdraw,
}


_ASSESSED: list[Command] = [self_assess, assess]
WAYS: Mapping[str, list[Command]] = {
    "opened": [],
    "self_assessed": [self_assess],
    "assessed": _ASSESSED,
    "calibrated": [*_ASSESSED, calibrate],
    "shared": [*_ASSESSED, calibrate, share],
    "acknowledged": [*_ASSESSED, calibrate, share, acknowledge],
    "appealed": [*_ASSESSED, calibrate, share, acknowledge, appeal],
    "upheld": [*_ASSESSED, calibrate, share, acknowledge, appeal, decide_appeal],
    "amended": [*_ASSESSED, calibrate, share, acknowledge, appeal, amend],
    "finalised": [*_ASSESSED, calibrate, share, acknowledge, finalise],
    "withdrawn": [*_ASSESSED, withdraw],
}


def review_in(status: str) -> Review:
    """A review that reached this status."""
    review = given(opened(), *WAYS[status])
    assert review.status == status
    return review
