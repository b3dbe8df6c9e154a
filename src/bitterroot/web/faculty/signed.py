"""What someone signs, to take away: its files, and the whole as one tagged PDF (form D)."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bitterroot.files.models import StoredFile
from bitterroot.governance import policies
from bitterroot.governance.domain import link as links
from bitterroot.governance.enums import SignatureState
from bitterroot.governance.interfaces.packet import document_pdf
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.rules import asked_of
from bitterroot.policy import Form
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.queries.process import form_of, process_of
from bitterroot.web.ui.download import download
from bitterroot.web.ui.policy_forms import answers, names_for
from bitterroot.web.ui.text import day, moment


def kept_from(found: SignatureRequest, form: Form) -> set[str]:
    """The questions whose answers an officer outside does not read: what is confidential, except in
    the sections that their signature covers. Whoever is of the institution reads all."""
    if found.person_id is not None or not found.covers:
        return set()
    return {
        key
        for key, field in form.fields.items()
        if field.confidential and form.section_of[key] not in found.covers
    }


def content_for(found: SignatureRequest, form: Form) -> dict[str, Any]:
    """The frozen version as whoever is asked reads it: `values`, `files`, and what else it holds."""
    if found.snapshot is None:
        return {"values": {}, "files": []}
    content = orjson.loads(found.snapshot.content)
    kept = kept_from(found, form)
    values = {key: value for key, value in content["values"].items() if key not in kept}
    files = [each for each in content.get("files") or [] if each["field"] not in kept]
    return {**content, "values": values, "files": files}


def pdf_of(found: SignatureRequest) -> bytes:
    """The packet with its hash, and once it is signed by whom, as what, when and how."""
    proposal = found.case.proposal
    policy, form = policies.of(found.case), form_of(proposal)
    content = content_for(found, form)
    values = content["values"]
    return document_pdf(
        {
            "title": f"{'VOID: ' if void_of(found) else ''}{proposal}",
            "issuer": policy.institution.name,
            "lead": f"{process_of(proposal).title}, led by {proposal.lead.display_name}.",
            "statement": found.statement or policy.forms["signature"].statement,
            "facts": _facts(found, form),
            "parts": [
                {"title": title, "rows": rows}
                for title, rows in answers(form, values, names_for(policy, values))
            ],
            "files": [f"{each['name']}, SHA-256 {each['sha256']}" for each in content["files"]],
        }
    )


def _facts(found: SignatureRequest, form: Form) -> list[str]:
    titles = [s.title for s in form.sections if s.key in found.covers]
    facts = [
        f"Asked to sign: {found.person.display_name if found.person else found.partner_name},"
        f" {found.capacity_title}",
        f"The signature covers: {'; '.join(titles) if titles else 'everything'}",
    ]
    if found.snapshot:
        made = moment(found.snapshot.created_at)
        facts.append(f"Version {found.snapshot.n} of {made}, SHA-256 {found.snapshot.sha256}")
    if found.typed_name and found.acted_at:
        how = found.get_method_display().lower()  # type: ignore[attr-defined]
        facts.append(f"Signed by {found.typed_name}, {moment(found.acted_at)} ({how})")
    else:
        facts.append("Not signed yet" if not found.acted_at else f"Answered {day(found.acted_at)}")
    if why := void_of(found):
        facts.append(f"Void: {why}")
    return facts


def void_of(found: SignatureRequest) -> str:
    """Why the signature has no effect, in a sentence; empty where it stands, or is still to be given."""
    if found.state == SignatureState.VOID:
        return found.void_reason or "It was asked anew."
    withdrawn = found.case.proposal.state == ProposalState.WITHDRAWN
    return "The proposal was withdrawn." if withdrawn else ""


def _own(request: HttpRequest, pk: str) -> SignatureRequest:
    person = request.user.person  # type: ignore[union-attr]
    rows = SignatureRequest.objects.select_related("case__proposal__lead", "snapshot", "person")
    return get_object_or_404(rows.filter(asked_of(person)).distinct(), pk=pk)


@login_required
@require_safe
def packet_pdf(request: HttpRequest, pk: str) -> HttpResponse:
    """The packet of whoever was asked to sign."""
    return _pdf(_own(request, pk))


@login_required
@require_safe
def file(request: HttpRequest, pk: str, sha256: str) -> HttpResponse:
    """A file of the version that whoever was asked signs."""
    return _file(_own(request, pk), sha256)


@never_cache
@require_safe
def partner_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The packet of an officer outside: by the link, and for some days after they have signed."""
    found = links.signature_for_token(token) or links.signature_to_read(token)
    if found is None:
        raise Http404
    return _pdf(found)


@never_cache
@require_safe
def partner_file(request: HttpRequest, token: str, sha256: str) -> HttpResponse:
    """A file of the version that an officer outside is asked to sign."""
    found = links.signature_for_token(token)
    if found is None:
        raise Http404
    return _file(found, sha256)


def _pdf(found: SignatureRequest) -> HttpResponse:
    if found.snapshot is None:
        raise Http404
    answer = HttpResponse(pdf_of(found), content_type="application/pdf")
    name = f"packet-{found.snapshot.sha256[:8]}.pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _file(found: SignatureRequest, sha256: str) -> HttpResponse:
    files = content_for(found, form_of(found.case.proposal))["files"]
    named = next((each for each in files if each["sha256"] == sha256), None)
    if named is None:
        raise Http404
    return download(get_object_or_404(StoredFile, sha256=sha256), named["name"])
