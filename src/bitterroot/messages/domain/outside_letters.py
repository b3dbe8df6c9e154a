"""Letters about an officer of a partner who is asked at another address than before."""

from typing import Any

from bitterroot.governance.models import SignatureRequest
from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.messages.models import Mail, MailState
from bitterroot.people.enums import Role
from bitterroot.people.queries import holders, normalize_address
from bitterroot.record.models import Event

ASKED, ELSEWHERE = "signature_partner", "signature_elsewhere"


def corrected(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To the program office without who did it, and to the addresses at which it was asked before."""
    if "address" not in data:
        return []  # the name alone
    row = SignatureRequest.objects.select_related("case__proposal__lead").get(pk=key)
    words = {"signature": row, "proposal": row.case.proposal, "new": data["address"]}
    officers = [p for p in holders(Role.PROGRAM_OFFICER) if f"person:{p.pk}" != event.actor]
    told = to_people(
        officers,
        "signature_readdressed",
        **words,
        old=data["address_before"],
        by=event.actor_name,
        link=address("office:proposal", row.case.proposal.pk, otherwise="/office"),
    )
    return told + [
        Letter(ELSEWHERE, name, to, None, words) for to, name in _asked_before(row).items()
    ]


def _asked_before(row: SignatureRequest) -> dict[str, str]:
    """The addresses that were mailed a link and are asked no more, each with its name.

    Without those that were told since, and those from which the mail came back.
    """
    about = f"signature:{row.pk}"
    mails = Mail.objects.filter(event__about=about, template__in=(ASKED, ELSEWHERE))
    last: dict[str, Mail] = {normalize_address(m.to_address): m for m in mails.order_by("pk")}
    last.pop(normalize_address(row.partner_email), None)
    asked = (m for m in last.values() if m.template == ASKED and m.state != MailState.BOUNCED)
    return {m.to_address: m.to_name for m in asked}


OUTSIDE_MAKERS = {"signature corrected": corrected}
