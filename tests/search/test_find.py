"""People look for things as they remember them: without accents, in any order."""

import pytest

from bitterroot.search.find import find, fold, put

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalog() -> None:
    put(kind="program", ref="1", title="Études of José Núñez", texts=["music for the river"])
    put(kind="program", ref="2", title="River Guides", texts=["boats", "José teaches it"])
    put(kind="page", ref="3", title="River rules", texts=[])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("NUNEZ", ["1"]),
        ("jose river", ["1", "2"]),
        ("river", ["2", "1"]),  # the one with the word in its title comes first
        ("guid", ["2"]),
        ("boats music", []),
        ("  ", []),
        ("100% _ '; --", []),
    ],
)
def test_every_word_must_occur_and_titles_come_first(asked: str, found: list[str]) -> None:
    assert find("program", asked) == found


def test_what_is_put_again_replaces_what_was_said_before() -> None:
    put(kind="program", ref="2", title="Lake Guides", texts=[])
    assert find("program", "river") == ["1"]
    assert find("program", "lake") == ["2"]


def test_letters_that_have_no_accent_are_folded_too() -> None:
    assert fold("Łukasz Søren, Straße") == "lukasz soren strasse"
