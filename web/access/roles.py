"""Roles of callers, several at once, and what a token stands for that belongs to nobody."""

ADMIN, HR, AUDITOR, EMPLOYEE, SERVICE = "admin", "hr", "auditor", "employee", "service"
ROLES = frozenset({ADMIN, HR, AUDITOR, EMPLOYEE, SERVICE})
OF_THE_ORGANISATION = frozenset({ADMIN, HR, AUDITOR})
"""A token of role admin without a person stands for the organisation, which set up the house: it may what
these may, except what a person must do.
"""
LIMITED = frozenset({HR, AUDITOR})
"""These may be limited to units, and those below them."""


def powers(roles: frozenset[str], *, is_person: bool) -> frozenset[str]:
    """The roles by which a caller of these roles is judged. Whoever is a person has the rights of an employee
    beside those of a role, but an auditor who is nothing else changes nothing.
    """
    if not is_person:
        return roles | OF_THE_ORGANISATION if ADMIN in roles else roles
    return roles | {EMPLOYEE} if roles - {AUDITOR, SERVICE} else roles
