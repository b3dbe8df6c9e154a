"""Agreements for interdisciplinary or third-party work: drafted, sent, executed.

What becomes of an executed one stands in `mou_life.py` and `mou_sweep.py`.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from bitterroot.files.domain import DOCX, PDF, store
from bitterroot.governance import policies
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.domain.draft import wrote
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.domain.proposal import advance
from bitterroot.proposals.enums import UNSIGNED, MouState, ProposalState
from bitterroot.proposals.models import Mou, MouVersion, Proposal
from bitterroot.proposals.queries.memorandum import content_of
from bitterroot.proposals.queries.process import agreement_form
from bitterroot.proposals.rules import may_execute_mou, may_write_mou
from bitterroot.proposals.seals import mou_seal, mou_version_seal
from bitterroot.record import clock
from bitterroot.record.canonical import canonical, digest
from bitterroot.record.domain.events import record_event

MEANWHILE = (
    "Somebody saved this agreement after you opened it. Yours stands below and is not kept: look at "
    "theirs in another window, then save again to take yours."
)

MOST_SENT = (
    5  # times within DAY that memoranda of one proposal go out: to any address that is named
)
DAY = timedelta(days=1)


@transaction.atomic
def draft_mou(*, by: Actor, proposal: Proposal, values: Mapping[str, Any]) -> Mou:
    """Begin an agreement (form E). Authors and the program office may."""
    proposal = hold(proposal)
    may_write_mou(by, proposal).require()
    if proposal.mous.filter(state__in=UNSIGNED).exists():
        raise NotPossible(MEANWHILE)
    form = agreement_form(proposal)
    mou = Mou(proposal=proposal, values=form.clean(values), created_at=clock.now())
    mou.save(force_insert=True)
    wrote(by, proposal)
    set_mou_state(by, mou, MouState.DRAFT, "mou drafted", tell=False)
    return mou


def seen(mou: Mou | None) -> str:
    """What a screen showed of its answers; two who write at once are told by it."""
    return digest(mou.values)[:16] if mou else ""


@transaction.atomic
def save_mou(*, by: Actor, mou: Mou, values: Mapping[str, Any], was: str | None = None) -> Mou:
    """Keep answers of form E while it is in preparation.

    `was`: what `seen` said when it was opened. Raises NotPossible where somebody saved meanwhile.
    """
    may_write_mou(by, mou.proposal).require()
    row = locked_mou(mou, MouState.DRAFT)
    if was is not None and was != seen(row):
        raise NotPossible(MEANWHILE)
    row.values = agreement_form(mou.proposal).clean(values)
    row.save(update_fields=["values"])
    wrote(by, row.proposal)
    return row


@transaction.atomic
def send_mou(*, by: Actor, mou: Mou, sign_by: date | None = None) -> Mou:
    """Out for the parties' signatures; complete answers are needed.

    What it says now is frozen as its next version. Each party's officer who has an address gets the
    document, once for each version; `sign_by` is the day that the letter asks for. Raises NotPossible
    for answers that are missing, and after five sendings within a day.
    """
    may_write_mou(by, mou.proposal).require()
    row = locked_mou(mou, MouState.DRAFT)
    state = ProposalState(mou.proposal.state)
    if state in (ProposalState.WITHDRAWN, ProposalState.DECLINED):
        raise NotPossible(f"The proposal is {state.label.lower()}: nobody is asked to sign for it.")
    found = policies.of(mou.proposal.case).form_problems(
        agreement_form(mou.proposal).key, row.values
    )
    problems = [p for p in found if p.field != "files"]  # the file comes when all have signed
    if problems:
        raise NotPossible(
            "The agreement is not complete.", [(p.field, p.message) for p in problems]
        )
    if sign_by is not None and sign_by < clock.today():
        raise NotPossible(
            "The day by which the parties sign is over.",
            [("sign_by", "Give a day to come, or none.")],
        )
    _not_too_often(row)
    version = _freeze(by, row, sign_by)
    set_mou_state(by, row, MouState.OUT_FOR_SIGNATURE, "mou sent", version=version.n)
    return row


def _not_too_often(mou: Mou) -> None:
    """Raise NotPossible where a proposal has had its sendings of a day; it is held."""
    sent = MouVersion.objects.filter(
        mou__proposal=mou.proposal_id, sent_at__gt=clock.now() - DAY
    ).count()
    if sent >= MOST_SENT:
        raise NotPossible(
            f"It went out to its parties {sent} times within a day; that is the most. Look it through, and"
            " send it tomorrow."
        )


def _freeze(by: Actor, mou: Mou, sign_by: date | None) -> MouVersion:
    content = content_of(mou)
    version = MouVersion.objects.create(
        mou=mou,
        n=mou.versions.count() + 1,
        content=canonical(content).decode(),
        sha256=digest(content),
        sent_by=by.person,
        sent_at=clock.now(),
        sign_by=sign_by,
    )
    record_event(
        by=by,
        stream=f"case:{mou.proposal.case_id}",
        verb="mou version frozen",
        about=f"mou-version:{version.pk}",
        seal=mou_version_seal(version),
        data={"n": version.n, "sha256": version.sha256},
        tell=False,
    )
    return version


@transaction.atomic
def take_back_mou(*, by: Actor, mou: Mou, reason: str = "") -> Mou:
    """Back in preparation, to be written otherwise; whoever got the document is told not to sign it.

    The version that went out stays as it is. Sent again, it is the next.
    """
    may_write_mou(by, mou.proposal).require()
    row = locked_mou(mou, MouState.OUT_FOR_SIGNATURE)
    reason = reason.strip()[:2000]
    n = row.versions.count()
    set_mou_state(by, row, MouState.DRAFT, "mou taken back", version=n, reason=reason)
    return row


@transaction.atomic
def execute_mou(*, by: Actor, mou: Mou, file_name: str, data: bytes, executed_on: date) -> Mou:
    """Every party has signed: keep the file. A proposal that waited for it goes on.

    What it renews is renewed from now on, and what its end kept closed is open again.
    """
    may_execute_mou(by, mou.proposal).require()
    row = locked_mou(mou, *UNSIGNED)
    if executed_on > clock.today():
        raise NotPossible(
            "The day of execution lies in the future.",
            [("executed_on", "Give the day it was signed.")],
        )
    _must_name_parties(row)
    row.file = store(data, allowed=frozenset({PDF, DOCX}))
    row.values = {**row.values, "file_name": file_name[:200]}
    row.executed_on = executed_on
    if row.values.get("renewal") != "automatic" and row.values.get("ends"):
        row.expires_on = _last_day(row.values["ends"])
    row.next_on = clock.today()  # the sweep sees when it begins
    set_mou_state(by, row, MouState.EXECUTED, "mou executed")
    if row.renews_id is not None:
        _replace(by, row, row.renews_id)
    advance(by=system("agreement executed"), proposal=row.proposal)
    return row


def _must_name_parties(mou: Mou) -> None:
    """An agreement that binds more than two cannot be recorded with fewer than its form asks."""
    least = agreement_form(mou.proposal).fields["parties"].min_items or 0
    there = len(mou.values.get("parties") or [])
    if least > 2 and there < least:
        sentence = f"It names {there} of the {least} parties that it needs; add the others first."
        raise NotPossible(sentence, [("parties", sentence)])


def _replace(by: Actor, renewal: Mou, earlier_key: UUID) -> None:
    """The one before is renewed from now on, and the sweep need not look at it again."""
    earlier = Mou.objects.select_for_update().get(pk=earlier_key)
    earlier.proposal = renewal.proposal
    earlier.next_on = None
    by_which = f"mou:{renewal.pk}"
    set_mou_state(by, earlier, MouState.RENEWED, "mou renewed", tell=False, renewal=by_which)


def _last_day(typed: object) -> date:
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        sentence = "Its last day is no day; mend it first."
        raise NotPossible(sentence, [("ends", sentence)]) from None


def locked_mou(mou: Mou, *allowed: MouState) -> Mou:
    """The agreement held with its proposal; raises NotPossible where its state is not allowed."""
    proposal = hold(mou.proposal)
    row = Mou.objects.select_for_update().get(pk=mou.pk)
    row.proposal = proposal
    if row.state not in allowed:
        raise NotPossible(f"This agreement is {row.get_state_display().lower()}.")
    return row


def set_mou_state(
    by: Actor, mou: Mou, state: MouState, verb: str, *, tell: bool = True, **data: Any
) -> None:
    """The one place that changes an agreement's state."""
    mou.state = state
    mou.save()
    record_event(
        by=by,
        stream=f"case:{mou.proposal.case_id}",
        verb=verb,
        about=f"mou:{mou.pk}",
        seal=mou_seal(mou),
        data={"state": state, **data},
        tell=tell,
    )
