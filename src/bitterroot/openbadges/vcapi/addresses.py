"""What counts as an address (URL) in the standards of the W3C."""

import re
from urllib.parse import urlsplit

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]+")


def is_url(value: object) -> bool:
    """Whether `value` is one absolute URL; http and https ones name a host."""
    if not isinstance(value, str) or not _URL.fullmatch(value):
        return False
    if value.lower().startswith(("http:", "https:")):
        try:
            return bool(urlsplit(value).hostname)
        except ValueError:
            return False
    return True
