"""An executed agreement over its life: renewed by a new one, or ended by notice."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.proposals.domain.draft import wrote
from bitterroot.proposals.domain.mou import locked_mou, set_mou_state
from bitterroot.proposals.enums import IN_FORCE, MouState
from bitterroot.proposals.models import Mou
from bitterroot.proposals.rules import may_execute_mou, may_write_mou
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

#: An agreement in these can be followed by a new one, once.
RENEWABLE = (*IN_FORCE, MouState.EXPIRED, MouState.TERMINATED)


@transaction.atomic
def renew_mou(*, by: Actor, mou: Mou) -> Mou:
    """Begin the agreement that follows: same parties and terms, new days, nothing signed.

    It is written, sent and executed like any other; the earlier one stands as it is until then.
    """
    may_write_mou(by, mou.proposal).require()
    row = locked_mou(mou, *RENEWABLE)
    if Mou.objects.filter(renews=row).exists():
        raise NotPossible("Its renewal has begun already.")
    renewal = Mou(
        proposal=row.proposal, renews=row, values=_carried_on(row), created_at=clock.now()
    )
    renewal.save(force_insert=True)
    wrote(by, row.proposal)
    set_mou_state(by, renewal, MouState.DRAFT, "mou drafted", tell=False, renews=f"mou:{row.pk}")
    return renewal


@transaction.atomic
def give_notice(*, by: Actor, mou: Mou, party: str, reason: str, effect: str) -> Mou:
    """A party has given notice today. The agreement ends when its days of notice are over.

    The program office records it. Leads, the office and the parties' officers are told; on the
    day after its last the sweep marks it as terminated.
    """
    may_execute_mou(by, mou.proposal).require()
    row = locked_mou(mou, *IN_FORCE)
    party, reason, effect = party.strip()[:200], reason.strip()[:4000], effect.strip()[:4000]
    if row.notice_on:
        raise NotPossible("Notice was given already.")
    problems = []
    if party not in {p.get("legal_name") for p in row.values.get("parties") or []}:
        problems.append(("party", "Choose the party that gave notice."))
    if not reason:
        problems.append(("reason", "Give the reason."))
    if not effect:
        problems.append(("effect", "Say what it means for the learners and the program."))
    if problems:
        raise NotPossible("The notice is not complete.", problems)
    row.notice_on, row.notice_by = clock.today(), by.person
    row.notice_from, row.notice_reason, row.notice_effect = party, reason, effect
    row.terminates_on = clock.today() + timedelta(days=notice_days(row))
    row.next_on = clock.today()
    set_mou_state(
        by, row, MouState(row.state), "mou notice given", ends=row.terminates_on.isoformat()
    )
    return row


def notice_days(mou: Mou) -> int:
    """The days between notice and the end, as the agreement says."""
    return int(mou.values.get("termination_notice_days") or 0)


def _carried_on(mou: Mou) -> dict[str, Any]:
    """The answers of the next agreement: what is signed and filed anew is left out."""
    values = {k: v for k, v in mou.values.items() if k not in ("files", "file_name")}
    values["signatories"] = [
        {k: v for k, v in each.items() if k != "signed_on"}
        for each in values.get("signatories") or []
    ]
    first = max(clock.today(), (mou.last_day or clock.today()) + timedelta(days=1))
    values["starts"] = first.isoformat()
    try:
        began, ended = (date.fromisoformat(str(mou.values.get(k))) for k in ("starts", "ends"))
    except ValueError:
        values.pop("ends", None)
    else:
        values["ends"] = (first + (ended - began)).isoformat()
    return values


def remind_of_end(by: Actor, mou: Mou, days: int) -> None:
    """Record that its end is near; leads, the office and the parties' officers are written to."""
    mou.reminded_days = days
    record_event(
        by=by,
        stream=f"case:{mou.proposal.case_id}",
        verb="mou ends soon",
        about=f"mou:{mou.pk}",
        data={"days": days, "last_day": mou.last_day.isoformat() if mou.last_day else ""},
    )
