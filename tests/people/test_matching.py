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


def test_a_learner_is_known_by_each_name_that_lists_have() -> None:
    def named(*names: str) -> Person:
        rows = [LearnerFacts(n, "790", ("li@mail.example.org",), "", "", name)
                for n, name in enumerate(names)]  # fmt: skip
        return Person.objects.get(pk=learners_for(rows)[0].pk)

    assert named("Li Wei", "Li Wei").also_named == ""
    assert named("Wei Li", "", "Li Wei", "Wei Li").also_named == "Wei Li"
    by_mail = LearnerFacts("m", "", ("li@mail.example.org",), "", "", "W. Li")
    learners_for([by_mail, LearnerFacts("i", "790", (), "", "", "Wéi Lǐ")])
    person = Person.objects.get(student_id="790")
    assert person.also_named.splitlines() == ["Wei Li", "W. Li", "Wéi Lǐ"]
    assert person.display_name == "Li Wei"
    new = [LearnerFacts(n, "791", (), "", "", name) for n, name in enumerate(("Ana", "Anna"))]
    made = Person.objects.get(pk=learners_for(new)[0].pk)
    assert (made.display_name, made.also_named) == ("Ana", "Anna")
