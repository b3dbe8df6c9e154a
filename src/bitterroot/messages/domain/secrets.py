"""One-time links and codes in the text of a mail: found, and taken out of what is kept or shown."""

import re

_LINK = re.compile(r"(/(?:sign|claim|open)/|\?token=)[A-Za-z0-9_:-]{20,400}")
_CODE = re.compile(r"\b\d{6}\b")


def without_secrets(text: str) -> str:
    """The text without one-time links and codes, fit for keeping."""
    return _CODE.sub("······", _LINK.sub(r"\1…", text))


def holds_link(text: str) -> bool:
    """Whether a one-time link stands in it: nobody but the mail's reader may see that."""
    return _LINK.search(text) is not None
