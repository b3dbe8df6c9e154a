"""A changed policy is put in force by two: one puts it forward, another confirms it (domain.md 5.8)."""

from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain.calendar import follow_calendar
from bitterroot.governance.models import PolicyVersion
from bitterroot.governance.policy_rules import may_confirm_policy, may_put_forward
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event


@transaction.atomic
def put_forward(*, by: Actor) -> PolicyVersion:
    """Propose what the files say. It holds once a second person has confirmed it.

    Raises NotPossible where the files say what is in force, or wait already.
    """
    answer = may_put_forward(by).require()
    new = policies.laid_down()
    if new.sha256 == policies.current().sha256:
        raise NotPossible("The files say what is in force already.")
    row = PolicyVersion.objects.select_for_update().filter(pk=new.sha256).first()
    if row is not None and row.put_forward_at and not row.confirmed_at:
        raise NotPossible("It is put forward already and waits to be confirmed.")
    if row is None:
        row = PolicyVersion(
            sha256=new.sha256,
            version=new.version,
            effective_from=new.effective_from,
            document=new.document(),
            loaded_at=clock.now(),
        )
    row.put_forward_by, row.put_forward_at = by.person, clock.now()
    row.confirmed_by = row.confirmed_at = None
    row.save()
    _note(by, row, "policy put forward", answer.capacity)
    return row


@transaction.atomic
def confirm_policy(*, by: Actor, sha256: str) -> PolicyVersion:
    """Put in force what another put forward, from the day from which it holds. What runs keeps the
    version that it began under; open days are counted again by its calendar.

    Raises Refused for who put it forward, NotPossible where the files were changed since.
    """
    row = waiting()
    if row is None or row.sha256 != sha256:
        raise NotPossible("This version does not wait. Look again at what the files say.")
    row = PolicyVersion.objects.select_for_update(of=("self",)).get(pk=row.pk)
    answer = may_confirm_policy(by, row).require()
    row.confirmed_by, row.confirmed_at = by.person, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _note(by, row, "policy confirmed", answer.capacity)
    policies.look_again()
    if policies.current().sha256 == row.sha256:
        follow_calendar(by=by)
    return row


def waiting() -> PolicyVersion | None:
    """What the files say, where it was put forward and waits to be confirmed."""
    rows = PolicyVersion.objects.filter(pk=policies.laid_down().sha256, confirmed_at=None)
    return rows.exclude(put_forward_at=None).select_related("put_forward_by").first()


def _note(by: Actor, row: PolicyVersion, verb: str, capacity: str) -> None:
    record_event(
        by=by,
        stream="policy",
        verb=verb,
        about=f"policy:{row.pk}",
        capacity=capacity,
        data={"version": row.version, "effective_from": row.effective_from, "sha256": row.pk},
        tell=False,
    )
