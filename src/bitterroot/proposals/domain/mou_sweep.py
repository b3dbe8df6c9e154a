"""What the calendar brings about for agreements. Safe to run at any moment, as often as one likes.

Each agreement knows the next day on which something happens to it (`next_on`); what happens,
happens under the lock of its row and is told by its state and its last reminder, so once.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.people.actor import Actor, system
from bitterroot.policy.models.rules import AgreementRules
from bitterroot.proposals.domain.holding import hold
from bitterroot.proposals.domain.mou import set_mou_state
from bitterroot.proposals.domain.mou_life import remind_of_end
from bitterroot.proposals.enums import IN_FORCE, MouState
from bitterroot.proposals.models import Mou
from bitterroot.record import clock

BY: Actor = system("end of agreements")
MOST = 200  # in one round
_DAY = timedelta(days=1)


def run_due() -> int:
    """Begin, remind of and end the agreements whose day has come; how much was done."""
    due = Mou.objects.filter(next_on__lte=clock.today()).order_by("next_on", "pk")
    return sum(_bring_up(key) for key in list(due.values_list("pk", flat=True)[:MOST]))


@transaction.atomic
def _bring_up(key: UUID) -> int:
    proposal = hold(Mou.objects.select_related("proposal__case").get(pk=key).proposal)
    mou = Mou.objects.select_for_update().get(pk=key)
    mou.proposal = proposal
    done, rules, today = 0, policies.current().agreements, clock.today()
    if mou.state in IN_FORCE and mou.last_day is not None and mou.last_day < today:
        done += _end(mou)
    elif mou.state in IN_FORCE:
        done += _go_on(mou, rules)
    days = _days(mou, rules) if mou.state in IN_FORCE else ()
    mou.next_on = min((day for day in days if day > today), default=None)
    mou.save(update_fields=["next_on", "reminded_days"])
    return done


def _end(mou: Mou) -> int:
    given = mou.terminates_on is not None and mou.last_day == mou.terminates_on
    state, verb = (
        (MouState.TERMINATED, "mou terminated") if given else (MouState.EXPIRED, "mou expired")
    )
    set_mou_state(BY, mou, state, verb)
    return 1


def _go_on(mou: Mou, rules: AgreementRules) -> int:
    """Let it begin, mark that its end is near, write the latest reminder that is due."""
    done, today = 0, clock.today()
    if mou.state == MouState.EXECUTED and (starts_on(mou) or today) <= today:
        set_mou_state(BY, mou, MouState.ACTIVE, "mou in force", tell=False)
        done += 1
    if mou.last_day is None:
        return done
    left = (mou.last_day - today).days
    if mou.state == MouState.ACTIVE and left <= rules.expiring_days:
        set_mou_state(BY, mou, MouState.EXPIRING, "mou expiring", tell=False)
        done += 1
    come = [day for day in rules.reminder_days_before if left <= day]
    if come and (mou.reminded_days is None or min(come) < mou.reminded_days):
        remind_of_end(BY, mou, min(come))
        done += 1
    return done


def _days(mou: Mou, rules: AgreementRules) -> Iterator[date]:
    if (starts := starts_on(mou)) is not None:
        yield starts
    if mou.last_day is not None:
        for days in (rules.expiring_days, *rules.reminder_days_before):
            yield mou.last_day - timedelta(days=days)
        yield mou.last_day + _DAY


def starts_on(mou: Mou) -> date | None:
    """The first day that the agreement names."""
    try:
        return date.fromisoformat(str(mou.values.get("starts")))
    except ValueError:
        return None
