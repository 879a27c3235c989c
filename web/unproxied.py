"""Behind the proxies of Flask stand the request and what is kept with it."""

from typing import TypeVar

T = TypeVar("T")


def itself(proxy: T) -> T:
    """What the proxy stands for at present: for whoever looks often, since each look takes five calls."""
    found: T = proxy._get_current_object()  # type: ignore[attr-defined]  # Flask types a proxy as what it stands for
    return found
