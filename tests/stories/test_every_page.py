"""Everyone's pages, found by following every link: each answers, and axe finds nothing on it.

Of pages that differ only in whose record they show, each person opens the first two; axe looks at the
first three that anyone opens.
"""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page

from .harness import Stage, faults_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Roles of the road, by a person of the demo who has each.
PEOPLE = (
    "",
    "peter",
    "grace",
    "odile",
    "ruth",
    "walter",
    "dana",
    "samir",
    "joan",
    "nell",
    "vera",
    "adele",
    "sol",
    "jose",
    "hollis",
)
MOST = 30  # pages a person
LOOKED_AT = 3  # pages of a kind that axe looks at
ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/credentials/)[\w-]{8,32}|(?<=/programs/)[\w-]+|(?<=/processes/)[\w-]+|\d+"
)
FILES = re.compile(
    r"\.(png|svg|json|pdf|ics|csv|xlsx|txt|jwt)$|/attachment$|/sign-out$|/status/\d+$"
)


def shape(address: str) -> str:
    """The address without what tells records apart."""
    parts = urlsplit(address)
    keys = sorted(pair.partition("=")[0] for pair in parts.query.split("&") if pair)
    return ID.sub("*", parts.path) + ("?" + "&".join(keys) if keys else "")


def links_of(page: Page) -> list[str]:
    """Addresses on this host that the page links to, as paths."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    here = urlsplit(page.url).netloc
    own = [urlsplit(link) for link in found if urlsplit(link).netloc == here]
    return [f"{one.path}?{one.query}" if one.query else one.path for one in own]


@pytest.fixture(scope="module")
def looked_at() -> Counter[str]:
    """How many pages of each kind axe has seen."""
    return Counter()


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who or "stranger")
def test_every_page_of(stage: Stage, looked_at: Counter[str], who: str) -> None:
    page = stage.as_person(who) if who else stage.stranger()
    if not who:
        page.goto("/")
    seen: Counter[str] = Counter({shape(page.url): 1})
    waiting = [urlsplit(page.url).path]
    faults: list[str] = []
    visited = 0
    while waiting and visited < MOST:
        path = waiting.pop(0)
        visited += 1
        try:
            answer = page.goto(path)
        except Error as error:
            if "Download is starting" in str(error):
                continue  # a file, which the browser keeps
            raise
        if answer is None or answer.status >= 400:
            faults.append(f"{path}: answers {answer and answer.status}")
            continue
        if looked_at[shape(path)] < LOOKED_AT:
            looked_at[shape(path)] += 1
            faults += [f"{path}: {fault}" for fault in faults_of(page)]
        for link in links_of(page):
            if (
                seen[shape(link)] < 2
                and link not in waiting
                and not FILES.search(link.split("?")[0])
            ):
                seen[shape(link)] += 1
                waiting.append(link)
    assert faults == []
