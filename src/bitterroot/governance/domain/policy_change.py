"""A changed policy is put in force by two: one puts it forward, another confirms it (domain.md 5.8)."""

from datetime import date

from django.conf import settings
from django.db import transaction

from bitterroot.governance import policies
from bitterroot.governance.domain.calendar import follow_calendar
from bitterroot.governance.models import PolicyVersion
from bitterroot.governance.policy_rules import may_confirm_policy, may_put_forward
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Policy
from bitterroot.record import clock, in_words
from bitterroot.record.domain.events import record_event

IN_FORCE = "The files say what is in force already."
START = system("start of the installation")


@transaction.atomic
def record_baseline(*, by: Actor) -> PolicyVersion | None:
    """Write down which version is in force where two are asked for from now on; None where it is known.

    Without it, files that are put back to any version that was in force once would hold without two.
    """
    if not settings.POLICY_BY_TWO or _is_settled():
        return None
    pk = policies.adopt().pk
    list(PolicyVersion.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    if _is_settled():
        return None  # another process was faster
    row = PolicyVersion.objects.get(pk=pk)
    row.confirmed_at, row.holds_from = clock.now(), clock.today()
    row.save(update_fields=["confirmed_at", "holds_from"])
    _note(by, row, "policy in force recorded", "")
    return row


def _is_settled() -> bool:
    return PolicyVersion.objects.exclude(holds_from=None).exists()


@transaction.atomic
def put_forward(*, by: Actor) -> PolicyVersion:
    """Propose what the files say. It holds once a second person has confirmed it.

    Raises NotPossible where the files say what is in force, wait already, or are confirmed for a day
    to come.
    """
    answer = may_put_forward(by).require()
    policies.look_again()  # another process may have confirmed it, or its day has come just now
    record_baseline(by=START)
    new = policies.laid_down()
    if new.sha256 == policies.current().sha256:
        raise NotPossible(IN_FORCE)
    now = clock.now()
    row, made = PolicyVersion.objects.select_for_update().get_or_create(
        sha256=new.sha256,
        defaults={
            "version": new.version,
            "effective_from": new.effective_from,
            "document": new.document(),
            "loaded_at": now,
            "put_forward_by": by.person,
            "put_forward_at": now,
        },
    )
    policies.look_again()  # now that the row is held: nobody undoes alone what two have put in force
    if not made and (why := why_not_put_forward(row)):
        raise NotPossible(why)
    row.put_forward_by, row.put_forward_at = by.person, now
    row.confirmed_by = row.confirmed_at = row.holds_from = None
    row.save()
    _note(by, row, "policy put forward", answer.capacity)
    return row


def why_not_put_forward(row: PolicyVersion | None) -> str:
    """Why what the files say is not put forward now, of which `row` is kept; empty where it may be."""
    if policies.laid_down().sha256 == policies.current().sha256:
        return IN_FORCE
    if row is None or row.put_forward_by_id is None:
        return ""  # not yet, or taken back
    if row.confirmed_at is None:
        return "It is put forward already and waits to be confirmed."
    if row in policies.to_hold():
        return f"It is confirmed already and holds from {in_words.day(row.holds_from)}."
    return ""  # another took its place


@transaction.atomic
def take_back(*, by: Actor, sha256: str, reason: str = "") -> PolicyVersion:
    """Let what was put forward wait no more: whoever put it forward, or another who might have.

    The files stay as they are, and may be put forward anew. Another says why. Raises Refused for
    who may not put anything forward, NotPossible where it does not wait.
    """
    answer = may_put_forward(by).require()
    row = PolicyVersion.objects.select_for_update().filter(pk=sha256).first()
    if row is None or row.put_forward_by_id is None or row.confirmed_at is not None:
        raise NotPossible("This version does not wait. Look again at what the files say.")
    own = by.person is not None and by.person.pk == row.put_forward_by_id
    if not own and not reason.strip():
        raise NotPossible("Say why.", [("reason", "Write a reason: who put it forward reads it.")])
    row.put_forward_by = None
    row.save(update_fields=["put_forward_by"])
    _note(by, row, "policy taken back", answer.capacity, reason.strip()[:2000])
    return row


def would_hold_from(policy: Policy) -> date:
    """The day from which `policy` holds if it is confirmed now: its own, and not before today."""
    return max(policy.effective_from, clock.today())


@transaction.atomic
def confirm_policy(*, by: Actor, sha256: str) -> PolicyVersion:
    """Put in force what another put forward, from its day on, and not before today. What runs keeps
    the version that it began under; open days are counted again by its calendar. A version that is
    confirmed for a later day takes its place then; one of the same day gives way to it.

    Raises Refused for who put it forward, NotPossible where the files were changed since.
    """
    row = waiting()
    if row is None or row.sha256 != sha256:
        raise NotPossible("This version does not wait. Look again at what the files say.")
    row = PolicyVersion.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.confirmed_at is not None:
        raise NotPossible("Another has confirmed it in this moment.")
    if row.put_forward_by_id is None:
        raise NotPossible("It was taken back in this moment.")
    answer = may_confirm_policy(by, row).require()
    row.confirmed_by, row.confirmed_at = by.person, clock.now()
    row.holds_from = would_hold_from(policies.laid_down())
    row.save(update_fields=["confirmed_by", "confirmed_at", "holds_from"])
    _note(by, row, "policy confirmed", answer.capacity)
    policies.look_again()
    try:
        if policies.current().sha256 == row.sha256:
            follow_calendar(by=by)
    except BaseException:
        policies.look_again()  # what is taken back was never in force here
        raise
    return row


def waiting() -> PolicyVersion | None:
    """What the files say, where it was put forward and waits to be confirmed."""
    rows = PolicyVersion.objects.filter(pk=policies.laid_down().sha256, confirmed_at=None)
    return rows.exclude(put_forward_by=None).select_related("put_forward_by").first()


def _note(by: Actor, row: PolicyVersion, verb: str, capacity: str, reason: str = "") -> None:
    record_event(
        by=by,
        stream="policy",
        verb=verb,
        about=f"policy:{row.pk}",
        capacity=capacity,
        data={
            "version": row.version,
            "effective_from": row.effective_from,
            "sha256": row.pk,
            **({"holds_from": row.holds_from} if row.holds_from else {}),
            **({"reason": reason} if reason else {}),
        },
        tell=False,
    )
