"""Roles say who may give which commands. Reading is open to every role, but for what is private: see
web/access/privacy.py.
"""

from domain.refusals import Forbidden

ADMIN = frozenset({"admin"})
OBJECTIVES = frozenset({"admin", "hr", "employee", "service"})
REVIEWS = frozenset({"admin", "hr"})
"""These roles run reviews, and may act in them for somebody else."""
CONCERNED = frozenset({"admin", "hr", "employee"})
MEASURES = frozenset({"admin", "hr"})
PLANS = frozenset({"admin", "hr"})
"""These roles import whole plans."""
READING_ALL = frozenset({"admin", "hr", "auditor"})
ROLES = frozenset({"admin", "hr", "auditor", "employee", "service"})
COMMANDING = ROLES - {"auditor"}


def demand(role: str, allowed: frozenset[str]) -> None:
    """Raises `Forbidden` unless the role is among those allowed."""
    if role not in allowed:
        raise Forbidden(f"a token of role {role} may not do this")
