"""Olive publishes a new version of the procedures; Dana, whose draft attested the old, attests anew."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.people.errors import NotPossible, Refused
from bitterroot.proposals.domain.pages import attest_anew, current_page, publish_page
from bitterroot.proposals.models import Page, Proposal
from bitterroot.proposals.queries.missing import missing
from bitterroot.web.office.pages import Line, difference

As = Callable[[str], Client]
ADDRESS = "/office/pages/procedures"


def _next() -> dict[str, str]:
    page = current_page("procedures")
    assert page is not None
    text = page.markdown + "\nPilots run **three** terms.\n<script>alert(1)</script>\n"
    return {"title": page.title, "markdown": text, "based_on": str(page.n)}


def test_only_the_office_writes_them(as_: As, uni: SimpleNamespace) -> None:
    assert as_("olive").get("/office/pages").status_code == 200
    assert as_("olive").get(ADDRESS).status_code == 200
    for address in ("/office/pages", ADDRESS):
        assert as_("dana").get(address).status_code == 403
    with pytest.raises(Refused):
        publish_page(by=uni.by("dana"), key="procedures", title="Mine", markdown="Free for all.")
    assert as_("olive").get("/office/pages/nothing").status_code == 404


def test_olive_looks_and_publishes_and_dana_attests_anew(
    as_: As, uni: SimpleNamespace, proposal: Proposal
) -> None:
    assert missing(proposal) == []
    olive, said = as_("olive"), _next()
    page = olive.post(ADDRESS, {**said, "act": "look"}).content.decode()
    assert Page.objects.filter(key="procedures").count() == 1  # looking publishes nothing
    assert "</span>Pilots run **three** terms.</ins>" in page
    assert "<strong>three</strong>" in page
    assert "<script>alert" not in page
    assert "GIS for Community Planning</a>, Dana Kipp (version 1)" in page
    assert olive.post(ADDRESS, {**said, "act": "publish"}).status_code == 302
    now = current_page("procedures")
    assert now is not None
    assert now.n == 2
    proposal.refresh_from_db()
    assert [gap.field for gap in missing(proposal)] == ["procedures_attested"]
    assert attest_anew("procedures") == [proposal]
    assert attest_anew("faq") == []
    old, new = Client().get("/procedures/1"), Client().get("/procedures")
    assert b"A newer version is in force." in old.content
    assert b"three" in new.content
    assert b'href="/procedures/1"' in new.content
    assert Client().get("/procedures/3").status_code == 404


def test_of_two_who_write_on_the_same_version_the_second_is_told(
    as_: As, uni: SimpleNamespace
) -> None:
    olive, said = as_("olive"), _next()
    publish_page(
        by=uni.by("olive"), key="procedures", title="Process", markdown="Short.", based_on=1
    )
    answer = olive.post(ADDRESS, {**said, "act": "publish"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "A newer version was published meanwhile" in page
    assert "Pilots run **three** terms." in page  # nothing typed is lost
    assert Page.objects.filter(key="procedures").count() == 2


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [(" ", "Text", "title"), ("T" * 201, "Text", "title"), ("T", " \n", "markdown")],
)
def test_a_page_has_a_title_and_a_text(
    uni: SimpleNamespace, title: str, text: str, field: str
) -> None:
    with pytest.raises(NotPossible) as refused:
        publish_page(by=uni.by("olive"), key="faq", title=title, markdown=text)
    assert [name for name, _ in refused.value.problems] == [field]


def test_a_difference_shows_two_lines_around_each_change() -> None:
    old = "\n".join("abcdefghij")
    assert difference(old, old.replace("f", "F")) == [
        Line("skip"),
        Line("same", "d"),
        Line("same", "e"),
        Line("gone", "f"),
        Line("new", "F"),
        Line("same", "g"),
        Line("same", "h"),
        Line("skip"),
    ]
    assert difference(old, old) == []
