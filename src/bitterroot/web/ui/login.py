"""What the institution calls the name with which its people sign in (`login name` in its policy)."""

from django.utils.functional import lazy
from django.utils.text import capfirst

from bitterroot.governance import policies


def login_name() -> str:
    """As it stands within a sentence."""
    return policies.current().institution.login_name


def _in_words(sentence: str) -> str:
    said = login_name()
    return str(capfirst(sentence.replace("LOGIN", said)))


#: A sentence in which LOGIN stands for it, filled in when it is shown.
with_login = lazy(_in_words, str)
