"""`alike`: a column that holds a text, whatever accents and capitals either is written with.

SQLite's and PostgreSQL's own "contains" keep accents apart, and SQLite's also "É" and "é". Nothing
is kept beside the column: most values have no accents, and a pattern with every form of each
letter is tried only on those that have. "ß" and "ss" stay apart.
"""

import re
import unicodedata
from typing import Any

from django.db.models import CharField, Lookup, TextField

from bitterroot.search.find import LETTERS

#: Where Latin letters with marks stand: Latin-1 to Extended-B, and Extended Additional.
_MARKED = (range(0xC0, 0x250), range(0x1E00, 0x1F00))


def bare(text: str) -> str:
    """Lower case without accents; signs stay.

    >>> bare("José O'Núñez")
    "jose o'nunez"
    """
    found = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return "".join(c for c in found if not unicodedata.combining(c))


def _forms() -> dict[str, str]:
    found = {c: c + c.upper() for c in "abcdefghijklmnopqrstuvwxyz"}
    for code in (code for block in _MARKED for code in block):
        base = bare(chr(code))
        if base in found:
            found[base] += chr(code)
    return found


#: Every form of each letter: "e" -> "eEÈÉÊËèéêë…".
_FORMS = _forms()


def _pattern(text: str, escape: dict[str, str]) -> str:
    """`text` with a set of forms for each letter, for both databases' patterns."""
    parts = []
    for char in unicodedata.normalize("NFC", text.lower()):
        for letter in bare(char) or char:
            forms = _FORMS.get(letter, "")
            if char.isalpha() and char not in forms:  # of other scripts, whose marks are letters
                forms += char + char.upper()
            parts.append(f"[{forms}]" if forms else escape.get(letter, letter))
    return "".join(parts)


_GLOB = {c: f"[{c}]" for c in "*?["}
_REGEX = {c: f"\\{c}" for c in r"\.^$*+?()[]{}|"}
_LIKE = re.compile(r"([\\%_])")


@TextField.register_lookup
@CharField.register_lookup
class Alike(Lookup):  # type: ignore[type-arg]
    """`name__alike="jose"` finds "José"."""

    lookup_name = "alike"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The column as it is, or, where it has more octets than letters, by the pattern."""
        column, params = self.process_lhs(compiler, connection)
        text = str(self.rhs)
        like = "%" + _LIKE.sub(r"\\\1", bare(text)) + "%"
        if connection.vendor == "postgresql":
            # "C" knows the capitals of plain letters alone, which is enough here and much quicker.
            like = like.upper()
            marked = f"octet_length({column}) > char_length({column}) AND {column} ~ %s"
            plain, pattern = f'UPPER({column} COLLATE "C") LIKE %s', _pattern(text, _REGEX)
        else:
            marked = f"length(CAST({column} AS BLOB)) > length({column}) AND {column} GLOB %s"
            plain, pattern = f"{column} LIKE %s ESCAPE '\\'", f"*{_pattern(text, _GLOB)}*"
        said = (*params, like, *params, *params, *params, pattern)
        return f"({plain} OR ({marked}))", said
