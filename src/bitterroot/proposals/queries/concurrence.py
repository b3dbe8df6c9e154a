"""What other units say of a proposal, and which of them are still to be asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from bitterroot.governance import policies
from bitterroot.people.duties import Duty
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries.absences import running, stood_for
from bitterroot.policy import Form
from bitterroot.proposals.enums import UNDER_WAY, ConcurrenceState
from bitterroot.proposals.models import Concurrence, Proposal
from bitterroot.proposals.queries.process import form_of
from bitterroot.proposals.queries.similar import Similar
from bitterroot.record import clock, in_words
from bitterroot.record.canonical import digest


@dataclass(frozen=True, slots=True)
class Said:
    """One unit's concurrence; `changed`: something material changed since the answer."""

    row: Concurrence
    changed: bool

    @property
    def in_words(self) -> str:
        """“Department of Geography (Helen Strand): Concurs, 3 Nov 2026”."""
        withdrawn = self.row.state == ConcurrenceState.WITHDRAWN
        who = self.row.person if withdrawn else self.row.answered_by or self.row.person
        at = self.row.answered_at
        day = in_words.day(at or self.row.due_on)
        when_said = f", {day}" if at else f" (by {day})"
        said = f"{self.row.unit} ({who}): {self.row.get_state_display().lower()}{when_said}"
        since = "; the proposal has changed since" if self.changed else ""
        return f"{said}{since}{f'. {self.row.text}' if self.row.text else ''}"


def material_sha256(proposal: Proposal, form: Form | None = None) -> str:
    """The digest of the answers whose change is material, as they are now."""
    form = form or form_of(proposal)
    values = form.filled(proposal.values)
    return digest({key: values.get(key) for key in sorted(form.material_keys())})


def concurrences_of(proposal: Proposal) -> list[Said]:
    """Every concurrence that was asked for, in order. One query."""
    return concurrences_on([proposal])[proposal.pk]


def concurrences_on(proposals: Collection[Proposal]) -> dict[UUID, list[Said]]:
    """`concurrences_of` each of these proposals, by their keys. One query."""
    asked: dict[UUID, list[Concurrence]] = {proposal.pk: [] for proposal in proposals}
    rows = Concurrence.objects.filter(proposal__in=list(asked))
    for row in rows.select_related("unit", "person", "answered_by", "asked_by"):
        asked[row.proposal_id].append(row)
    found = {}
    for proposal in proposals:
        those = asked[proposal.pk]
        now = material_sha256(proposal) if any(row.content_sha256 for row in those) else ""
        found[proposal.pk] = [Said(row, row.content_sha256 not in ("", now)) for row in those]
    return found


def units_to_ask(proposal: Proposal, facts: Iterable[str]) -> list[str]:
    """Keys of the units that the policy wants asked before it is sent, and that are not yet."""
    rule = policies.of(proposal.case).concurrence.required_when
    if rule is None or not rule.holds(frozenset(facts)):
        return []
    named = proposal.values.get("affected_units") or []
    still = proposal.concurrences.exclude(state=ConcurrenceState.WITHDRAWN)
    asked = set(still.values_list("unit", flat=True))
    return [key for key in named if key not in asked and key != proposal.owner_unit_id]


def candidates(proposal: Proposal, similar: Iterable[Similar]) -> tuple[list[Unit], list[Unit]]:
    """The units that one would ask (those that the proposal names, and owners of what is similar),
    and all others, both by name. One query."""
    named = {str(key) for key in proposal.values.get("affected_units") or []}
    named = {*named, *(each.unit for each in similar)} - {proposal.owner_unit_id}
    found: tuple[list[Unit], list[Unit]] = [], []
    for unit in Unit.objects.order_by("name"):
        found[unit.key not in named].append(unit)
    return found


def still_open(proposal: Proposal) -> list[Concurrence]:
    """Those that may still answer in time."""
    rows = proposal.concurrences.filter(state=ConcurrenceState.ASKED, due_on__gte=clock.today())
    return list(rows.select_related("unit"))


def why_wait(proposal: Proposal) -> str:
    """Why the office does not take it into review yet: whose time to answer runs; else empty."""
    if not policies.of(proposal.case).concurrence.office_waits:
        return ""
    waits = [f"{row.unit} (by {in_words.day(row.due_on)})" for row in still_open(proposal)]
    return f"Still asked whether they concur: {', '.join(waits)}." if waits else ""


def waiting_for(person: Person) -> list[Duty]:
    """Questions that wait for an answer of this person, or of one for whom they act."""
    away = running().filter(deputy=person).values("person")
    rows = list(
        Concurrence.objects.filter(
            Q(person=person) | Q(person__in=away),
            state=ConcurrenceState.ASKED,
            proposal__state__in=UNDER_WAY,
        ).select_related("proposal", "unit", "person")[:100]
    )
    absences = stood_for(person) if any(row.person_id != person.pk for row in rows) else {}
    return [
        Duty(
            row.proposal.title,
            f"Asks whether {row.unit} concurs"
            + (f", for {row.person}, who is away" if row.person_id in absences else ""),
            "faculty:concurrence",
            (row.pk,),
            row.asked_at,
            "Read and answer",
            row.due_on,
        )
        for row in rows
    ]
