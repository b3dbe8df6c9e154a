"""`bitterroot people list|add|grant|end|link|close`: who works here, for whoever runs the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from bitterroot.cli.output import json_option, need_prepared, print_json, stop

if TYPE_CHECKING:
    from bitterroot.people.actor import Actor
    from bitterroot.people.models import Account, Unit


@click.group("people")
def command() -> None:
    """Add people, grant and end roles, give out sign-in links.

    PERSON is what someone signs in with. Roles and units are named by their keys in the rules of
    the institution. Each act is recorded as done from the command line.
    """


@command.command("list")
@json_option
def list_people(as_json: bool) -> None:
    """List everyone who has an account, with roles."""
    need_prepared()
    from bitterroot.people.models import Account
    from bitterroot.people.queries import assignments

    held: dict[object, list[str]] = {}
    for row in assignments().order_by("role", "unit"):
        held.setdefault(row.person_id, []).append(f"{row.role} {row.unit_id or ''}".strip())
    rows = [
        {
            "username": account.username,
            "name": account.person.display_name,
            "state": account.state,
            "roles": held.get(account.person_id, []),
        }
        for account in Account.objects.select_related("person").order_by("username")
    ]
    if as_json:
        print_json({"people": rows})
        return
    for each in rows:
        roles = ", ".join(each["roles"])
        click.echo(f"{each['username']}  {each['name']}  ({each['state']})  {roles}")


@command.command("add")
@click.argument("name")
@click.option("--email", required=True)
@click.option("--netid", default="", help="What they sign in with; without it, the address.")
@click.option("--title", default="", help="As it stands beside the name, e.g. Lecturer.")
@click.option("--role", default="", help="A first role, e.g. program_officer.")
@click.option("--unit", default="", help="The unit of that role, e.g. geography.")
@click.option("--print-link", is_flag=True, help="Print the one-time link instead of mailing it.")
@json_option
def add(
    name: str,
    email: str,
    netid: str,
    title: str,
    role: str,
    unit: str,
    print_link: bool,
    as_json: bool,
) -> None:
    """Make NAME known, and mail a one-time link to choose a password."""
    need_prepared()
    from django.db import transaction

    from bitterroot.governance import policies
    from bitterroot.people.domain.offices import add_person, grant_role

    by, policy = _operator(), policies.current()
    with _said_plainly(), transaction.atomic():
        account = add_person(by=by, policy=policy, name=name, email=email, title=title, netid=netid)
        if role:
            who = account.person
            grant_role(by=by, person=who, role=role, unit=_unit(unit), policy=policy)
        told = _offered(account, print_link)
    _tell(told, as_json)


@command.command("grant")
@click.argument("person")
@click.argument("role")
@click.option("--unit", default="")
@json_option
def grant(person: str, role: str, unit: str, as_json: bool) -> None:
    """Let PERSON hold ROLE from today on."""
    account, by = _account(person), _operator()
    from bitterroot.governance import policies
    from bitterroot.people.domain.offices import grant_role

    policy = policies.current()
    with _said_plainly():
        grant_role(by=by, person=account.person, role=role, unit=_unit(unit), policy=policy)
    _tell({"username": account.username, "role": role, "unit": unit or None}, as_json)


@command.command("end")
@click.argument("person")
@click.argument("role")
@click.option("--unit", default="")
@json_option
def end(person: str, role: str, unit: str, as_json: bool) -> None:
    """End ROLE of PERSON at once."""
    account, by = _account(person), _operator()
    from bitterroot.people.domain.offices import end_role_now
    from bitterroot.people.queries import assignments

    held = assignments().filter(person=account.person, role=role, unit=_unit(unit)).first()
    if held is None:
        stop(f"{account.username} does not hold this role.", 1)
    with _said_plainly():
        end_role_now(by=by, assignment=held)
    _tell({"username": account.username, "ended": role, "unit": unit or None}, as_json)


@command.command("link")
@click.argument("person")
@click.option("--print-link", is_flag=True, help="Print it instead of mailing it.")
@json_option
def link(person: str, print_link: bool, as_json: bool) -> None:
    """Mail a one-time link to PERSON, to choose a password; older links end."""
    account = _account(person)
    with _said_plainly():
        _tell(_offered(account, print_link), as_json)


@command.command("close")
@click.argument("person")
@json_option
def close(person: str, as_json: bool) -> None:
    """Let PERSON not sign in any more, and end all roles."""
    account, by = _account(person), _operator()
    from bitterroot.people.domain.account import close_account

    with _said_plainly():
        close_account(by=by, account=account)
    _tell({"username": account.username, "closed": True}, as_json)


def _operator() -> Actor:
    from bitterroot.people.actor import system

    return system("command line of the operator")


def _account(name: str) -> Account:
    """The account of this name; ends the command where there is none."""
    need_prepared()
    from bitterroot.people.models import Account

    found = Account.objects.select_related("person").filter(username=name.strip().lower()).first()
    if found is None:
        stop(f"nobody signs in as “{name}”; see `bitterroot people list`.", 1)
    return found


def _unit(key: str) -> Unit | None:
    from bitterroot.people.models import Unit

    if not key:
        return None
    found = Unit.objects.filter(pk=key).first()
    if found is None:
        stop(f"there is no unit “{key}”.", 1)
    return found


def _offered(account: Account, print_link: bool) -> dict[str, Any]:
    """Mail a link, or mint it for this terminal."""
    from bitterroot.conf.founding import fresh_link
    from bitterroot.people.domain.account import offer_sign_in

    told: dict[str, Any] = {"username": account.username}
    if print_link:
        return told | {"link": fresh_link(_operator(), account)}
    offer_sign_in(by=_operator(), account=account)
    return told | {"mailed": True}


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What a verb refuses is said in one line."""
    from bitterroot.people.errors import NotPossible, Refused

    try:
        yield
    except NotPossible as error:
        stop(" ".join(sentence for _, sentence in error.problems) or str(error), 1)
    except Refused as error:
        stop(str(error), 1)


def _tell(values: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(values)
        return
    click.echo(", ".join(f"{name}: {value}" for name, value in values.items() if value))
