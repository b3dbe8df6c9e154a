"""People and their offices, for system administrators: add, grant, end, close, open again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bitterroot.governance import policies
from bitterroot.messages.domain.dispatch import has_post
from bitterroot.people import actor
from bitterroot.people.domain import account as accounts
from bitterroot.people.domain.offices import add_person, end_role_now, grant_role
from bitterroot.people.domain.person import create_account
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Account, Person, RoleAssignment, Unit
from bitterroot.people.queries import assignments, contact_address
from bitterroot.people.queries.offices import known
from bitterroot.people.rules import may_close, may_manage_people
from bitterroot.policy.models.institution import Role as RoleOfPolicy
from bitterroot.record.models import Event
from bitterroot.web.ui.acting import Attempt, attempt
from bitterroot.web.ui.by_keys import ByKeys, looked_up

A_PAGE = 25
MOST_EVENTS = 50


def grantable() -> list[RoleOfPolicy]:
    """Roles that are granted here, in the order of the policy; bodies have seats instead."""
    found = policies.current().roles.values()
    return [role for role in found if role.scope != "body" and role.key in Role.values]


def _administrator(request: HttpRequest) -> actor.Actor:
    by = actor.person(request.user.person)  # type: ignore[union-attr]
    may_manage_people(by).require()
    return by


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everyone with an account or an office; others are found by their exact address or the name with which they sign in."""
    _administrator(request)
    text, role = request.GET.get("q", "").strip()[:150], request.GET.get("role", "")
    role = role if role in Role.values else ""
    shown = Person.objects.select_related("account").prefetch_related("addresses")
    found = known(text, role)
    page = ByKeys(looked_up(found) if text else found, shown, A_PAGE).get_page(
        request.GET.get("page")
    )
    held: dict[object, list[RoleAssignment]] = {}
    for row in assignments().filter(person__in=list(page)).select_related("unit"):
        held.setdefault(row.person_id, []).append(row)
    context = {
        "page": page,
        "rows": [(who, contact_address(who), _titled(held.get(who.pk, []))) for who in page],
        "q": text,
        "role": role,
        "roles": grantable(),
    }
    return render(request, "office/people.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The form for a new member of staff; they are mailed a link to choose a password."""
    by = _administrator(request)
    done: Attempt[Account] = Attempt()
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        said = f"{name} is added. {_on_its_way('a sign-in link')}"
        done = attempt(request, lambda: _added(request, by), said)
        if done.value:
            return redirect("office:person", done.value.person_id)
    context = _form(request, done)
    return render(request, "office/person_add.html", context, status=done.status)


@transaction.atomic
def _added(request: HttpRequest, by: actor.Actor) -> Account:
    said = request.POST
    account = add_person(
        by=by,
        policy=policies.current(),
        name=said.get("name", ""),
        email=said.get("email", ""),
        title=said.get("title", "")[:120],
        netid=said.get("netid", "")[:60],
    )
    if said.get("role"):
        _granted(request, by, account.person)
    return accounts.offer_sign_in(by=by, account=account)


def _granted(request: HttpRequest, by: actor.Actor, person: Person) -> RoleAssignment:
    key = request.POST.get("unit", "")
    unit = Unit.objects.filter(pk=key).first() if key else None
    role = request.POST.get("role", "")
    return grant_role(by=by, person=person, role=role, unit=unit, policy=policies.current())


def _form(request: HttpRequest, done: Attempt[Any]) -> dict[str, Any]:
    """What both forms choose from, what was typed, and what was wrong with it."""
    return {
        "typed": request.POST,
        "problems": done.problems,
        "errors": dict(done.problems),
        "roles": grantable(),
        "units": Unit.objects.order_by("name"),
    }


@login_required
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person: offices, account, what was done; POST `act` does something."""
    by = _administrator(request)
    who = get_object_or_404(Person, pk=pk)
    done: Attempt[Any] = Attempt()
    if request.method == "POST":
        done = _act(request, by, who)
        if done:
            return redirect("office:person", pk)
    account = Account.objects.select_related("person").filter(person=who).first()
    held = list(assignments().filter(person=who).select_related("unit").order_by("role", "unit"))
    events = Event.objects.filter(about=f"person:{who.pk}").order_by("-seq")[:MOST_EVENTS]
    context = {
        "who": who,
        "address": contact_address(who),
        "account": account,
        "may_close": bool(account and may_close(by, account)),
        "held": list(zip(held, _titled(held), strict=True)),
        "events": [_told(event) for event in events],
        **_form(request, done),
    }
    return render(request, "office/person.html", context, status=done.status)


def _on_its_way(what: str) -> str:
    if has_post():
        return f"A mail with {what} is on its way."
    return f"The mail with {what} waits: no mail server is set yet."


def _act(request: HttpRequest, by: actor.Actor, who: Person) -> Attempt[Any]:
    """Do what the button said."""
    act = request.POST.get("act", "")
    if act == "grant":
        return attempt(request, lambda: _granted(request, by, who), "The role is granted.")
    if act == "end":
        return attempt(request, lambda: _ended(request, by, who), "The role has ended.")
    if act == "account":
        said = f"The account is made. {_on_its_way('a link')}"
        return attempt(request, lambda: _account_for(by, who), said)
    does = {
        "link": (accounts.offer_sign_in, _on_its_way("a new link")),
        "close": (accounts.close_account, "The account is closed, and all roles have ended."),
        "reopen": (accounts.reopen_account, "The account is open again; now send a link."),
    }
    if act not in does:
        return attempt(request, _nothing)
    verb, said = does[act]
    account = get_object_or_404(Account, person=who)
    return attempt(request, lambda: verb(by=by, account=account), said)


def _nothing() -> None:
    raise NotPossible("Choose what to do.")


def _ended(request: HttpRequest, by: actor.Actor, who: Person) -> None:
    key = request.POST.get("role", "")
    row = who.assignments.filter(pk=key).first() if key.isascii() and key.isdigit() else None
    if row is None:
        raise NotPossible("This role has ended.")
    end_role_now(by=by, assignment=row)


@transaction.atomic
def _account_for(by: actor.Actor, who: Person) -> Account:
    """An account for someone who is known without one, such as a learner who joins the staff."""
    if Account.objects.filter(person=who).exists():
        raise NotPossible("There is an account already.")
    username = (who.netid or contact_address(who)).strip().lower()
    if not username or Account.objects.filter(username=username).exists():
        raise NotPossible(
            "There is nothing unique to sign in with: neither a name for it nor an address."
        )
    account = create_account(by=by, person=who, username=username, password=None)
    return accounts.offer_sign_in(by=by, account=account)


def _titled(held: list[RoleAssignment]) -> list[str]:
    """Roles in the policy's words, with their units."""
    titles = {key: role.title for key, role in policies.current().roles.items()}
    return [
        titles.get(row.role, row.get_role_display()) + (f", {row.unit.name}" if row.unit else "")
        for row in held
    ]


def _told(event: Event) -> dict[str, Any]:
    """One line of the history, with the role that it is about in the policy's words."""
    data = orjson.loads(event.data)
    known_role = policies.current().roles.get(data.get("role", ""))
    unit = policies.current().units.get(data.get("unit", ""))
    what = ", ".join([known_role.title if known_role else "", unit.name if unit else ""]).strip(
        ", "
    )
    sentence = f"{event.verb}: {what}" if what else event.verb
    return {"when": event.at, "who": event.actor_name, "sentence": sentence}
