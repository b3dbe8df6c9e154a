"""José has taken his badge; what his wallet does is played with the `cryptography` library."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bitterroot.issuing.models import Award
from web.learner.conftest import link  # noqa: F401
from web.public.conftest import _now, award, house, issued, proposal, sent, shown, uni  # noqa: F401

ORIGIN = "https://demo.bitterroot.example"


@pytest.fixture
def jose(award: Award, link: str) -> Client:  # noqa: F811
    """His browser, after he took the badge and showed it to nobody."""
    client = Client()
    client.post(link, {"answer": "accept"})
    return client


@pytest.fixture
def made(award: Award, jose: Client) -> Callable[..., tuple[dict[str, str], str]]:  # noqa: F811
    """Make a link on the page: the parameters of its address, and the PIN that stands beside it."""

    def _made(way: str = "openid", bind: bool = False) -> tuple[dict[str, str], str]:
        fields = {"act": "make", "way": way} | ({"bind": "yes"} if bind else {})
        page = jose.post(f"/my/badges/{award.public_id}/wallet", fields).content.decode()
        found = re.search(r'button--main" href="([^"]+)"', page)
        assert found is not None, page
        pin = re.search(r'class="pin"><strong>(\d+)<', page)
        asked = parse_qs(urlsplit(unescape(found[1])).query)
        return {name: values[0] for name, values in asked.items()}, pin[1] if pin else ""

    return _made
