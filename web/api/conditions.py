"""Conditions of a request as RFC 9110 has them: If-Match before a command or a question, If-None-Match with a
question.

A tag is compared as it stands. If-Match compares strongly: a weak tag is like no other. Nothing here has a
date of its last change, so If-Modified-Since and If-Unmodified-Since are not looked at, as the RFC demands.
"""

import re

from flask import request
from werkzeug.http import unquote_etag

from domain.refusals import Malformed, StaleVersion, VersionRequired

ANY = "*"
_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"')


def versions_of(if_match: str | None) -> frozenset[int] | None:
    """The versions that If-Match names, None for `*`. A tag that is none of a version is one that nothing
    has. Raises `VersionRequired` where there is none, and `Malformed`.
    """
    if if_match is None:
        raise VersionRequired('send If-Match: "<version>" with the version you have seen, or * for any')
    found = (_VERSION.fullmatch(tag) for tag in tags_of(if_match))
    return None if if_match.strip() == ANY else frozenset(int(each[1]) for each in found if each)


def tags_of(if_match: str) -> list[str]:
    """The tags that stand in the header, none for `*`; `Malformed` if it is neither."""
    if if_match.strip() == ANY:
        return []
    if not _TAGS.fullmatch(if_match):
        raise Malformed('If-Match must be *, or tags in double quotes with commas between them, such as "7"')
    return re.findall(_TAG, if_match)


def check_match(tag: str) -> None:
    """`StaleVersion` if the present question is asked only for answers of other tags than this one."""
    said = request.headers.get("If-Match")
    if said is None or said.strip() == ANY:
        return
    if tag not in tags_of(said) or unquote_etag(tag)[1]:
        raise StaleVersion("the answer has none of the tags that If-Match names")


def is_held(tag: str | None) -> bool:
    """Returns whether the client says that it has what this tag is of; raises what `check_match` does."""
    if tag is None:
        return False
    check_match(tag)
    return request.if_none_match.contains_raw(tag) and not request.if_none_match.star_tag


def asks_for_nothing(tag: str | None) -> bool:
    """Returns whether the client wants to know only whether there is an answer (`*`), which has this tag."""
    return tag is not None and request.if_none_match.star_tag
