"""People sort texts and look for words so: said once more, a number being what it amounts to."""

import re
import unicodedata


def plain(text: str) -> str:
    """In small letters, each without its accents."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if unicodedata.category(letter) != "Mn"
    )


def as_people_sort(text: str) -> tuple[list[tuple[str, int]], str]:
    """A key: what stands before each number, with the number."""
    parts = [*re.split(r"([0-9]+)", plain(text)), ""]
    return [(before, int(number or -1)) for before, number in zip(parts[::2], parts[1::2], strict=True)], text


def has_words(texts: list[str | None], asked: str) -> bool:
    """Whether every word asked for is the beginning of a word in the texts."""
    there = [word for text in texts for word in re.findall(r"[^\W_]+", plain(text or ""))]
    wanted = re.findall(r"[^\W_]+", plain(asked))
    return all(any(word.startswith(each) for word in there) for each in wanted)
