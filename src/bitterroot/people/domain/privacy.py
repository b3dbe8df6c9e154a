"""What a person decides about their own data: whether they want badges, and where they are written to."""

from django.db import transaction

from bitterroot.people.actor import Actor
from bitterroot.people.domain.person import note_person
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Address, Person
from bitterroot.people.rules import may_manage_self


@transaction.atomic
def choose_badges(*, by: Actor, person: Person, wanted: bool) -> Person:
    """Whether badges are issued to them from now on. What was issued stays; credit is not touched."""
    answer = may_manage_self(by, person).require()
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.no_badges == wanted:
        row.no_badges = not wanted
        row.save(update_fields=["no_badges"])
        note_person(by, row, "badges wanted" if wanted else "no badges wanted", answer.capacity)
    person.no_badges = not wanted
    return row


@transaction.atomic
def change_main_address(*, by: Actor, address: Address) -> Address:
    """Write to `address` from now on. Event "main address changed": the old address is told.

    Raises NotPossible where the person has not answered from it.
    """
    answer = may_manage_self(by, address.person).require()
    Person.objects.select_for_update().get(pk=address.person_id)  # one change at a time
    row = Address.objects.select_related("person").get(pk=address.pk)
    if row.verified_at is None:
        raise NotPossible("Confirm this address first: open the link that we mailed there.")
    if row.primary:
        raise NotPossible("This is your main address already.")
    old = row.person.addresses.filter(primary=True).first()
    row.person.addresses.filter(primary=True).update(primary=False)
    row.primary = True
    row.save(update_fields=["primary"])
    data = {"old": old.pk if old else None, "new": row.pk}
    note_person(by, row.person, "main address changed", answer.capacity, tell=True, **data)
    return row


@transaction.atomic
def remove_address(*, by: Actor, address: Address) -> None:
    """Forget one address; never the main one. Lists that name it find its person no longer."""
    answer = may_manage_self(by, address.person).require()
    Person.objects.select_for_update().get(pk=address.person_id)
    row = Address.objects.select_related("person").filter(pk=address.pk).first()
    if row is None:
        raise NotPossible("This address is gone already.")
    if row.primary:
        raise NotPossible("This is your main address. Choose another one first.")
    row.delete()
    note_person(by, row.person, "address removed", answer.capacity)


def forget_addresses(*, by: Actor, person: Person) -> int:
    """Forget other names, and all addresses but the main one, for a granted request to erase; how many.

    Who may is asked by the verb that grants the request, in whose transaction this runs.
    """
    gone = person.addresses.filter(primary=False).delete()[0]
    Person.objects.filter(pk=person.pk).update(also_named="")
    if gone:
        note_person(by, person, "addresses forgotten", "", count=gone)
    return gone
