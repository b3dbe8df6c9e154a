"""Who has which offices and accounts, as those who manage people see it."""

from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet

from bitterroot.people.enums import Role
from bitterroot.people.models import Account, Address, Person, RoleAssignment
from bitterroot.people.queries import assignments, normalize_address
from bitterroot.people.queries.absences import DEPUTIZED, lasting
from bitterroot.record import clock


def lasting_roles_of(person: Person) -> frozenset[str]:
    """Keys of the roles that `person` holds now or later, by appointment, by delegation or as a deputy."""
    today = clock.today()
    rows = RoleAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    away = lasting().filter(deputy=person).values("person")
    mine = Q(person=person) | Q(delegate=person, delegate_until__gte=today)
    mine |= Q(person__in=away, role__in=DEPUTIZED)
    return frozenset(rows.filter(mine).values_list("role", flat=True))


def administrators() -> QuerySet[RoleAssignment]:
    """Those who run the system, without an end, and can sign in: account open, password chosen."""
    found = assignments().filter(role=Role.SYSTEM_ADMIN, ends_on__isnull=True)
    opened = Account.objects.filter(is_active=True).exclude(
        password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    return found.filter(person__account__in=opened)


def known(text: str = "", role: str = "") -> QuerySet[Person]:
    """Persons with an account or an office; `text` is part of a name, `role` held today.

    An exact NetID or e-mail address also finds someone who has neither, such as a learner.
    """
    # Keys put together: one condition with "or" would join and sort everyone who is known.
    accounts: QuerySet[Any, Any] = Account.objects.values("person")
    offices = RoleAssignment.objects.values("person")
    keys = accounts.union(offices)
    if text:
        mine = {"person": OuterRef("pk")}  # asked of those alone who are called so
        with_one = Exists(accounts.filter(**mine)) | Exists(offices.filter(**mine))
        named = Person.objects.filter(with_one, display_name__alike=text)
        keys = named.values("pk").union(
            accounts.filter(username__icontains=text),
            Person.objects.filter(netid__iexact=text).values("pk"),
            Address.objects.filter(normalized=normalize_address(text)).values("person"),
        )
    found = Person.objects.filter(pk__in=keys)
    if role:
        found = found.filter(pk__in=assignments().filter(role=role).values("person"))
    return found.order_by("family_name", "display_name", "pk")


def who_may_teach(text: str) -> QuerySet[Person]:
    """People who can sign in: by part of the name those in an office, others by NetID or address."""
    exact = Q(netid__iexact=text) | Q(addresses__normalized=normalize_address(text))
    in_office = Q(display_name__alike=text, pk__in=assignments().values("person"))
    found = Person.objects.filter(in_office | exact, account__is_active=True)
    return found.distinct().order_by("family_name", "display_name", "pk")
