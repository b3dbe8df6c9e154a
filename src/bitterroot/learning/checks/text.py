"""Tidying what people type and paste, before anything is made of it.

Cells come out of spreadsheets, word processors and web pages. What they hold besides their
words (control characters, invisible marks, odd spaces) is removed here, once, so that nothing
later has to think of it. Words in any script pass unchanged.
"""

from __future__ import annotations

import re
import unicodedata

FORMULA_STARTS = ("=", "+", "-", "@")
"""A spreadsheet takes text that begins so for a formula when it opens the file."""

BLANKS = frozenset({"-", "--", "–", "—", ".", "n/a", "na", "none", "nil", "null", "#n/a"})
"""What people type to say that there is nothing to say (compared in lower case)."""

_SPACES = re.compile(r"[\s\x85]+")
_ESCAPED = re.compile(r"_x00([0189][0-9A-Fa-f]|7F)_")
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_STRAY_JOINER = re.compile(r"(?<![^\W\d_a-zA-Z])[\u200c\u200d]|[\u200c\u200d](?!\w)")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")


def tidy(text: str) -> str:
    """The words of `text`: NFC, single spaces, nothing invisible, no space at either end.

    The zero-width joiners that Persian and Indic names need stay between letters. Excel's
    spelling of a control character (`_x000B_`) goes the way of the character.
    """
    if "_x00" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if _PLAIN.fullmatch(text):
        return text
    text = _NEVER.sub("", _SPACES.sub(" ", text))
    text = _STRAY_JOINER.sub("", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", text).strip()


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would compute this text instead of showing it."""
    return text.startswith(FORMULA_STARTS)


def is_blank(text: str) -> bool:
    """Whether tidied text says nothing: empty, or a dash or "n/a" in its place."""
    return not text or text.casefold() in BLANKS


def words_of(text: str) -> list[str]:
    """The words of a heading or an answer: lower case, no accents, letters and digits only."""
    folded = unicodedata.normalize("NFKD", tidy(text).casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", bare.replace("e-mail", "email"))
