"""Letters about a person's account and about personal data that left the system."""

from typing import Any
from uuid import UUID

from django.conf import settings

from bitterroot.messages.domain.letter import Letter, address, to_people
from bitterroot.people.actor import system
from bitterroot.people.domain.account import RESET_LIFE, mint_sign_in_link, reset_address
from bitterroot.people.enums import Role
from bitterroot.people.models import Account, Person, Unit
from bitterroot.people.queries import holders, once
from bitterroot.record.models import Event


def new_sign_in(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To whose account it is. Of the network nothing is kept, of the browser its name."""
    person = Person.objects.filter(pk=UUID(key))
    return to_people(person, "new_sign_in", at=event.at, browser=data.get("browser", ""))


def role_granted(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To the holder and to system administrators, without whoever granted it."""
    person = Person.objects.get(pk=UUID(key))
    unit = Unit.objects.filter(pk=data.get("unit") or None).first()
    told = [person, *holders(Role.SYSTEM_ADMIN)]
    return to_people(
        [each for each in told if f"person:{each.pk}" != event.actor],
        "role_granted",
        holder=person,
        role=Role(data["role"]).label,
        unit=unit.name if unit else "",
        by=event.actor_name,
        link=address("faculty:work"),
    )


def exported(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To who exported and to system administrators: how many people's data, never whose."""
    by = _person(event.actor.partition(":")[2])  # one who exports does so again and again
    return to_people(
        [*by, *holders(Role.SYSTEM_ADMIN)],
        "personal_data_exported",
        by=event.actor_name,
        at=event.at,
        what=data["what"],
        rows=data["rows"],
    )


def _person(key: str) -> list[Person]:
    found = Person.objects.filter(pk=UUID(key)).prefetch_related("addresses")
    return once(("person", key), lambda: list(found))


def password_forgotten(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """A fresh link to the main address; none for an account that was closed meanwhile."""
    account = (
        Account.objects.select_related("person")
        .filter(person__pk=UUID(key), is_active=True)
        .first()
    )
    if account is None or not (to := reset_address(account.person)):
        return []
    by = system("mail with a link for a new password")
    token = mint_sign_in_link(by=by, account=account, mailed_to=to, life=RESET_LIFE)
    link = f"{settings.BASE_URL.rstrip('/')}/open/{token}"
    words = {"link": link, "account": account}
    return [Letter("password_reset", account.person.display_name, to, account.person, words)]


def password_chosen(key: str, event: Event, data: dict[str, Any]) -> list[Letter]:
    """To whose account it is, wherever the new password was chosen."""
    return to_people(Person.objects.filter(pk=UUID(key)), "password_changed", at=event.at)


SECURITY_MAKERS = {
    "password forgotten": password_forgotten,
    "password chosen": password_chosen,
    "signed in anew": new_sign_in,
    "role assigned": role_granted,
    "personal data exported": exported,
}
