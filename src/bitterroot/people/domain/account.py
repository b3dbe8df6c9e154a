"""Accounts: opened by a one-time link, closed, opened again.

A link is kept as a digest alone, works once and for seven days, or for an hour where someone forgot
their password; a newer one ends it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from bitterroot.people.actor import Actor, system
from bitterroot.people.actor import person as acting
from bitterroot.people.domain.absence import end_absence
from bitterroot.people.domain.offices import end_all_roles
from bitterroot.people.domain.passwords import require_good_password
from bitterroot.people.domain.person import note_person, require_another_administrator
from bitterroot.people.enums import Role
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Account, Address, Person, RoleAssignment, SignInPlace
from bitterroot.people.queries import contact_address, normalize_address
from bitterroot.people.queries.absences import lasting
from bitterroot.people.queries.offices import lasting_roles_of
from bitterroot.people.rules import may_close, may_manage_people
from bitterroot.record import clock

LINK_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=1)
PLACE_LIFE = timedelta(days=365)


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


def forgot_password(*, username: str) -> None:
    """Let a link for a new password be mailed to the main address of the account of this name.

    Anyone may ask, so nothing is answered: whoever asks does not learn whether there is such an
    account. Event "password forgotten". Nothing comes of a closed account, nor of one without a
    main address that takes mail; whoever runs the system helps them.
    """
    found = Account.objects.select_related("person").filter(
        username=username.strip().lower(), is_active=True
    )
    account = found.first()
    if account is None or not reset_address(account.person):
        return
    with transaction.atomic():
        row = _locked(account)
        by = system("someone asked for a new password")
        note_person(by, row.person, "password forgotten", "system", tell=True)


def reset_address(person: Person) -> str:
    """The main address alone, and only while mail reaches it: another may be in other hands."""
    main = Address.objects.filter(person=person, primary=True, bounced_at__isnull=True).first()
    return main.address if main else ""


@transaction.atomic
def mint_sign_in_link(
    *, by: Actor, account: Account, mailed_to: str = "", life: timedelta = LINK_LIFE
) -> str:
    """A fresh token, for the mail to `mailed_to` or for the operator's terminal; ends the older.

    The system alone makes one: no screen ever shows it. Raises NotPossible for a closed account.
    """
    if by.person is not None:
        raise Refused("Links are made by the system when it writes the mail.")
    row = _locked(account)
    _require_open(row)
    token = secrets.token_urlsafe(32)
    row.link_digest, row.link_to = _digest(token), mailed_to
    row.link_expires_at = clock.now() + life
    row.save(update_fields=["link_digest", "link_expires_at", "link_to"])
    return token


def has_newer_link(account: Account, moment: datetime) -> bool:
    """Whether a link was made for the operator's terminal after `moment`, and still opens it."""
    ends = account.link_expires_at
    mailed = bool(account.link_to) or not account.link_digest
    return not mailed and ends is not None and ends > clock.now() and ends - LINK_LIFE > moment


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
    NotPossible where the link does not work any more, or the password is too weak. Event "account
    opened" or "password chosen"; of the latter the person is told.
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
    proven.update(verified_at=clock.now(), bounced_at=None)
    verb = "account opened" if first else "password chosen"
    note_person(acting(row.person), row.person, verb, "themselves", tell=not first)
    return row


@transaction.atomic
def close_account(*, by: Actor, account: Account) -> Account:
    """Let nobody sign in with it any more, at once, and end the roles that its person holds.

    They act for nobody who is away either, so that no letter meant for someone else reaches them.
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
    for absence in lasting().filter(Q(person=row.person) | Q(deputy=row.person)):
        end_absence(by=by, absence=absence)
    for lent in RoleAssignment.objects.filter(delegate=row.person).select_related("person"):
        lent.delegate = lent.delegate_until = None
        lent.save(update_fields=["delegate", "delegate_until"])
        note_person(by, lent.person, "role delegated", answer.capacity, to="")
    return row


@transaction.atomic
def note_sign_in(*, account: Account, network: str, browser: str) -> bool:
    """Keep that an account was used from here; whether its person is told, as from a new place.

    Event "signed in anew", which a mail follows, unless it is the account's first place: that is
    whoever opened it. Network and browser are kept as a digest that nobody can read back; a place
    that was not used for a year is forgotten.
    """
    now = clock.now()
    known = SignInPlace.objects.filter(account=account)
    known.filter(last_at__lt=now - PLACE_LIFE).delete()
    first = not known.exists()
    place = salted_hmac("sign-in place", f"{account.pk}\n{network}\n{browser}", algorithm="sha256")
    _, new = SignInPlace.objects.update_or_create(
        account=account,
        digest=place.hexdigest(),
        defaults={"last_at": now},
        create_defaults={"first_at": now, "last_at": now},
    )
    if new and not first:
        by = acting(account.person)
        note_person(
            by, account.person, "signed in anew", "themselves", tell=True, browser=browser[:80]
        )
    return new and not first


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
