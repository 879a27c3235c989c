"""Behind the proxies of Flask stand the request and what is kept with it."""

from typing import TypeVar

T = TypeVar("T")


def itself(proxy: T) -> T:
    """Gives the object that the proxy stands for at present: for many looks, since each takes five calls."""
    found: T = proxy._get_current_object()  # type: ignore[attr-defined]  # Flask types a proxy as what it stands for
    return found
