"""What a university needs before its first day: units, pages, a signing key, an administrator.

Each part is made where it is missing, by its verb, and recorded as the installation's own act.
"""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bitterroot.governance import effects, policies
from bitterroot.governance.domain.policy_change import record_baseline
from bitterroot.governance.models import PolicyVersion
from bitterroot.issuing.domain.keys import ensure_signing_key, usable
from bitterroot.issuing.enums import KeyUse
from bitterroot.issuing.interfaces import keystore
from bitterroot.issuing.models import SigningKey
from bitterroot.people.actor import Actor, system
from bitterroot.people.domain.account import LINK_LIFE, mint_sign_in_link
from bitterroot.people.domain.offices import add_person, grant_role
from bitterroot.people.domain.unit import adopt_units
from bitterroot.people.enums import Role
from bitterroot.people.models import Account, Unit
from bitterroot.people.queries import assignments
from bitterroot.policy import load_policy
from bitterroot.proposals.domain.pages import adopt_pages
from bitterroot.proposals.models import Page

SET_UP = system("set-up of the installation")
LINK_DAYS = LINK_LIFE.days


@dataclass(frozen=True, slots=True)
class Admin:
    """Who is to administer first. With a password they sign in at once, without one by a link."""

    name: str
    email: str
    password: str = ""


@dataclass(slots=True)
class Founding:
    """What there is now, in words: `made` just now, `there` from before. `link` opens once."""

    made: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    administrator: Account | None = None
    link: str = ""

    def note(self, what: str, new: bool) -> None:
        """Tell of a part."""
        (self.made if new else self.there).append(what)


class CannotFound(Exception):
    """Why the university cannot be made here, in one sentence. `status` is that of the command."""

    def __init__(self, why: str, status: int = 1) -> None:
        super().__init__(why)
        self.status = status


def check_keys() -> None:
    """Raise CannotFound where key files and database do not belong together."""
    known = set(SigningKey.objects.values_list("fragment", flat=True))
    folder = Path(settings.KEYS_ROOT)
    files = {file.stem for file in folder.glob("*key-*.key")}
    if files and not known:
        raise CannotFound(
            f"{folder} holds a signing key that this database does not know; bring back the "
            "database that belongs to it, or move the key away."
        )
    if gone := sorted(set(usable().values_list("fragment", flat=True)) - files):
        raise CannotFound(
            f"the key file {folder / gone[0]}.key is missing; bring it back from your backup."
        )


def found(admin: Admin | None, *, without_keys: bool = False) -> Founding:
    """Make what is missing. Raises CannotFound, and NotPossible of the verbs.

    `admin` is needed where nobody administers yet, and has no meaning otherwise. `without_keys`:
    none is made or looked for, since an archive brings them (`issuing.domain.archive`).
    """
    done = Founding()
    if admin is None and first_administrator() is None:
        raise CannotFound("nobody administers yet; name someone with --admin and --email.", 2)
    if not without_keys:
        check_keys()
    load_policy(settings.POLICY_DIR, effects=effects.names())  # says what is wrong with it
    policy = policies.current()  # where two put rules in force, not what the files say meanwhile
    with transaction.atomic():
        version = not PolicyVersion.objects.filter(sha256=policy.sha256).exists()
        policies.adopt()
        record_baseline(by=SET_UP)
        done.note(f"rules of {policy.institution.name}, version {policy.version}", version)
        changed = adopt_units(by=SET_UP, policy=policy)
        done.note(f"{changed or Unit.objects.count()} units", changed > 0)
        pages = set(Page.objects.values_list("key", flat=True))
        adopt_pages(by=SET_UP)
        for page in Page.objects.values_list("key", flat=True).distinct().order_by("key"):
            done.note(f"page /{page}", page not in pages)
        _administer(done, admin)
    if not without_keys:
        _make_keys(done)  # last, since a file would outlive a failure above
    return done


def _make_keys(done: Founding) -> None:
    keys = SigningKey.objects.count()
    key = ensure_signing_key(by=SET_UP)
    done.note(f"signing key {key.fragment}", SigningKey.objects.count() > keys)
    if (
        keystore.kind(key.fragment) != "program"
    ):  # else no key lies in a file unless one is asked for
        keys = SigningKey.objects.count()
        parts = ensure_signing_key(by=SET_UP, use=KeyUse.PARTS)
        done.note(f"signing key {parts.fragment}", SigningKey.objects.count() > keys)


def first_administrator() -> Account | None:
    """Whoever has administered longest and has an open account."""
    holding = assignments().filter(role=Role.SYSTEM_ADMIN).values("person")
    found = Account.objects.filter(is_active=True, person__in=holding)
    return found.select_related("person").order_by("pk").first()


def _administer(done: Founding, admin: Admin | None) -> None:
    account = first_administrator()
    new = account is None
    if account is None and admin is not None:
        policy = policies.current()
        account = add_person(
            by=SET_UP,
            policy=policy,
            name=admin.name,
            email=admin.email,
            password=admin.password or None,
        )
        who = account.person
        grant_role(by=SET_UP, person=who, role=Role.SYSTEM_ADMIN, unit=None, policy=policy)
        if not admin.password:
            done.link = fresh_link(SET_UP, account)
    if account is not None:
        told = f"system administrator {account.person.display_name} ({account.username})"
        done.note(told, new)
    done.administrator = account


def fresh_link(by: Actor, account: Account) -> str:
    """A one-time link to open the account, for the operator's terminal; ends the older."""
    return f"{settings.BASE_URL.rstrip('/')}/open/{mint_sign_in_link(by=by, account=account)}"
