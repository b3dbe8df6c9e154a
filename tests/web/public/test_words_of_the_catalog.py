"""Words are looked for in the texts of all programs at once."""

from time import monotonic
from uuid import uuid4

from django.http import QueryDict

from bitterroot.record import clock
from bitterroot.web.public.finding import Catalog, Entry, _Facts


def entry(title: str, unit: str, text: str, **facts: str) -> Entry:
    return Entry(
        uuid4(), title, "micro", "credit", unit, f"Department of {unit}",
        _Facts(**{"format": "online", "length": "short", "price": "free"} | facts,
               skills=("Mapping",), text=text.casefold()),
    )  # fmt: skip


CATALOG = Catalog(
    [
        entry("Data and Maps", "Geography", "Rivers and more data"),
        entry("Rural Health", "Health", "Nurses keep DATABASES"),
        entry("Weaving", "Art", "Looms", format="on campus"),
    ],
    (clock.today(), ()),
    monotonic() + 60,
)


def titles(asked: str) -> list[str]:
    return [found.title for found in CATALOG.fitting(QueryDict(asked))]


def test_each_program_in_which_every_word_occurs_is_found_once_and_in_order() -> None:
    assert titles("q=DATA") == ["Data and Maps", "Rural Health"]
    assert titles("q=data+geography") == ["Data and Maps"]
    assert titles("q=looms") == ["Weaving"]
    assert titles("q=department") == ["Data and Maps", "Rural Health", "Weaving"]


def test_no_word_is_found_across_two_programs() -> None:
    assert titles("q=datarural") == []
    assert titles("q=rivers+nurses") == []
    assert titles("q=nowhere") == []


def test_words_and_filters_hold_together() -> None:
    assert titles("q=department&format=online&unit=Health") == ["Rural Health"]
    assert titles("q=looms&format=online") == []
    assert titles("q=+") == ["Data and Maps", "Rural Health", "Weaving"]
    assert titles("skill=Mapping&format=on campus") == ["Weaving"]
