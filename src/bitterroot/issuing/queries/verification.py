"""Verifying anything that anyone brings: one way for the page and the command line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from bitterroot.issuing.domain.keys import issuer_did
from bitterroot.issuing.interfaces.hosted import ISSUER
from bitterroot.issuing.interfaces.own_resolver import resolver
from bitterroot.issuing.models import Award, AwardDocument
from bitterroot.issuing.queries import chain_of
from bitterroot.openbadges import approval
from bitterroot.openbadges.errors import OpenBadgeError
from bitterroot.openbadges.memory import TemplateMemory
from bitterroot.openbadges.resolver import Resolver
from bitterroot.openbadges.verify import Check, Verification, verify
from bitterroot.record import clock

_memory = TemplateMemory()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about a badge. `own` is our award where the badge is ours."""

    result: Verification
    issuer_known: bool
    own: Award | None = None
    chain: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] | None = None

    @property
    def color(self) -> str:
        """green, amber (nothing failed, but not all is known) or red (something failed)."""
        if self.result.verdict == "valid":
            return "green" if self.issuer_known else "amber"
        return "amber" if self.result.verdict in ("unknown", "not-yet-valid") else "red"


def verify_anything(
    data: bytes | str, *, online: bool, before: Callable[[], None] | None = None
) -> Found:
    """Verify a file, a text or an address. An address of ours is answered from our own rows.

    Never raises for what is in `data`; what cannot be read gives the verdict invalid. `before` is
    called once before others' addresses are asked; what it raises goes to the caller.
    """
    asked = resolver(online=online, before=before)
    if (
        isinstance(data, str)
        and (address := data.strip()).startswith(("https://", "http://"))
        and " " not in address
    ):
        return _address(address, asked)
    return _conclude(verify(data, resolver=asked, now=clock.now(), memory=_memory))


def _address(address: str, asked: Resolver) -> Found:
    for ending in (".json", ".png", ".svg", ".pdf"):
        if address.startswith(f"{settings.ORIGIN}/credentials/") and address.endswith(ending):
            address = address[: -len(ending)]
    try:
        data = asked.get(address)
    except OpenBadgeError as error:
        result = Verification()
        result.add("obtained", None, str(error))
        return Found(result.conclude(), issuer_known=address.startswith(f"{settings.ORIGIN}/"))
    return _conclude(verify(data, resolver=asked, now=clock.now(), memory=_memory))


def _conclude(result: Verification) -> Found:
    known = result.issuer_id in (issuer_did(), settings.ORIGIN + ISSUER)
    award = None
    identifier = (result.credential or {}).get("id", "")
    if (
        known
        and isinstance(identifier, str)
        and identifier.startswith(f"{settings.ORIGIN}/credentials/")
    ):
        document = (
            AwardDocument.objects.select_related(
                "award__template__program_version__program",
                "award__template__program_version__decision__case",
            )
            .filter(award__public_id=identifier.rsplit("/", 1)[1])
            .first()
        )
        award = document.award if document else None
    chain = chain_of(award) if award and result.verdict != "invalid" else {}
    evidence = (
        approval.read(result.credential)
        if result.credential and result.verdict != "invalid"
        else None
    )
    return Found(result, known, award, chain, evidence)


__all__ = ["Check", "Found", "verify_anything"]
