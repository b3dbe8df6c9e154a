"""Accounts: opened by a one-time link, closed, opened again.

A link is kept as a digest alone, works once and for seven days; a newer one ends it.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction

from bitterroot.people.actor import Actor
from bitterroot.people.actor import person as acting
from bitterroot.people.domain.offices import end_all_roles
from bitterroot.people.domain.passwords import require_good_password
from bitterroot.people.domain.person import note_person, require_another_administrator
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Account, Address
from bitterroot.people.queries import contact_address, normalize_address
from bitterroot.people.queries.offices import lasting_roles_of
from bitterroot.people.rules import may_close, may_manage_people
from bitterroot.record import clock

LINK_LIFE = timedelta(days=7)


@transaction.atomic
def offer_sign_in(*, by: Actor, account: Account) -> Account:
    """Let a fresh link be mailed to the person. Event "sign-in offered", which the mail follows.

    Raises NotPossible for a closed account, and where there is no address to write to.
    """
    answer = may_manage_people(by).require()
    row = _locked(account)
    _require_open(row)
    if not contact_address(row.person):
        raise NotPossible("There is no e-mail address to write to.")
    note_person(by, row.person, "sign-in offered", answer.capacity, tell=True)
    return row


@transaction.atomic
def mint_sign_in_link(*, by: Actor, account: Account, mailed_to: str = "") -> str:
    """A fresh token, for the mail to `mailed_to` or for the operator's terminal; ends the older.

    The system alone makes one: no screen ever shows it. Raises NotPossible for a closed account.
    """
    if by.person is not None:
        raise Refused("Links are made by the system when it writes the mail.")
    row = _locked(account)
    _require_open(row)
    token = secrets.token_urlsafe(32)
    row.link_digest, row.link_to = _digest(token), mailed_to
    row.link_expires_at = clock.now() + LINK_LIFE
    row.save(update_fields=["link_digest", "link_expires_at", "link_to"])
    return token


def account_for_token(token: str) -> Account | None:
    """The open account that this token belongs to, if it has not expired."""
    if not 20 <= len(token) <= 100:
        return None
    found = Account.objects.select_related("person").filter(
        link_digest=_digest(token), link_expires_at__gt=clock.now(), is_active=True
    )
    return found.first()


@transaction.atomic
def choose_password(*, token: str, password: str) -> Account:
    """Set the password of the account that `token` opens, and end the token.

    Whoever has the mail proves that the address is theirs: it is marked as verified. Raises
    NotPossible where the link does not work any more, or the password is too weak.
    """
    found = account_for_token(token)
    row = _locked(found) if found else None
    if row is None or not row.is_active or row.link_digest != _digest(token):
        raise NotPossible("This link has been used or is too old. Ask for a new one.")
    require_good_password(password)
    first, mailed_to = not row.has_usable_password(), row.link_to
    row.set_password(password)
    row.link_digest, row.link_expires_at, row.link_to = None, None, ""
    row.save(update_fields=["password", "link_digest", "link_expires_at", "link_to"])
    proven = Address.objects.filter(
        person=row.person, normalized=normalize_address(mailed_to), verified_at__isnull=True
    )
    proven.update(verified_at=clock.now())
    verb = "account opened" if first else "password chosen"
    note_person(acting(row.person), row.person, verb, "themselves")
    return row


@transaction.atomic
def close_account(*, by: Actor, account: Account) -> Account:
    """Let nobody sign in with it any more, at once, and end the roles that its person holds.

    What was done stands. Raises NotPossible for the last system administrator.
    """
    answer = may_close(by, account).require()
    row = _locked(account)
    if not row.is_active:
        raise NotPossible("This account is closed already.")
    if Role.SYSTEM_ADMIN in lasting_roles_of(row.person):
        require_another_administrator(row.person)
    row.is_active, row.link_digest, row.link_expires_at, row.link_to = False, None, None, ""
    row.save(update_fields=["is_active", "link_digest", "link_expires_at", "link_to"])
    note_person(by, row.person, "account closed", answer.capacity)
    end_all_roles(by=by, person=row.person)
    return row


@transaction.atomic
def reopen_account(*, by: Actor, account: Account) -> Account:
    """Let its person sign in again, by a new link; roles are granted anew."""
    answer = may_manage_people(by).require()
    row = _locked(account)
    if row.is_active:
        raise NotPossible("This account is open.")
    row.is_active = True
    row.set_unusable_password()
    row.save(update_fields=["is_active", "password"])
    note_person(by, row.person, "account opened again", answer.capacity)
    return row


def _locked(account: Account) -> Account:
    """The row as it stands now, held until the transaction ends."""
    rows = Account.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=account.pk)


def _require_open(account: Account) -> None:
    if not account.is_active:
        raise NotPossible("This account is closed. Open it again first.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
