"""Screens around a proposal: the list, beginning one, its one record page, its versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import orjson
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.governance.enums import ANSWERED, SignatureState
from bitterroot.governance.models import Decision, SignatureRequest
from bitterroot.governance.queries import track
from bitterroot.governance.queries.chain import open_count
from bitterroot.governance.rules import may_bind
from bitterroot.people import actor
from bitterroot.people.enums import Role
from bitterroot.people.models import Person, Unit
from bitterroot.people.queries import roles_of
from bitterroot.policy import Form, facts_of
from bitterroot.programs.rules import may_see_pilot
from bitterroot.proposals import queries, rules
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain.consultation import ALLOWS_PROPOSAL
from bitterroot.proposals.domain.track import why_fixed
from bitterroot.proposals.enums import IN_FORCE, SIGNED, MouState, ProposalState
from bitterroot.proposals.models import Attachment, Consultation, Proposal
from bitterroot.proposals.queries.budget import budget_of, has_budget
from bitterroot.proposals.queries.bundle import bundle_of
from bitterroot.proposals.queries.concurrence import concurrences_of
from bitterroot.proposals.queries.missing import agreements_of, content_of, missing
from bitterroot.proposals.queries.process import (
    form_of,
    needs_agreement,
    process_of,
    signing_of,
    titles_of_later,
)
from bitterroot.proposals.queries.signers import wrote_along_until
from bitterroot.proposals.queries.standing import standing_of, standings, who_has
from bitterroot.proposals.queries.tracks import recommended, track_of
from bitterroot.web.faculty.full_record import record_of
from bitterroot.web.faculty.history import history
from bitterroot.web.faculty.officers import officers_of
from bitterroot.web.faculty.track_choice import choices, compared
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.by_keys import ByKeys
from bitterroot.web.ui.change_record import change_of
from bitterroot.web.ui.comments import comments_of
from bitterroot.web.ui.differences import differences, files_in
from bitterroot.web.ui.download import download
from bitterroot.web.ui.policy_forms import answers, names_for

OPEN_SIGNATURE = (SignatureState.REQUESTED, SignatureState.VIEWED)
TONES = {
    ProposalState.APPROVED: "good", ProposalState.CONDITIONS: "warn", ProposalState.RETURNED: "warn",
    ProposalState.DECLINED: "bad", ProposalState.ON_HOLD: "warn",
}  # fmt: skip


def visible(request: HttpRequest, pk: str) -> Proposal:
    """The proposal, or 404 for those who may not know of it."""
    person: Person = request.user.person  # type: ignore[union-attr]
    return get_object_or_404(queries.visible_to(person), pk=pk)


@login_required
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals that the person may see, those that moved last first. Filter by word or state."""
    person: Person = request.user.person  # type: ignore[union-attr]
    found = queries.visible_to(person).order_by("-case__step_since", "pk")
    text, state = request.GET.get("q", "").strip()[:100], request.GET.get("state", "")
    if text:
        found = found.filter(Q(title__alike=text) | Q(lead__display_name__alike=text))
    if state in ProposalState.values:
        found = found.filter(state=state)
    rows = Proposal.objects.select_related(*queries.SHOWN).defer(*queries.LONG)
    page = ByKeys(found, rows, 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "stands": standings(page.object_list),
        "q": text,
        "state": state,
        "states": ProposalState.choices,
        "later_titles": titles_of_later(),
        "may_begin": bool(rules.may_begin(actor.person(person))),
    }
    return render(request, "faculty/proposals.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_proposal(request: HttpRequest) -> HttpResponse:
    """Begin a draft, from a consultation that was held or without one."""
    person: Person = request.user.person  # type: ignore[union-attr]
    by = actor.person(person)
    rules.may_begin(by).require()
    held = Consultation.objects.filter(requester=person, outcome__in=ALLOWS_PROPOSAL)
    said = request.POST if request.method == "POST" else request.GET
    talk = next((c for c in held if str(c.pk) == said.get("consultation")), None)
    title = said.get("title", talk.title if talk else "").strip()
    policy = policies.current()
    track = said.get("track") or track_of(talk, policy)
    error = ""
    if request.method == "POST":
        if title:
            unit = Unit.objects.filter(pk=said.get("unit", "")).first()
            done = attempt(
                request,
                lambda: draft.start_proposal(
                    by=by, title=title, unit=unit, consultation=talk, track=track
                ),
                "Your draft is there. Everything you type is saved.",
            )
            if done.value is not None:
                return redirect("faculty:edit_proposal", pk=done.value.pk, section="identity")
        error = "Give it a working title; you can change it."
    first = person.assignments.exclude(unit=None).order_by("starts_on").first()
    context = {
        "title": title,
        "error": error,
        "problems": [("title", error)] if error else [],
        "held": held,
        "talk": talk,
        "tracks": choices(policy, track),
        "recommended": policy.taxonomy.label("tracks", recommended(talk, policy)),
        **compared(policy),
        "units": Unit.objects.order_by("name"),
        "unit": said.get("unit") or (str(talk.unit_id) if talk else first.unit_id if first else ""),
    }
    return render(request, "faculty/new_proposal.html", context, status=422 if error else 200)


def first_section(row: Proposal) -> str:
    """The key of the section with which its form begins."""
    return form_of(row).sections[0].key


@login_required
@require_GET
def proposal(request: HttpRequest, pk: str) -> HttpResponse:
    """The one page of a proposal, for every role; what one may do differs. A bounded number of queries."""
    person: Person = request.user.person  # type: ignore[union-attr]
    row = queries.visible_to(person).filter(pk=pk).first()
    if row is None:
        if queries.is_posted_to(person, pk):
            return redirect("faculty:posted", pk=pk)
        raise Http404
    by = actor.person(person)
    policy = policies.of(row.case)
    form = form_of(row)
    signatures = list(
        row.case.signatures.select_related("person", "delegated_from", "snapshot").order_by(
            "order", "requested_at"
        )
    )
    now = [s for s in signatures if s.state in OPEN_SIGNATURE]
    decisions = (
        row.case.decisions.order_by("-recorded_at", "-run__n")
        .select_related("run")
        .prefetch_related("conditions")
    )
    names, stands, steps = names_for(policy, row.values), standing_of(row), track(row.case)
    context = {
        "proposal": row,
        "tone": TONES.get(ProposalState(row.state), "pine"),
        "who": who_has(row, now),
        "stands": stands,
        "due": stands.due,
        "steps": steps,
        "decided_by": max((step.by for step in steps if step.by), default=None),
        "may_edit": bool(rules.may_edit(by, row)),
        "may_submit": bool(rules.may_submit(by, row)),
        "may_check": bool(rules.may_open_desk(by, row)),
        "office_acts": row.state in OFFICE_ACTS or bool(rules.may_decide(by, row)),
        "may_take_back": bool(rules.may_take_back(by, row)) and row.state == ProposalState.SIGNING,
        "may_withdraw": bool(rules.may_take_back(by, row)) and row.state in WITHDRAWABLE,
        "gaps": missing(row) if row.state in rules.EDITABLE else [],
        "labels": labels(form),
        "signatures": signatures,
        "former": wrote_along_until(row) if signatures else {},
        "officers": officers_of(by, signatures),
        "unanswered": _unanswered(row, signatures, decisions),
        "mine": next((s for s in now if s.person_id == person.pk), None),
        "decisions": [
            (d, open_count(d, policy.bodies), _labelled(form, d.field_reasons)) for d in decisions
        ],
        "co_authors": row.co_authors.all(),
        "answers": answers(form, content_of(row)["values"], names),
        "attachments": row.attachments.filter(removed_at__isnull=True).select_related("file"),
        "snapshots": row.case.snapshots.order_by("-n"),
        "events": history(f"case:{row.case_id}", within=_reads_within(person, row)),
        "record": record_of(row),
        "change": change_of(row),
        "first": first_section(row),
        "signs": signing_of(row) is not None,
        "sees_pilot": row.program is not None and may_see_pilot(person, row.program),
        "process": process_of(row).title,
        "concurrences": concurrences_of(row),
        "bundle": bundle_of(row),
        "may_bind": row.state in WITHDRAWABLE and bool(may_bind(by, [row.case])),
        "may_copy": process_of(row).begins == "program" and bool(rules.may_begin(by)),
        "origin": _origin(person, row),
        "may_ask_units": bool(rules.may_ask_concurrence(by, row)),
        "track": ""
        if process_of(row).track
        else policy.taxonomy.label("tracks", str(row.values.get("track") or "")),
        "budget": budget_of(row.values) if has_budget(form) else None,
        **_agreement(row, needs_agreement(row, facts_of(form.filled(row.values)))),
        "may_change_track": bool(rules.may_submit(by, row)) and not why_fixed(row),
        **comments_of(person, row.case),
    }
    return render(request, "faculty/proposal.html", context)


def _agreement(row: Proposal, needed: bool) -> dict[str, object]:
    """Whether it needs a memorandum, its own that is signed, and whether an earlier one counts."""
    rows = agreements_of(row) if needed else []
    own = [each for each in rows if each.proposal_id == row.pk]
    signed = own[-1] if own and own[-1].state in SIGNED else None
    return {
        "needs_agreement": needed,
        "agreement_signed": signed,
        "agreement": own[-1] if own else None,
        "agreement_out": bool(own) and own[-1].state == MouState.OUT_FOR_SIGNATURE,
        "agreement_before": bool(rows) and not own and all(m.state in IN_FORCE for m in rows),
    }


def _reads_within(person: Person, row: Proposal) -> bool:
    """The program office and auditors, unless they wrote it."""
    offices = {Role.PROGRAM_OFFICER, Role.AUDITOR}
    return bool(roles_of(person) & offices) and not rules.has_written(person, row)


#: Here the program office checks, closes conditions or lets it go on.
OFFICE_ACTS = (ProposalState.SUBMITTED, ProposalState.CONDITIONS, ProposalState.ON_HOLD)
WITHDRAWABLE = (
    ProposalState.DRAFT, ProposalState.SIGNING, ProposalState.SUBMITTED, ProposalState.IN_REVIEW,
    ProposalState.RETURNED, ProposalState.CONDITIONS, ProposalState.ON_HOLD,
)  # fmt: skip


def _unanswered(
    row: Proposal, signatures: list[SignatureRequest], decisions: Iterable[Decision]
) -> SignatureRequest | None:
    """The request that expired and sent the proposal back, while it is back for that: nothing was
    decided since."""
    answered = [(s.acted_at, s.order, s) for s in signatures if s.state in ANSWERED and s.acted_at]
    decided = [d.recorded_at for d in decisions]
    answered = [each for each in answered if not decided or each[0] >= max(decided)]
    if row.state != ProposalState.RETURNED or not answered:
        return None
    last = max(answered, key=lambda each: each[:2])[2]
    return last if last.state == SignatureState.EXPIRED else None


def _origin(person: Person, row: Proposal) -> tuple[str, bool] | None:
    """Of what it is a copy, and whether the person may open that."""
    return (str(row.origin), rules.may_see(person, row.origin)) if row.origin else None


def labels(form: Form) -> dict[str, str]:
    """What each field is called; where two have one name, with the section."""
    names = Counter(field.label for field in form.fields.values())
    titles = {section.key: section.title for section in form.sections}
    return {
        key: f"{field.label} ({titles[form.section_of[key]]})"
        if names[field.label] > 1
        else field.label
        for key, field in form.fields.items()
    }


def _labelled(form: Form, reasons: dict[str, str]) -> list[tuple[str, str, str]]:
    return [
        (
            form.section_of.get(key, "identity"),
            form.fields[key].label if key in form.fields else key,
            text,
        )
        for key, text in reasons.items()
    ]


@login_required
@require_GET
def compare(request: HttpRequest, pk: str) -> HttpResponse:
    """What changed between two frozen versions, field by field."""
    row = visible(request, pk)
    versions = list(row.case.snapshots.order_by("n"))
    if len(versions) < 2:
        raise Http404
    by_number = {str(v.n): v for v in versions}
    old = by_number.get(request.GET.get("from", ""), versions[-2])
    new = by_number.get(request.GET.get("to", ""), versions[-1])
    form = form_of(row)
    frozen = [orjson.loads(v.content) for v in (old, new)]
    before, after = (content["values"] for content in frozen)
    context = {
        "proposal": row,
        "versions": versions,
        "old": old,
        "new": new,
        "old_title": f"Version {old.n}",
        "new_title": f"Version {new.n}",
        "differences": differences(
            form,
            before,
            after,
            names_for(policies.of(row.case), before, after),
            files=files_in(*frozen),
        ),
    }
    return render(request, "faculty/compare.html", context)


@login_required
@require_GET
def attachment(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """A file of the proposal, always as a download."""
    row = visible(request, pk)
    found = get_object_or_404(Attachment.objects.select_related("file"), pk=number, proposal=row)
    return download(found.file, found.name)
