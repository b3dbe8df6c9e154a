"""Olive looks at the rules in force: drawn, with what stands at each step, and beside older ones."""

import copy
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from bitterroot.governance import policies
from bitterroot.governance.models import PolicyVersion, StepRun
from bitterroot.messages.duties import duties_of
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.policy import Policy
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from proposals.conftest import SET_UP, SINCE

As = Callable[[str], Client]
PROCESS = "/office/policy/processes/pilot-proposal"


def _earlier() -> PolicyVersion:
    """A version that gave the office one business day less, as it was kept."""
    document = copy.deepcopy(policies.current().document())
    [process] = [each for each in document["processes"] if each["key"] == "pilot-proposal"]
    process["title"] = "Pilot <b>as it was</b>"
    policy = Policy.from_document(document)
    return PolicyVersion.objects.create(
        sha256=policy.sha256,
        version="2025.1",
        effective_from=date(2025, 7, 1),
        document=document,
        loaded_at=clock.now(),
    )


def test_only_the_office_and_auditors_read_it(as_: As, proposal: Proposal) -> None:
    for address in ("/office/policy", PROCESS, "/office/policy/compare"):
        assert as_("olive").get(address).status_code == 200
        assert as_("dana").get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert as_("olive").get("/office/policy/processes/nothing").status_code == 404
    for wrong in ("x", "0" * 64, "é" * 64):
        assert as_("olive").get(PROCESS, {"version": wrong}).status_code == 404


def test_a_number_says_how_many_cases_stand_at_a_step(as_: As, proposal: Proposal) -> None:
    run = StepRun.objects.get(case=proposal.case, state="open")
    page = as_("olive").get(PROCESS)
    rows = {row.path: row for row in page.context["rows"]}
    assert rows[run.path].count == 1
    assert sum(row.count for row in rows.values()) == 1
    assert "<svg" in page.content.decode()
    listed = as_("olive").get("/office/policy").context["processes"]
    assert [(p.key, n) for p, _, n in listed if n] == [("pilot-proposal", 1)]


def test_a_case_at_a_step_that_was_done_away_with_is_not_lost(as_: As, proposal: Proposal) -> None:
    StepRun.objects.filter(case=proposal.case, state="open").update(path="blessing")
    page = as_("olive").get(PROCESS)
    assert page.context["elsewhere"] == {"blessing": 1}
    assert "blessing: 1" in page.content.decode()


def test_versions_are_set_side_by_side(as_: As, uni: SimpleNamespace, proposal: Proposal) -> None:
    old = _earlier()
    page = as_("olive").get("/office/policy/compare", {"old": old.sha256})
    assert [(c.kind, c.before) for c in page.context["changes"]] == [
        ("changed", "Pilot <b>as it was</b>")
    ]
    assert "<b>as it was" not in page.content.decode()
    drawn = as_("olive").get(PROCESS, {"version": old.sha256}).content.decode()
    assert "no longer in force" in drawn
    assert "<b>as it was" not in drawn
    same = as_("olive").get("/office/policy/compare").content.decode()
    assert "They are the same." in same


def test_the_pages_ask_few_queries(
    as_: As, proposal: Proposal, django_assert_max_num_queries: Callable[[int], SimpleNamespace]
) -> None:
    client = as_("olive")
    for address in ("/office/policy", PROCESS):
        client.get(address)
        with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
            client.get(address)


def test_two_put_changed_rules_in_force_on_the_page(
    as_: As,
    uni: SimpleNamespace,
    proposal: Proposal,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.POLICY_BY_TWO = True
    policies.look_again()
    document = copy.deepcopy(policies.current().document())
    document["version"], document["title"] = "2027.1", "Rules with more days"
    new = Policy.from_document(document)
    monkeypatch.setattr(policies, "laid_down", lambda: new)
    policies.look_again()
    for key, name in (("sol", "Sol Reed"), ("ada", "Ada Reed")):
        made = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=made, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
        setattr(uni, key, made)
    page = "/office/policy"
    shown = as_("olive").get(page).content.decode()
    assert "Not in force yet: version 2027.1" in shown
    assert "Put it forward" in shown
    at = policies.current().sha256
    compared = as_("sol").get("/office/policy/compare", {"old": at, "new": new.sha256})
    assert "Rules with more days" in compared.content.decode()
    assert as_("olive").post(page, {"act": "put-forward"}).status_code == 302
    assert "Confirm it" not in as_("olive").get(page).content.decode()
    assert "Say no to it" in as_("ada").get(page).content.decode()
    answer = as_("ada").post(page, {"act": "take-back", "sha256": new.sha256})
    assert (answer.status_code, "Write a reason" in answer.content.decode()) == (409, True)
    assert "Take it back" in as_("olive").get(page).content.decode()
    no = {"act": "take-back", "sha256": new.sha256, "reason": "More days than we have."}
    assert as_("ada").post(page, no).status_code == 302
    assert "Ada Reed took it back on" in as_("olive").get(page).content.decode()
    assert "“More days than we have.”" in as_("olive").get(page).content.decode()
    assert "Read and confirm" not in [duty.button for duty in duties_of(uni.ada)]
    assert as_("olive").post(page, {"act": "put-forward"}).status_code == 302
    assert as_("olive").post(page, {"act": "confirm", "sha256": new.sha256}).status_code == 403
    assert [duty.button for duty in duties_of(uni.ada)][-1] == "Read and confirm"
    assert "Olive Crane put it forward" in as_("ada").get(page).content.decode()
    assert as_("ada").post(page, {"act": "confirm", "sha256": new.sha256}).status_code == 302
    assert policies.current().version == "2027.1"
    assert "Read and confirm" not in [duty.button for duty in duties_of(uni.ada)]
    assert "Not in force yet" not in as_("ada").get(page).content.decode()
    assert as_("dana").post(page, {"act": "put-forward"}).status_code == 403
    policies.look_again()


def test_the_page_says_what_will_hold_from_when(
    as_: As,
    uni: SimpleNamespace,
    proposal: Proposal,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.POLICY_BY_TWO = True
    policies.look_again()
    uni.ada = create_person(by=SET_UP, display_name="Ada Reed")
    assign_role(by=SET_UP, person=uni.ada, role=Role.SYSTEM_ADMIN, starts_on=SINCE)
    page = "/office/policy"

    def lay_down(version: str, effective: str) -> Policy:
        document = copy.deepcopy(policies.current().document())
        document["version"], document["effective from"] = version, effective
        new = Policy.from_document(document)
        monkeypatch.setattr(policies, "laid_down", lambda: new)
        policies.look_again()
        return new

    first = lay_down("2027.1", "2027-01-04")
    as_("olive").post(page, {"act": "put-forward"})
    said = as_("ada").get(page).content.decode()
    assert "once a second administrator confirms it, it holds from 4 Jan 2027" in said
    assert "not confirmed" in said
    as_("ada").post(page, {"act": "confirm", "sha256": first.sha256})
    said = as_("olive").get(page).content.decode()
    assert "From 4 Jan 2027 version 2027.1, which Ada Reed confirmed on" in said
    assert "Not in force yet" not in said
    lay_down("2026.9", "2026-09-01")
    said = as_("olive").get(page).content.decode()
    assert "until version 2027.1 takes its place on 4 Jan 2027" in said
    lay_down("2027.2", "2027-01-04")
    said = as_("olive").get(page).content.decode()
    assert "Version 2027.1, which is confirmed for the same day, then gives way to it" in said
    policies.look_again()
