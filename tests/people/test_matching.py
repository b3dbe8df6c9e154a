"""Whom a row of a list means: the id, else an address, never a name."""

import pytest

from bitterroot.people.models import Address, Person
from bitterroot.people.queries.matching import LearnerFacts, learners_for

pytestmark = pytest.mark.django_db


def test_the_same_name_is_not_the_same_person() -> None:
    ana, other = (
        LearnerFacts(k, "", (f"{k}@mail.example.org",), "Núñez", "José", "José Núñez") for k in "ab"
    )
    found = learners_for([ana, other])
    assert found["a"] != found["b"]
    assert Person.objects.count() == 2


def test_an_address_is_known_whatever_its_case_and_a_second_one_is_kept() -> None:
    first = learners_for(
        [LearnerFacts(1, "", ("Zoe@Mail.example.org",), display_name="Zoë Whitebear")]
    )[1]
    again = learners_for([LearnerFacts(2, "", ("zoe@mail.example.org", "zoe@home.example.org"))])[2]
    assert again == first
    assert list(first.addresses.order_by("id").values_list("address", "primary")) == [
        ("Zoe@Mail.example.org", True),
        ("zoe@home.example.org", False),
    ]


def test_an_id_wins_over_an_address_that_belongs_to_someone_else() -> None:
    parent = learners_for(
        [LearnerFacts(1, "", ("family@mail.example.org",), display_name="Linh Nguyễn")]
    )[1]
    child = learners_for(
        [LearnerFacts(2, "790000001", ("family@mail.example.org",), display_name="Mai Nguyễn")]
    )[2]
    assert child != parent
    assert Address.objects.get().person == parent


def test_two_rows_with_one_id_are_one_person() -> None:
    rows = [
        LearnerFacts(n, "790000002", (f"x{n}@mail.example.org",), display_name="Freya Kipp")
        for n in range(2)
    ]
    found = learners_for(rows)
    assert found[0] == found[1]
    assert found[0].addresses.filter(primary=True).count() == 1
