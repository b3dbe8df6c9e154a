"""Olive reads the academic calendar, and what moved when it changed."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from bitterroot.governance.domain.calendar import follow_calendar
from bitterroot.people.actor import system
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from governance.engine_kit import use
from programs.test_calendar_changes import changed

As = Callable[[str], Client]


def test_the_office_sees_the_terms_and_what_moved(
    uni: SimpleNamespace, proposal: Proposal, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    olive = as_("olive")
    assert "It has not changed since" in olive.get("/office/calendar").content.decode()
    verbs.submit_for_signatures(by=uni.by("dana"), proposal=proposal)
    by = system("policy apply")
    follow_calendar(by=by)
    page = olive.get("/office/calendar").content.decode()
    assert page.count("No day moved.") == 1
    assert '<th scope="row">Fall 2026</th>' in page
    assert "Fall 2025" not in page
    assert "Storm" not in page

    use(monkeypatch, changed())
    follow_calendar(by=by)
    page = olive.get("/office/calendar").content.decode()
    assert "Storm" in page
    rows = page.partition("Was due")[2].partition("</table>")[0]
    for said in (proposal.title, "Signature, Supervisor of the lead", "4 Dec 2026", "8 Dec 2026"):
        assert said in rows


def test_it_is_for_the_office_alone(uni: SimpleNamespace, as_: As) -> None:
    assert as_("dana").get("/office/calendar").status_code == 403
