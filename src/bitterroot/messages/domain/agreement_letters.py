"""What is told of agreements: out for signature, signed, near their end, over, ended by notice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from django.db.models import QuerySet

from bitterroot.messages.domain.letter import Letter, Reminder, address, to_people
from bitterroot.messages.domain.writing import key_of, known
from bitterroot.messages.models import Mail, MailState
from bitterroot.people.enums import Role
from bitterroot.people.models import Person
from bitterroot.people.queries import contact_address, holders
from bitterroot.proposals.enums import MouState, ProposalState
from bitterroot.proposals.models import Mou, MouVersion
from bitterroot.proposals.queries.agreements import ends_replaced, officers_among, officers_of
from bitterroot.proposals.queries.memorandum import document_of_version, last_version, parties_at
from bitterroot.proposals.rules import may_see_mou
from bitterroot.record import clock
from bitterroot.record.models import Event

REMINDER_DAYS = 3  # before the day by which the parties are asked to sign
TAKEN_BACK = "mou taken back"  # whom it is told depends on the letters of before
LATE_DAYS = 7  # after it: a worker that stood still so long tells nobody any more


def _mou(key: str) -> Mou:
    return Mou.objects.select_related("proposal__lead", "proposal__program__lead").get(pk=key)


def _leads(mou: Mou) -> list[Person]:
    """Who leads the program that came of it, else who leads the proposal."""
    program = mou.proposal.program
    leader = program if program is not None else mou.proposal
    others = program.co_leads.all() if program is not None else mou.proposal.co_authors.all()
    return [leader.lead, *others]


def _executed(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    mou = _mou(key)
    link = address("faculty:agreement", mou.proposal_id)
    return to_people([mou.proposal.lead], "mou_executed", mou=mou, proposal=mou.proposal, link=link)


def _near_its_end(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """Leads, the office, and each party's officer; outside people get no link, they have no account."""
    mou = _mou(key)
    if event.verb == "mou ends soon" and ends_replaced(mou):
        return []  # renewed, or over, before the mail was written
    officers = officers_of(mou)
    inside = [each.person for each in officers if each.person is not None]
    words: dict[str, Any] = {"mou": mou, "program": mou.proposal.program, "data": data}
    template = event.verb.replace(" ", "_")
    people = [*_leads(mou), *holders(Role.PROGRAM_OFFICER), *inside]
    link = address("faculty:agreement", mou.proposal_id)
    told = to_people(people, template, **words, link=link)
    return told + [
        Letter(template, each.name, each.address, None, {**words, "link": ""})
        for each in officers
        if each.person is None
    ]


def _out_for_signature(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To each party's officer with an address, with the document; it replaces the version before."""
    mou = _mou(key)
    version = mou.versions.filter(n=data.get("version", 0)).first()
    if version is None or not _is_out(version):
        return []  # taken back, signed, or sent anew before the mail was written
    told = _to_parties(version, "mou_to_sign", sender=_sender(version))
    return _with_document(version, told)


def _is_out(version: MouVersion) -> bool:
    return version.mou.state == MouState.OUT_FOR_SIGNATURE and last_version(version.mou) == version


def _sender(version: MouVersion) -> Person:
    """Who gathers the signatures: who sent it, else who leads the proposal."""
    return version.sent_by or version.mou.proposal.lead


def _with_document(version: MouVersion, told: list[Letter]) -> list[Letter]:
    document = document_of_version(version) if told else b""
    name = f"memorandum-version-{version.n}.pdf"
    return [replace(letter, attachment_name=name, attachment=document) for letter in told]


def _to_parties(version: MouVersion, template: str, **words: Any) -> list[Letter]:
    """A letter to each officer of what went out; with a link for those who can read it here."""
    proposal = version.mou.proposal
    words = {"mou": version.mou, "proposal": proposal, "version": version, **words}
    if "sender" in words:
        words["sender_address"] = contact_address(words["sender"])
    page = address("faculty:agreement", proposal.pk)
    told = []
    for each in officers_among(parties_at(version)):
        known = each.person is not None and hasattr(each.person, "account")
        link = page if known and may_see_mou(each.person, proposal) else ""
        name = each.person.display_name if each.person else each.name
        told.append(Letter(template, name, each.address, each.person, {**words, "link": link}))
    return told


def _taken_back(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To the officers who got the document: it is not to be signed any more.

    Where no letter went out nobody is told; one that the office has not read yet goes out no more.
    """
    version = _mou(key).versions.filter(n=data.get("version", 0)).first()
    if version is None:
        return []  # it went out before documents were sent
    asked = _letters_of(version)
    asked.filter(state=MailState.DRAFT).update(state=MailState.DROPPED, discarded="Taken back.")
    if not asked.exclude(state=MailState.DROPPED).exists():
        return []
    words = {"sender": _sender(version), "reason": data.get("reason", "")}
    return _to_parties(version, "mou_taken_back", **words)


def _letters_of(version: MouVersion) -> QuerySet[Mail]:
    """The mails that brought the parties this version."""
    events = Event.objects.filter(about=f"mou:{version.mou_id}", verb="mou sent")
    sent = [each.pk for each in events if orjson.loads(each.data).get("version") == version.n]
    return Mail.objects.filter(event__in=sent, template="mou_to_sign")


def agreement_reminders() -> Iterator[Reminder]:
    """Three days before the day that was asked for to the parties; the day after to leads and office."""
    today = clock.today()
    rows = MouVersion.objects.filter(
        mou__state=MouState.OUT_FOR_SIGNATURE,
        sign_by__range=(today - timedelta(days=LATE_DAYS), today + timedelta(days=REMINDER_DAYS)),
    ).exclude(mou__proposal__state__in=(ProposalState.WITHDRAWN, ProposalState.DECLINED))
    related = ("mou__proposal__lead", "mou__proposal__program__lead", "sent_by")
    for version in rows.select_related(*related).order_by("sent_at", "pk"):
        if version.sign_by is None or not _is_out(version):
            continue
        proposal, about = version.mou.proposal, str(version.pk)
        if version.sign_by < today:
            words = {"mou": version.mou, "proposal": proposal, "version": version}
            link = address("faculty:agreement", proposal.pk)
            people = [*_leads(version.mou), *holders(Role.PROGRAM_OFFICER)]
            letters = to_people(people, "mou_signatures_late", **words, link=link)
        elif clock.day_of(version.sent_at) > today - timedelta(days=REMINDER_DAYS):
            continue  # they have had it for a day or two
        else:
            letters = _to_parties(version, "mou_to_sign_reminder", sender=_sender(version))
            keys = [key_of(letter, about) for letter in letters]
            if len(known(keys)) < len(set(keys)):  # a document is not set for nobody
                letters = _with_document(version, letters)
        yield Reminder(about, letters, f"case:{proposal.case_id}")


AGREEMENT_MAKERS: dict[str, Callable[[str, Event, dict[str, Any]], list[Letter]]] = {
    "mou sent": _out_for_signature,
    TAKEN_BACK: _taken_back,
    "mou executed": _executed,
    "mou ends soon": _near_its_end,
    "mou expired": _near_its_end,
    "mou notice given": _near_its_end,
    "mou terminated": _near_its_end,
}
