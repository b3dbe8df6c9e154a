"""Badges that nobody holds, made by each key and checked every night: do verifiers still say what
they must? A set stays for ever, so that badges of old keys are among them.

They use the keys and status lists that all badges use. They stand at no address, are in no program,
and name nobody: their learners are invented. What each is: `canary_badges.py`.
"""

from django.db import transaction
from django.utils import timezone

from bitterroot.issuing.domain import canary_badges, keys
from bitterroot.issuing.models import Canary, SigningKey
from bitterroot.issuing.queries.verification import verify_anything
from bitterroot.issuing.rules import may_tend_keys
from bitterroot.openbadges.verification import Verification
from bitterroot.people.actor import Actor, system
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

NIGHT = 2  # the hour of the institution's day from which on they are checked
BY = system("canaries")


def run_due() -> int:
    """Once a night: make what is missing for the key that signs, check all. The worker's round."""
    now = timezone.localtime(clock.now())
    key = keys.signing()
    if key is None or now.hour < NIGHT:
        return 0
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if not _missing(key) and not Canary.objects.exclude(checked_at__gte=midnight).exists():
        return 0
    make(by=BY)
    return len(check(by=BY))


def _missing(key: SigningKey) -> list[str]:
    have = set(Canary.objects.filter(key=key).values_list("name", flat=True))
    return [name for name in canary_badges.EXPECTED if name not in have]


@transaction.atomic
def make(*, by: Actor) -> int:
    """Make what is missing of a set by the key that signs now; how many were made."""
    answer = may_tend_keys(by).require()
    key = SigningKey.objects.select_for_update().get(pk=keys.active()[0].pk)
    names = _missing(key)
    if not names:
        return 0
    now = clock.now()
    rows = [
        Canary(name=name, key=key, body=body, expected=canary_badges.EXPECTED[name], made_at=now)
        for name, body in canary_badges.bodies(key, names, now)
    ]
    Canary.objects.bulk_create(rows)
    record_event(
        by=by,
        stream="canaries",
        verb="canaries made",
        about=f"key:{key.fragment}:canaries",
        capacity=answer.capacity,
        data={"key": key.fragment, "names": names},
        tell=False,
    )
    return len(rows)


def check(*, by: Actor) -> list[Canary]:
    """Ask our verifier about every canary and note what it said; all of them.

    Of a key that was withdrawn none may be taken. The record has an entry for each check that
    found one which is not as it must be.
    """
    answer = may_tend_keys(by).require()
    rows = list(Canary.objects.select_related("key").order_by("key", "pk"))
    now = clock.now()
    for row in rows:
        row.found = _verdict(verify_anything(bytes(row.body), online=False).result)
        row.checked_at = now
    wrong = [str(row) for row in rows if not is_well(row)]
    with transaction.atomic():
        Canary.objects.bulk_update(rows, ["found", "checked_at"])
        if wrong:
            record_event(
                by=by,
                stream="canaries",
                verb="canaries failed",
                about="canaries",
                capacity=answer.capacity,
                data={"wrong": wrong},
                tell=False,
            )
    return rows


def _verdict(result: Verification) -> str:
    """The verdict, or superseded: revoked, and it leads to a badge that is valid."""
    later = result.successor
    if result.verdict == "revoked" and later is not None and later.verdict == "valid":
        return "superseded"
    return result.verdict


def is_well(row: Canary) -> bool:
    """Whether the last check found what it must."""
    return row.found == ("invalid" if row.key.compromised_since else row.expected)


def failing() -> int:
    """How many canaries were last found otherwise than they must be."""
    checked = Canary.objects.exclude(checked_at=None).select_related("key").defer("body")
    return sum(not is_well(row) for row in checked)
