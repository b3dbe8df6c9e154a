"""The document of an agreement as a PDF, and who of its parties was sent it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bitterroot.messages.models import Mail, MailState
from bitterroot.people.models import Person
from bitterroot.people.queries import normalize_address
from bitterroot.proposals.enums import MouState
from bitterroot.proposals.models import Mou, MouVersion, Proposal
from bitterroot.proposals.queries.agreements import named_among, officers_among
from bitterroot.proposals.queries.memorandum import (
    document_of,
    document_of_version,
    last_version,
    parties_at,
)
from bitterroot.proposals.rules import sees_all_mous, visible_mous
from bitterroot.record.models import Event

#: What a letter that nobody got is called, by its state.
NOT_THERE = {
    MailState.FAILED: "The letter could not be delivered",
    MailState.BOUNCED: "The letter came back",
    MailState.DROPPED: "The program office discarded the letter",
}
UNDER_WAY = {
    MailState.DRAFT: "The program office reads the letter before it goes out",
    MailState.QUEUED: "The letter is on its way",
    MailState.KEPT: "Shown to them here",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """A party and how the document comes to it; by hand where no letter reached it."""

    party: str
    officer: str
    address: str
    said: str
    sent_at: datetime | None = None
    by_hand: bool = False


def readable(request: HttpRequest, pk: str) -> tuple[Proposal, list[Mou]]:
    """A proposal and those of its agreements that whoever asks may read; 404 for everybody else."""
    rows = Proposal.objects.select_related("case", "lead", "program")
    row = get_object_or_404(rows, pk=pk)
    person: Person = request.user.person  # type: ignore[union-attr]
    found = visible_mous(person, row)
    if not found and not sees_all_mous(person, row):
        raise Http404
    for each in found:
        each.proposal = row
    return row, found


def versions_for(person: Person, mou: Mou) -> list[MouVersion]:
    """What went out of it, the newest first; to a party's officer those versions that name them.

    Whoever took the place of another party does not read what that one was offered.
    """
    rows = list(mou.versions.order_by("-n"))
    if sees_all_mous(person, mou.proposal):
        return rows
    return [each for each in rows if named_among(person, parties_at(each))]


def handed_to(mou: Mou) -> list[Handed]:
    """Each party of what is out for signature, and whether a letter brought it the document.

    With the address that it names, also where its person is written to at another of theirs, which
    the lead does not learn by it.
    """
    version = last_version(mou)
    parties = parties_at(version) if version else mou.values.get("parties") or []
    mails = _letters(mou) if version else {}
    found = []
    for party in parties:
        officers = officers_among([party])
        names = str(party.get("legal_name") or ""), str(party.get("officer") or "")
        if not officers:
            found.append(Handed(*names, "", "No e-mail address is known", by_hand=True))
            continue
        to = str(party["email"])
        if version is None:
            found.append(Handed(*names, to, "No letter was sent", by_hand=True))
            continue
        person = officers[0].person
        mail = mails.get(str(person.pk) if person else "") or mails.get(normalize_address(to))
        if mail is None:
            found.append(Handed(*names, to, "The letter is being written"))
        elif mail.state in NOT_THERE:
            found.append(Handed(*names, to, NOT_THERE[MailState(mail.state)], by_hand=True))
        elif mail.state == MailState.SENT:
            found.append(Handed(*names, to, "The letter was sent", mail.sent_at))
        else:
            found.append(Handed(*names, to, UNDER_WAY[MailState(mail.state)]))
    return found


def _letters(mou: Mou) -> dict[str, Mail]:
    """The letters of the last sending, by the address, and by the key of a person known then."""
    sent = Event.objects.filter(about=f"mou:{mou.pk}", verb="mou sent").order_by("-seq").first()
    mails = Mail.objects.filter(event=sent, template="mou_to_sign").defer("attachment")
    return {key: m for m in mails for key in (str(m.person_id), normalize_address(m.to_address))}


@login_required
@require_safe
def document(request: HttpRequest, pk: str, mou: str, n: int | None = None) -> HttpResponse:
    """The version that went out last, or version `n`; while it is in preparation the draft."""
    _, rows = readable(request, pk)
    person: Person = request.user.person  # type: ignore[union-attr]
    found = next((each for each in rows if str(each.pk) == str(mou)), None)
    if found is None:
        raise Http404
    versions = versions_for(person, found)
    version: MouVersion | None = None
    if n is not None:
        version = next((each for each in versions if each.n == n), None)
        if version is None:
            raise Http404
    elif found.state != MouState.DRAFT and versions:
        version = versions[0]
    data = document_of_version(version) if version else document_of(found)
    what = f"version-{version.n}" if version else str(found.state).replace("_", "-")
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="memorandum-{what}.pdf"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
