"""Agreements for interdisciplinary or third-party work: drafted, sent, executed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from bitterroot.files.domain import DOCX, PDF, store
from bitterroot.governance import policies
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.domain.draft import wrote
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.domain.proposal import advance
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, Proposal
from bitterroot.proposals.rules import is_author, is_office, may_execute_mou
from bitterroot.proposals.seals import mou_seal
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@transaction.atomic
def draft_mou(*, by: Actor, proposal: Proposal, values: Mapping[str, Any]) -> Mou:
    """Begin an agreement (form E). Authors and the program office may."""
    proposal = hold(proposal)
    _may(by, proposal)
    form = policies.of(proposal.case).forms["mou"]
    mou = Mou(proposal=proposal, values=form.clean(values))
    mou.save(force_insert=True)
    wrote(by, proposal)
    _set(by, mou, MouState.DRAFT, "mou drafted", tell=False)
    return mou


@transaction.atomic
def save_mou(*, by: Actor, mou: Mou, values: Mapping[str, Any]) -> Mou:
    """Keep answers of form E while it is in preparation."""
    _may(by, mou.proposal)
    row = _locked(mou, MouState.DRAFT)
    row.values = policies.of(mou.proposal.case).forms["mou"].clean(values)
    row.save(update_fields=["values"])
    wrote(by, row.proposal)
    return row


@transaction.atomic
def send_mou(*, by: Actor, mou: Mou) -> Mou:
    """Out for the parties' signatures; complete answers are needed."""
    _may(by, mou.proposal)
    row = _locked(mou, MouState.DRAFT)
    found = policies.of(mou.proposal.case).form_problems("mou", row.values)
    problems = [p for p in found if p.field != "files"]  # the file comes when all have signed
    if problems:
        raise NotPossible(
            "The agreement is not complete.", [(p.field, p.message) for p in problems]
        )
    _set(by, row, MouState.OUT_FOR_SIGNATURE, "mou sent")
    return row


@transaction.atomic
def execute_mou(*, by: Actor, mou: Mou, file_name: str, data: bytes, executed_on: date) -> Mou:
    """Every party has signed: keep the file. A proposal that waited for it goes on."""
    may_execute_mou(by, mou.proposal).require()
    row = _locked(mou, MouState.DRAFT, MouState.OUT_FOR_SIGNATURE)
    if executed_on > clock.today():
        raise NotPossible(
            "The day of execution lies in the future.",
            [("executed_on", "Give the day it was signed.")],
        )
    row.file = store(data, allowed=frozenset({PDF, DOCX}))
    row.values = {**row.values, "file_name": file_name[:200]}
    row.executed_on = executed_on
    if row.values.get("renewal") != "automatic" and row.values.get("ends"):
        row.expires_on = _last_day(row.values["ends"])
    _set(by, row, MouState.EXECUTED, "mou executed")
    advance(by=system("agreement executed"), proposal=row.proposal)
    return row


def _last_day(typed: object) -> date:
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        sentence = "Its last day is no day; mend it first."
        raise NotPossible(sentence, [("ends", sentence)]) from None


def _may(by: Actor, proposal: Proposal) -> None:
    if not is_author(by.person, proposal):
        is_office(by).require()


def _locked(mou: Mou, *allowed: MouState) -> Mou:
    proposal = hold(mou.proposal)
    row = Mou.objects.select_for_update().get(pk=mou.pk)
    row.proposal = proposal
    if row.state not in allowed:
        raise NotPossible(f"This agreement is {row.get_state_display().lower()}.")
    return row


def _set(by: Actor, mou: Mou, state: MouState, verb: str, *, tell: bool = True) -> None:
    """The one place that changes an agreement's state."""
    mou.state = state
    mou.save()
    record_event(
        by=by,
        stream=f"case:{mou.proposal.case_id}",
        verb=verb,
        about=f"mou:{mou.pk}",
        seal=mou_seal(mou),
        data={"state": state},
        tell=tell,
    )
