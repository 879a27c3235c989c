"""Words and the order of texts as people see them: the same for what is kept and for what is asked.

Neither case nor Unicode form nor accents make a difference to what is found: `Café`, its accent written as a
character of its own or not, and `CAFE` are the same word.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from unicodedata import combining, normalize

REMEMBERED = 65_536
_BARE = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
)
"""Letters with a mark that Unicode does not take off."""
_WORD = re.compile(r"[^\W_]{1,200}")  # PostgreSQL keeps none of more than 2 KB
_DIGITS = re.compile("0*([0-9]+)", re.ASCII)


def levelled(text: str) -> str:
    """The text without what makes no difference."""
    if text.isascii():
        return text.lower()
    parts = normalize("NFKD", normalize("NFKD", text).casefold())
    return normalize("NFC", "".join([part for part in parts if not combining(part)])).translate(_BARE)


def words_in(text: str) -> list[str]:
    """Runs of letters and digits; everything else parts them."""
    return _WORD.findall(levelled(text))


def finder(asked: str) -> Callable[[Iterable[str | None]], bool]:
    """Tells whether texts have all these words, each as a word or the beginning of one, in any order."""
    wanted = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in words_in(asked)]

    def found(texts: Iterable[str | None]) -> bool:
        text = levelled("\n".join(filter(None, texts)))
        return bool(wanted) and all(word.search(text) for word in wanted)

    return found


def matching(
    rows: list[dict[str, Any]], q: str | None, texts: Sequence[str], external_id: str | None
) -> list[dict[str, Any]]:
    """Gives those of the rows whose `texts` have every word of `q` together, and whose `external_id` is the
    one given, whatever its case and its Unicode form. None asks for all.
    """
    if external_id is not None:
        wanted = levelled(external_id)
        rows = [row for row in rows if row["external_id"] and levelled(row["external_id"]) == wanted]
    if q is not None:
        found = finder(q)
        rows = [row for row in rows if found(row[name] for name in texts)]
    return rows


@lru_cache(maxsize=REMEMBERED)
def in_order(text: str | None) -> tuple[str, str]:
    """Sorts texts as people do: neither by case nor by accents unless nothing else differs, and numbers in
    them by what they amount to; None before all.
    """
    if text is None:
        return "", ""
    return _DIGITS.sub(_by_length, levelled(text)), text


def _by_length(digits: re.Match[str]) -> str:
    return f"{min(len(digits[1]), 99):02d}{digits[1]}"
