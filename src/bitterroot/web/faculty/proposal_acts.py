"""What authors do with a proposal beside writing: files, co-authors, attestation, sending, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bitterroot.governance.domain.signature import covered_changes, who_is_asked
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.queries.standing_decisions import passes_of
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.queries import find_colleague
from bitterroot.proposals import rules
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Attachment, Proposal
from bitterroot.proposals.queries.missing import content_of, missing
from bitterroot.proposals.queries.process import form_of, signing_of
from bitterroot.web.faculty import officers
from bitterroot.web.faculty.proposals import first_section, labels, visible
from bitterroot.web.ui.acting import attempt
from bitterroot.web.ui.change_record import change_of
from bitterroot.web.ui.login import login_name


def _by(request: HttpRequest) -> actor.Actor:
    return actor.person(request.user.person)  # type: ignore[union-attr]


def _section_of(row: Proposal, field: str) -> str:
    return form_of(row).section_of.get(field, "identity")


@login_required
@require_POST
def files(request: HttpRequest, pk: str) -> HttpResponse:
    """Attach a file to a field, or take one out."""
    row = visible(request, pk)
    by = _by(request)
    if number := request.POST.get("remove"):
        found = get_object_or_404(
            Attachment.objects.select_related("proposal__case"),
            pk=number if number.isdecimal() else 0,
            proposal=row,
            removed_at=None,
        )
        attempt(
            request, lambda: draft.remove_file(by=by, attachment=found), "The file is taken out."
        )
        return _back(row, found.kind)
    field = request.POST.get("attach", "")
    sent = request.FILES.get(f"file-{field}")
    if sent is None:
        attempt(request, _nothing_chosen)
    else:
        attempt(
            request,
            lambda: draft.attach_file(
                by=by, proposal=row, field=field, name=sent.name or "file", data=sent.read()
            ),
            f"“{sent.name}” is attached.",
        )
    return _back(row, field)


def _nothing_chosen() -> None:
    raise NotPossible("Choose a file first.")


def _back(row: Proposal, field: str) -> HttpResponse:
    return redirect("faculty:edit_proposal", pk=row.pk, section=_section_of(row, field))


@login_required
@require_POST
def attest(request: HttpRequest, pk: str) -> HttpResponse:
    """The author has read the procedures now in force."""
    row = visible(request, pk)
    by = _by(request)
    attempt(
        request, lambda: draft.attest_procedures(by=by, proposal=row), "Noted, with the version."
    )
    return redirect("faculty:edit_proposal", pk=row.pk, section="identity")


@login_required
@require_POST
def co_authors(request: HttpRequest, pk: str) -> HttpResponse:
    """Invite someone to write along, or end that."""
    row = visible(request, pk)
    by = _by(request)
    if leaving := request.POST.get("remove"):
        person = next((p for p in row.co_authors.all() if str(p.pk) == leaving), None)
        if person is not None:
            attempt(
                request,
                lambda: draft.remove_co_author(by=by, proposal=row, person=person),
                f"{person.display_name} no longer writes along.",
            )
    else:
        typed = request.POST.get("person", "")
        attempt(request, lambda: _invite(by, row, typed), "They are invited and may write along.")
    return redirect("faculty:edit_proposal", pk=row.pk, section="identity")


def _invite(by: actor.Actor, row: Proposal, typed: str) -> None:
    person = find_colleague(typed)
    if person is None:
        raise NotPossible(f"Nobody here has the address or {login_name()} “{typed[:254]}”.")
    draft.invite_co_author(by=by, proposal=row, person=person)


@login_required
@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, pk: str) -> HttpResponse:
    """What sending it will do: who is asked to sign, which signatures become void. Then send it."""
    row = visible(request, pk)
    by = _by(request)
    rules.may_submit(by, row).require()
    status = 200
    if request.method == "POST":
        done = attempt(
            request,
            lambda: verbs.submit_for_signatures(by=by, proposal=row),
            "Sent. The first signatory is asked now."
            if signing_of(row)
            else "Sent. The program office decides.",
        )
        if done:
            return redirect("faculty:proposal", pk=row.pk)
        status = done.status
    form = form_of(row)
    context = {
        "proposal": row,
        "labels": labels(form),
        "first": first_section(row),
        "signs": signing_of(row) is not None,
        "change": change_of(row),
        **_consequences(row),
    }
    return render(request, "faculty/submit.html", context, status=status)


def _consequences(row: Proposal) -> dict[str, Any]:
    gaps = missing(row)
    asked, nobody = [], ""
    if not gaps:
        try:
            asked = verbs.signers(row)
        except NotPossible as error:
            nobody = str(error)
    content = content_of(row)
    void, standing = [], []
    signed = row.case.signatures.filter(state=SignatureState.SIGNED)
    for signature in signed.select_related("snapshot", "person", "delegated_from"):
        changed = covered_changes(row.case, signature, content)
        if changed:
            void.append((signature, ", ".join(sorted(changed))))
        else:
            standing.append(signature)
    given = {key for each in standing for key in who_is_asked(each)}
    asked = [
        a
        for a in asked
        if (a.signer.capacity, a.person.pk if a.person else a.partner_email) not in given
    ]
    return {
        "gaps": gaps,
        "asked": asked,
        "nobody": nobody,
        "void": void,
        "standing": standing,
        "passes": passes_of(row.case, content["values"]),
    }


def _act(
    request: HttpRequest, pk: str, verb: Callable[[actor.Actor, Proposal], object], said: str
) -> HttpResponse:
    row = visible(request, pk)
    by = _by(request)
    attempt(request, lambda: verb(by, row), said)
    return redirect("faculty:proposal", pk=row.pk)


@login_required
@require_POST
def take_back(request: HttpRequest, pk: str) -> HttpResponse:
    """Back to draft while it is being signed."""
    return _act(
        request,
        pk,
        lambda by, row: verbs.take_back(by=by, proposal=row),
        "It is a draft again. Signatures stand until something that they cover changes.",
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: str) -> HttpResponse:
    """End it, for a reason that is kept."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        pk,
        lambda by, row: verbs.withdraw(by=by, proposal=row, reason=reason),
        "The proposal is withdrawn.",
    )


@login_required
@require_POST
def officer(request: HttpRequest, pk: str, signature: str) -> HttpResponse:
    """What the lead or the office does about an officer outside who is asked to sign."""
    row = visible(request, pk)
    found = get_object_or_404(row.case.signatures.filter(person=None), pk=signature)
    by, said = _by(request), officers.SAID.get(request.POST.get("act", ""), "")
    attempt(request, lambda: officers.act_on(by, found, request.POST), said)
    return redirect("faculty:proposal", pk=row.pk)
