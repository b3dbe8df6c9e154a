"""Putting things where they are found, and finding them."""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, Value, When

from bitterroot.search.models import Entry

MOST_WORDS = 8
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """Lower case without accents; anything but letters and digits is one space.

    >>> fold("Núñez & Söhne, 2026")
    'nunez sohne 2026'
    """
    bare = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


def put(*, kind: str, ref: str, title: str, texts: Iterable[str]) -> None:
    """Let a thing be found by its title and texts from now on; what it said before is forgotten."""
    Entry.objects.update_or_create(
        kind=kind, ref=ref, defaults={"title": fold(title), "text": fold(" ".join(texts))}
    )


def find(kind: str, text: str, limit: int = 200) -> list[str]:
    """Refs of the things in which every word occurs, those with all words in the title first."""
    words = fold(text).split()[:MOST_WORDS]
    if not words:
        return []
    in_title, anywhere = Q(), Q()
    for word in words:
        in_title &= Q(title__contains=word)
        anywhere &= Q(title__contains=word) | Q(text__contains=word)
    rank = Case(When(in_title, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Entry.objects.filter(anywhere, kind=kind).order_by(rank, "title")
    return list(found.values_list("ref", flat=True)[:limit])
