"""Which role may give which commands. Reading is open to every role."""

from domain.refusals import Forbidden

ADMIN = frozenset({"admin"})
OBJECTIVES = frozenset({"admin", "hr", "employee", "service"})
ROLES = frozenset({"admin", "hr", "auditor", "employee", "service"})
COMMANDING = ROLES - {"auditor"}


def demand(role: str, allowed: frozenset[str]) -> None:
    """Raises `Forbidden` unless the role is among those allowed."""
    if role not in allowed:
        raise Forbidden(f"a token of role {role} may not give this command")
