"""The policy in force, and the one that a running case keeps.

By itself an installation runs what its files say. Where `POLICY_BY_TWO` is set, files that differ
from what is in force wait until one person has put them forward and a second has confirmed them, and
until the day from which they hold; meanwhile the version before goes on. Which one was in force when
two were first asked for is written down at the first start (`record_baseline`).
"""

import time
from contextlib import nullcontext
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from bitterroot.governance.models import PolicyVersion
from bitterroot.policy import Policy, load_policy
from bitterroot.record import clock
from bitterroot.record.canonical import digest

LOOK_EVERY = 10.0  # seconds until a process asks again which version is in force
_looked: dict[str, tuple[float, str]] = {}


@lru_cache(maxsize=1)
def laid_down() -> Policy:
    """What the files say, in force or not yet; loaded once in a process."""
    return load_policy(settings.POLICY_DIR)


def current() -> Policy:
    """The policy that this installation runs."""
    here = laid_down()
    if not settings.POLICY_BY_TWO:
        return here
    held = _held(here.sha256)
    return here if held == here.sha256 else _restored(held)


def look_again() -> None:
    """Let this process ask at once which version is in force."""
    _looked.clear()


def _held(here: str) -> str:
    """The hash of the version in force; what the files say where none was before."""
    at, known = _looked.get(here, (0.0, ""))
    if not known or time.monotonic() - at > LOOK_EVERY:
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                known = _in_force(here)
        except DatabaseError as error:
            if not _is_of_no_table(error):
                raise  # whoever cannot ask does not take the files' word for it
            return here  # nothing is set up yet
        _looked[here] = (time.monotonic(), known)
    return known


def _is_of_no_table(error: DatabaseError) -> bool:
    """Whether a query failed because its table, or a column of it, is not there (yet)."""
    code = getattr(error.__cause__, "sqlstate", None)  # of PostgreSQL
    return code in ("42P01", "42703") or (code is None and "no such" in str(error))


def _in_force(here: str) -> str:
    """The version with the latest day that has come, of one day the last confirmed.

    Where none is settled yet, that of before the two.
    """
    rows = PolicyVersion.objects.values_list("pk", flat=True)
    settled = rows.filter(holds_from__lte=clock.today())
    forward = F("put_forward_at").desc(nulls_last=True)  # the one of before the two gives way
    if found := settled.order_by("-holds_from", "-confirmed_at", forward).first():
        return str(found)
    before = rows.filter(put_forward_at=None)
    if before.filter(pk=here).exists():
        return here
    return str(before.order_by("-loaded_at").first() or here)


def to_hold() -> list[PolicyVersion]:
    """The versions that are confirmed for days to come, in the order in which they take their place."""
    rows = PolicyVersion.objects.filter(holds_from__gt=clock.today()).defer("document")
    rows = rows.select_related("confirmed_by").order_by("holds_from", "confirmed_at")
    return list({row.holds_from: row for row in rows}.values())  # of one day the last confirmed


@lru_cache(maxsize=16)
def _restored(sha256: str) -> Policy:
    return Policy.from_document(PolicyVersion.objects.get(sha256=sha256).document)


class UnderPolicy(Protocol):
    """A row that keeps the policy it began under: a case, a marketing request."""

    @property
    def policy_id(self) -> str: ...


def calendar_digest() -> str:
    """Changes when the academic calendar in force does."""
    return _digest_of(current())


_digests: dict[str, str] = {}


def _digest_of(policy: Policy) -> str:
    if policy.sha256 not in _digests:
        _digests[policy.sha256] = digest(policy.calendar.model_dump(mode="json"))
    return _digests[policy.sha256]


def of(case: UnderPolicy) -> Policy:
    """The policy under which `case` began."""
    return kept(case.policy_id)


def kept(sha256: str) -> Policy:
    """The policy with this hash: the one in force, or one that something running began under."""
    policy = current()
    return policy if policy.sha256 == sha256 else _restored(sha256)


def adopt() -> PolicyVersion:
    """The row of the policy in force, written when first needed."""
    policy = current()
    known = PolicyVersion.objects.filter(sha256=policy.sha256).first()
    if known is not None:
        return known
    row, _ = PolicyVersion.objects.get_or_create(
        sha256=policy.sha256,
        defaults={
            "version": policy.version,
            "effective_from": policy.effective_from,
            "document": policy.document(),
            "loaded_at": clock.now(),
        },
    )
    return row


def later_asked(process: str) -> str:
    """“End of a program. ” where a process asks something of a program that is there, else nothing.

    For lists that otherwise show the program's title alone.
    """
    found = current().processes.get(process)
    return f"{found.title}. " if found is not None and found.begins != "program" else ""
