"""Writing a proposal: one page a section, saved as one types, with what it will look like beside."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.policy import Form, Section
from bitterroot.proposals import rules
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain.pages import current_page
from bitterroot.proposals.domain.proposal import signers
from bitterroot.proposals.domain.track import why_fixed
from bitterroot.proposals.models import Proposal
from bitterroot.proposals.queries.agreement_start import four_parties
from bitterroot.proposals.queries.budget import budget_of, has_budget
from bitterroot.proposals.queries.missing import Gap, answers_of, facts_of, missing
from bitterroot.proposals.queries.process import form_of, is_later, process_of, signing_of
from bitterroot.proposals.queries.similar import similar_to
from bitterroot.web.faculty import change_record, full_record
from bitterroot.web.faculty.preview import preview
from bitterroot.web.faculty.proposals import labels, visible
from bitterroot.web.faculty.untouched import marks, stale, touched
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.policy_forms import Sent, bind, names_for, read


def _section(form: Form, key: str) -> Section:
    try:
        return form.section(key)
    except KeyError:
        raise Http404 from None


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: str, section: str) -> HttpResponse:
    """One section: shown, saved as one types (htmx) or by its button. Conflicts show both texts."""
    row = visible(request, pk)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    rules.may_edit(by, row).require()
    here = _section(form_of(row), section)
    if request.method == "GET":
        return _page(request, row, here)
    sent = read(here.fields, request.POST)
    form = form_of(row)
    everything, was = sent.values, request.POST.get("was", "")
    sent.values = touched(form, was, everything)
    try:
        revision = int(request.POST.get("revision", ""))
    except ValueError:
        revision = row.revision
    if request.htmx:  # type: ignore[attr-defined]
        return _autosave(request, by, row, here, sent, everything, revision)
    done = attempt(
        request,
        lambda: draft.save_values(by=by, proposal=row, values=sent.values, revision=revision),
        "" if sent.unknown else "Saved.",
    )
    if not done or sent.unknown:
        row.refresh_from_db()
        problems = done.problems + [(k, e[0]) for k, e in sent.errors.items()]
        return _page(
            request,
            row,
            here,
            sent=sent,
            problems=problems,
            status=done.status if not done else 422,
        )
    if more := request.POST.get("more"):
        address = reverse("faculty:edit_proposal", args=[row.pk, here.key])
        return redirect(
            f"{address}?more={more}#id_{more}" if more in {f.key for f in here.fields} else address
        )
    target = here.key
    if "next" in request.POST:
        keys = [s.key for s in form.sections]
        at = keys.index(here.key)
        if at + 1 == len(keys):
            return redirect("faculty:submit_proposal", pk=row.pk)
        target = keys[at + 1]
    return redirect("faculty:edit_proposal", pk=row.pk, section=target)


#: Told on the page and answered elsewhere: no field of the form, so none comes or goes.
BESIDE = ("procedures_attested", "track", "lead")


def _autosave(
    request: HttpRequest,
    by: actor.Actor,
    row: Proposal,
    here: Section,
    sent: Sent,
    everything: dict[str, Any],
    revision: int,
) -> HttpResponse:
    """Save what was touched; answers that others have changed meanwhile are shown as they are now."""
    try:
        saved = draft.save_values(by=by, proposal=row, values=sent.values, revision=revision)
    except NotPossible as error:
        return render(request, "faculty/edit/_unsaved.html", {"error": error})
    context = _context(request, saved, here)
    asked = set(request.POST.getlist("asked"))
    shown = {f.key for f in context["fields"]}
    form = form_of(saved)
    others = stale(form, everything, saved.values) - sent.values.keys()
    context["appeared"] = [
        f
        for f in context["fields"]
        if f.key not in BESIDE and (f.key not in asked or f.key in others)
    ]
    context["vanished"] = [f.key for f in here.fields if f.key in asked and f.key not in shown]
    return render(request, "faculty/edit/_saved.html", context)


def _page(
    request: HttpRequest,
    row: Proposal,
    here: Section,
    *,
    sent: Sent | None = None,
    problems: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(request, row, here, sent=sent, problems=problems or [])
    return render(request, "faculty/edit/section.html", context, status=status)


def _context(
    request: HttpRequest,
    row: Proposal,
    here: Section,
    *,
    sent: Sent | None = None,
    problems: list[tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """Everything that the page of a section shows."""
    policy, form = policies.of(row.case), form_of(row)
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    gaps = missing(row)
    values = {**row.values, **(form.clean(sent.values) if sent else {})}
    facts = facts_of(row)
    errors: dict[str, list[str]] = {}
    for key, sentence in problems or []:
        errors.setdefault(key, []).append(sentence)
    files: dict[str, list[Any]] = {}
    for each in row.attachments.filter(removed_at__isnull=True).order_by("id"):
        files.setdefault(each.kind, []).append(each)
    fields = bind(
        here.fields,
        values,
        names_for(policy),
        facts=facts,
        errors=errors,
        files=files,
        told=_told(row, here) | full_record.told(row, here) | change_record.told(row, here),
        typed=sent.unknown if sent else None,
        more=request.GET.get("more", ""),
    )
    shown = {f.key for f in fields}
    return {
        "proposal": row,
        "section": here,
        "fields": fields,
        "was": marks(form, here.fields, row.values),
        "not_asked": [f.key for f in here.fields if f.key not in shown],
        "rail": rail(row, form, gaps),
        "gaps": gaps,
        "signs": signing_of(row) is not None,
        "process": process_of(row).title if is_later(row) else "",
        "labels": labels(form),
        "problems": problems or [],
        "preview": preview(row),
        "budget": budget_of(row.values) if has_budget(form) else None,
        "may_change_track": bool(rules.may_submit(by, row)) and not why_fixed(row),
        "page": current_page("procedures") if here.key == "identity" else None,
        "co_authors": row.co_authors.order_by("display_name") if here is form.sections[0] else None,
    }


def rail(row: Proposal, form: Form, gaps: list[Gap]) -> list[dict[str, Any]]:
    """The sections with how much is missing in each."""
    missing_in: dict[str, int] = {}
    for gap in gaps:
        missing_in[gap.section] = missing_in.get(gap.section, 0) + 1
    return [
        {
            "title": s.title,
            "address": reverse("faculty:edit_proposal", args=[row.pk, s.key]),
            "missing": missing_in.get(s.key, 0),
            "complete": not missing_in.get(s.key),
        }
        for s in form.sections
    ]


def _told(row: Proposal, here: Section) -> dict[str, Any]:
    """What the system says in fields that it fills in itself."""
    told: dict[str, Any] = {}
    for field in here.fields:
        if field.key == "consultation":
            if row.consultation_waiver:
                told["consultation"] = format_html("<p>Waived: {}</p>", row.consultation_waiver)
            elif row.consultation:
                address = reverse("faculty:consultation", args=[row.consultation.pk])
                told["consultation"] = format_html(
                    '<p><a href="{}">{}</a>, {}</p>',
                    address,
                    row.consultation.title,
                    row.consultation.get_state_display().lower(),
                )
        elif field.key == "similar_programs":
            told[field.key] = _similar(row)
        elif field.key == "signatories":
            told[field.key] = _signatories(row)
        elif field.key == "break_even":
            told[field.key] = "It stands beside the form, and follows what you write."
        elif field.key == "agreement_parties":
            told[field.key] = _parties(row)
    return told


def _similar(row: Proposal) -> Any:
    """What looks like it, and the way to ask those whom it affects."""
    found = similar_to(row)
    said = (
        format_html(
            "<ul>{}</ul>",
            format_html_join(
                "",
                "<li><strong>{}</strong>, {}: shares {}</li>",
                ((s.title, s.where, s.why) for s in found),
            ),
        )
        if found
        else "None was found by the words of the title and the skills."
    )
    address = reverse("faculty:affected_units", args=[row.pk])
    ask = "Ask the heads of affected units whether they concur"
    return format_html('{}<p><a href="{}">{}</a></p>', said, address, ask)


def _parties(row: Proposal) -> Any:
    """Who would be asked to agree, and the way to the memorandum."""
    return format_html(
        '<ol>{}</ol><p><a href="{}">Open the memorandum</a></p>',
        format_html_join(
            "",
            "<li><strong>{}</strong>, {}</li>",
            ((p["legal_name"], p["officer"] or "nobody yet") for p in four_parties(row)),
        ),
        reverse("faculty:agreement", args=[row.pk]),
    )


def _signatories(row: Proposal) -> Any:
    if not answers_of(row).get("owner_unit"):
        return "Choose the owner unit first (section 1)."
    try:
        found = signers(row)
    except NotPossible as error:
        return str(error)
    return format_html(
        "<ol>{}</ol>",
        format_html_join(
            "",
            "<li><strong>{}</strong>, {}</li>",
            ((a.person.display_name if a.person else a.partner_name, a.title) for a in found),
        ),
    )
