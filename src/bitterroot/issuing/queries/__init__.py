"""Reads of awards that more than one screen uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from bitterroot.governance.queries import approval_chain
from bitterroot.issuing.enums import HELD
from bitterroot.issuing.models import Award
from bitterroot.issuing.queries.asking import asking_duties
from bitterroot.issuing.queries.revocations import (
    appeal_duties,
    passed_on_duties,
    revocation_duties,
)
from bitterroot.issuing.rules import ANSWERS_NEXT, is_visible_to
from bitterroot.learning.enums import LineState, ListKind, RequestState
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.people.duties import Duty
from bitterroot.people.enums import Role
from bitterroot.people.models import Address, Person
from bitterroot.people.queries import roles_of
from bitterroot.programs.models import BadgeTemplate, Program

_WITH = (
    "learner",
    "document",
    "request__offering__program",
    "template__program_version__program__owner_unit",
    "template__program_version__decision__case",
    "template__image_png",
    "template__image_svg",
)


def award_by_id(public_id: str) -> Award | None:
    """An award with what its page shows."""
    return Award.objects.select_related(*_WITH).filter(public_id=public_id).first()


def award_for(public_id: str, viewer: Person | None) -> Award | None:
    """The award, if this viewer may see it; None otherwise, as if there were none."""
    award = award_by_id(public_id)
    if award is None or not is_visible_to(award, viewer, hold=award.learner.directory_hold):
        return None
    return award


def awards_of(person: Person) -> QuerySet[Award]:
    """A learner's own awards, newest first."""
    found = Award.objects.filter(learner=person).select_related(*_WITH)
    return found.prefetch_related("replaced_by").order_by("-valid_from")


def holders_of(program: Program) -> frozenset[str]:
    """Identities of everyone who holds the program's badge: as its line had them, and as known now.

    Three queries however many there are. Who was revoked or declined it may be awarded it anew.
    """
    held = Award.objects.filter(request__offering__program=program, state__in=HELD)
    # As text: without KT an id of digits would come back from SQLite as a number.
    lines = ListLine.objects.filter(Q(award__in=held) | Q(award__replaced_by__in=held))
    named = lines.values_list(KT("cells__student_id"), KT("cells__email"))
    found = {identity for pair in named for identity in pair if identity}
    people = held.values("learner")
    known = Person.objects.filter(pk__in=people, student_id__isnull=False)
    addresses = Address.objects.filter(person__in=people)
    return frozenset(
        {
            *found,
            *map(str, known.values_list("student_id", flat=True)),
            *addresses.values_list("normalized", flat=True),
        }
    )


def chain_of(award: Award) -> dict[str, Any]:
    """The approval behind an award: decision, signatures, versions."""
    version = award.template.program_version
    return {
        **approval_chain(version.decision),
        "program": version.program.title,
        "program_version": version.n,
        "template_version": award.template.n,
    }


def address_of(award: Award) -> str:
    """The award's public address."""
    return f"{settings.ORIGIN}/credentials/{award.public_id}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far issuing is."""

    done: int
    total: int
    finished: bool

    @property
    def percent(self) -> int:
        return 100 if self.finished or not self.total else min(100, 100 * self.done // self.total)


def progress(request: IssuanceRequest) -> Progress:
    """Count of a request that is being issued."""
    return Progress(request.done, request.total, request.state == RequestState.ISSUED)


def receipt_lines(request: IssuanceRequest) -> QuerySet[ListLine]:
    """The lines of a request in order, with what `receipt_row` reads."""
    return request.lines.select_related("award", "learner", "notation").order_by("number")


def receipt_row(line: ListLine) -> dict[str, str]:
    """One line of a receipt: who, what came of it, and the award's address."""
    award = getattr(line, "award", None)
    notation = getattr(line, "notation", None)
    learner = line.learner.display_name if line.learner else ""
    return {
        "row": str(line.number),
        "learner": award.display_name if award else learner,
        "outcome": LineState(line.state).label,
        "reason": line.refusal,
        "notation": notation.get_state_display() if notation else "",
        "reference": notation.sis_reference if notation else "",
        "address": address_of(award) if award else "",
    }


def queue(kind: ListKind) -> QuerySet[IssuanceRequest]:
    """Requests of one queue, oldest first."""
    return (
        IssuanceRequest.objects.filter(kind=kind)
        .select_related("offering__program", "requested_by", "issued_by")
        .order_by("submitted_at")
    )


FEW = 2_000  # awards whose keys are worth holding
MOST = 100  # requests; more than anyone issues in a day


def waiting_for(person: Person) -> list[Duty]:
    """Requests in the person's queue, revocations that want a second person, appeals, what learners and readers ask."""
    roles = roles_of(person)
    kinds = [
        kind
        for kind, role in (
            (ListKind.CREDIT, Role.REGISTRAR),
            (ListKind.NONCREDIT, Role.ISSUING_OFFICER),
        )
        if role in roles
    ]
    passed = []
    if roles & set(ANSWERS_NEXT):
        passed = passed_on_duties(person, [kind for kind in ListKind if kind not in kinds])
    if not kinds:
        return passed
    states = [RequestState.WITH_REGISTRAR, RequestState.WITH_OFFICE]
    duties = [
        Duty(
            f"{r.offering.program.title}: {r.total} to issue",
            f"Asked by {r.requested_by.display_name}",
            "registrar:request",
            (r.pk,),
            r.submitted_at,
            "Open",
        )
        for r in IssuanceRequest.objects.filter(kind__in=kinds, state__in=states)
        .exclude(requested_by=person)
        .select_related("offering__program", "requested_by")
        .only("total", "submitted_at", "offering__program__title", "requested_by__display_name")
        .order_by("submitted_at")[:MOST]
    ]
    return [
        *duties,
        *revocation_duties(person, kinds),
        *appeal_duties(person, kinds),
        *passed,
        *asking_duties(person, kinds),
    ]


def search(text: str, kinds: list[str]) -> QuerySet[Award]:
    """Awards of these kinds whose name or program holds `text`, or with this id, newest first."""
    found = _queued(kinds).prefetch_related("template", "replaced_by")
    if text.strip():
        found = found.filter(pk__in=_said(text.strip(), Award.objects.order_by().values("pk")))
    return found.order_by("-valid_from", "-pk")


def _queued(kinds: list[str]) -> QuerySet[Award]:
    theirs = IssuanceRequest.objects.filter(kind__in=kinds)
    # Not by the index of requests, which would read and sort all of a kind: newest first, till enough.
    return Award.objects.alias(asked=Coalesce("request_id", "request_id")).filter(asked__in=theirs)


def keys_of_few(text: str, kinds: list[str]) -> list[UUID] | None:
    """The keys of all that `search` finds, newest first, by one look through the awards.

    None without a text, and where more than a few thousand are found: then to count them, and to
    look among the newest for a page of them, is quicker.
    """
    if not text.strip():
        return None
    found = _said(text.strip(), _queued(kinds).order_by().values_list("valid_from", "pk"))
    rows = list(found[: FEW + 1])
    rows.sort(key=lambda row: (row[0], row[1].int), reverse=True)
    return [pk for _, pk in rows] if len(rows) <= FEW else None


def awards_in_order(keys: Sequence[UUID]) -> list[Award]:
    """Awards by their keys, in that order, with their templates."""
    found = {
        a.pk: a
        for a in Award.objects.filter(pk__in=keys).prefetch_related("template", "replaced_by")
    }
    return [found[key] for key in keys if key in found]


def how_many(text: str, kinds: list[str]) -> int:
    """How many awards `search` finds. Without a text, indexes are counted alone."""
    if text.strip():
        return search(text, kinds).order_by().count()
    theirs = IssuanceRequest.objects.filter(kind__in=kinds)
    return Award.objects.filter(request__in=theirs).count()


def _said(words: str, among: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Those of the awards, each found by its own index. Names are looked for among learners, who hold many."""
    named = BadgeTemplate.objects.filter(name__alike=words)
    asked = IssuanceRequest.objects.filter(template__in=named)  # awards have no index of templates
    return among.filter(learner__in=_called(words)).union(
        among.filter(request__in=asked), among.filter(public_id=words)
    )


def _called(words: str) -> QuerySet[Any, Any] | list[UUID]:
    """The keys of the learners of this name; by a query where they are too many.

    A database that does not know how few they are would rather read all awards than look them up.
    """
    called = Q(display_name__alike=words) | Q(also_named__gt="", also_named__alike=words)
    learners = Person.objects.filter(called).order_by().values_list("pk", flat=True)
    keys = list(learners[: FEW + 1])
    return keys if len(keys) <= FEW else learners
