"""The policy in force, and the one that a running case keeps."""

from functools import lru_cache
from typing import Protocol

from django.conf import settings

from bitterroot.governance.models import PolicyVersion
from bitterroot.policy import Policy, load_policy
from bitterroot.record import clock
from bitterroot.record.canonical import digest


@lru_cache(maxsize=1)
def current() -> Policy:
    """The policy that this installation runs, loaded once in a process."""
    return load_policy(settings.POLICY_DIR)


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
