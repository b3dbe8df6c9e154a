"""The page on which someone signs: what, on which version, and the ways to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bitterroot.governance import policies
from bitterroot.governance.domain import link as links
from bitterroot.governance.domain import signature as signatures
from bitterroot.governance.models import SignatureRequest
from bitterroot.governance.rules import may_sign
from bitterroot.messages.domain.codes import send_signing_code
from bitterroot.people import actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.queries import find_colleague
from bitterroot.people.queries.absences import stood_for
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.enums import ProposalState
from bitterroot.proposals.queries.budget import budget_of, has_budget
from bitterroot.proposals.queries.concurrence import concurrences_of
from bitterroot.proposals.queries.process import form_of, process_of
from bitterroot.proposals.queries.signers import wrote_along_until
from bitterroot.record import clock
from bitterroot.web.faculty.proposals import OPEN_SIGNATURE
from bitterroot.web.faculty.signed import content_for, kept_from
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.change_record import change_of
from bitterroot.web.ui.login import login_name
from bitterroot.web.ui.policy_forms import answers, names_for


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: str) -> HttpResponse:
    """Read the frozen packet and sign it, return it, decline, or let someone else sign."""
    person = request.user.person  # type: ignore[union-attr]
    found = get_object_or_404(
        SignatureRequest.objects.select_related("case__proposal", "snapshot", "person"), pk=pk
    )
    if found.person != person and found.person_id not in stood_for(person):
        raise Http404
    by = actor.person(person)
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        act = request.POST.get("act", "")
        done = attempt(request, lambda: _answer(request, by, found), SAID.get(act, ""))
        if done and act == "sign":
            messages.success(request, _said_of_signing(found))
        if done and request.POST.get("act") == "delegate":
            return redirect("faculty:work")
        if done:
            return redirect("faculty:proposal", pk=found.case.proposal.pk)
        found.refresh_from_db()
    elif may_sign(by, found):
        found = signatures.view(by=by, signature=found)
    context = {
        **packet(found),
        "may": bool(may_sign(by, found)),
        "why_not": may_sign(by, found).why if not may_sign(by, found) else "",
        "problems": done.problems,
        "typed": request.POST,
        "in_place_of": found.person if found.person != person else None,
    }
    return render(request, "faculty/sign.html", context, status=done.status)


SAID = {
    "return": "Returned to the proposer with your comment.",
    "decline": "Declined. The proposer reads your reason.",
    "delegate": "The other person is asked now. Both names stand in the record.",
}


def _said_of_signing(found: SignatureRequest) -> str:
    """That it is signed, and what comes next: another signatory, the agreement, or the next step."""
    row = found.case.proposal
    row.refresh_from_db()
    if row.state != ProposalState.SIGNING:
        return "Signed. You were the last; the proposal goes on."
    if row.case.signatures.filter(state__in=OPEN_SIGNATURE).exists():
        return "Signed. The next signatory is asked."
    return "Signed. Everyone has signed; it goes on once every party has signed the agreement."


def _answer(request: HttpRequest, by: actor.Actor, found: SignatureRequest) -> object:
    act, said = request.POST.get("act"), request.POST
    if act == "sign":
        return proposals.sign(by=by, signature=found, typed_name=said.get("typed_name", ""))
    if act in ("return", "decline"):
        comment = said.get("comment", "")
        return proposals.object_to(
            by=by, signature=found, comment=comment, decline=act == "decline"
        )
    if act == "delegate":
        to = find_colleague(said.get("to", ""))
        if to is None:
            raise NotPossible(
                f"Nobody here has this address or {login_name()}.",
                [("to", f"Write an e-mail address or {login_name()}.")],
            )
        return signatures.delegate(by=by, signature=found, to=to, reason=said.get("reason", ""))
    raise NotPossible("Choose what to do: sign, return, decline or delegate.")


def packet(found: SignatureRequest) -> dict[str, Any]:
    """What is signed: content of the frozen version, its number and hash, and the statement."""
    policy = policies.of(found.case)
    form = form_of(found.case.proposal)
    content = content_for(found, form)
    titles = [s.title for s in form.sections if not found.covers or s.key in found.covers]
    return {
        "signature": found,
        "open": found.state in OPEN_SIGNATURE,
        "statement": policy.forms["signature"].statement,
        "covers": titles if found.covers else [],
        "answers": answers(form, content["values"], names_for(policy, content["values"])),
        "files": content.get("files") or [],
        "budget": budget_of(content["values"]) if has_budget(form) else None,
        "proposal": found.case.proposal,
        "asks": process_of(found.case.proposal).title,
        "change": change_of(
            found.case.proposal, content["values"] or None, without=kept_from(found, form)
        )
        if found.state in OPEN_SIGNATURE
        else None,
        "record": content.get("pilot"),
        "wrote_along_until": wrote_along_until(found.case.proposal).get(found.person_id),
        "concurrences": concurrences_of(found.case.proposal),
    }


@never_cache
@require_http_methods(["GET", "POST"])
def partner(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an officer outside: a one-time link, and a code that is mailed on asking."""
    found = links.signature_for_token(token)
    if found is None:
        return render(request, "faculty/partner_gone.html", status=404)
    done: Attempt[Any] = Attempt()
    if request.method == "POST" and request.POST.get("act") == "code":
        signature = found
        done = attempt(
            request,
            lambda: send_signing_code(signature=signature),
            f"A code is on its way to {found.partner_email}.",
        )
        if done:
            return redirect("faculty:partner_sign", token=token)
    elif request.method == "POST":
        done = attempt(request, lambda: _answer_by_link(request, token))
        if done:
            given = done.value
            reads = links.reading_token(given) if given and given.typed_name else ""
            context = {"signature": given, "token": reads}
            return render(request, "faculty/partner_done.html", context)
        found.refresh_from_db()
    context = {
        **packet(found),
        "token": token,
        "problems": done.problems,
        "typed": request.POST,
        "code_until": _code_until(found),
    }
    answer = render(request, "faculty/partner_sign.html", context, status=done.status)
    answer["Referrer-Policy"] = "strict-origin"  # "no-referrer" would void the form's origin
    return answer


def _answer_by_link(request: HttpRequest, token: str) -> SignatureRequest:
    act, said = request.POST.get("act"), request.POST
    code = said.get("code", "")[:20]
    if act == "sign":
        typed = said.get("typed_name", "")[:200]
        return proposals.sign_by_link(token=token, code=code, typed_name=typed)
    if act in ("return", "decline"):
        comment = said.get("comment", "")[:4000]
        return proposals.object_by_link(
            token=token, code=code, comment=comment, decline=act == "decline"
        )
    raise NotPossible("Choose what to do: sign, return or decline.")


def _code_until(found: SignatureRequest) -> datetime | None:
    """Until when the last code works; None where a new one must be asked for."""
    until = found.code_expires_at
    usable = bool(found.code_digest) and found.code_tries < links.CODE_TRIES
    return until if usable and until and until > clock.now() else None
