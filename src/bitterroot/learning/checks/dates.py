"""Reading a day out of whatever a list holds in a date cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

DateOrder = Literal["mdy", "dmy"]
"""How a list writes a day of digits with the year last: 11/13/26 or 13/11/26."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero ene gennaio januari",
            "february feb februar fevrier fev febrero febbraio februari",
            "march mar marz mars marzo mrz maart",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mei",
            "june jun juni juin junio giugno",
            "july jul juli juillet juil julio luglio",
            "august aug aout agosto ago augustus",
            "september sept sep septembre septiembre settembre set",
            "october oct oktober okt octobre octubre ottobre ott",
            "november nov novembre noviembre",
            "december dec dezember dez decembre diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:\.0)?")
_DIGITS = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?:,?\s+\d.*)?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s\-/]*(?:of |de )?([^\W\d_]+)\.?,?[\s\-/]*(?:de )?(\d{4}|\d{2})(?:,?\s+\d.*)?"
)
_MONTH_FIRST = re.compile(
    r"([^\W\d_]+)\.?[\s\-/]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-/]+(\d{4}|\d{2})(?:,?\s+\d.*)?"
)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(32874, 73051)
"""1990 to 2099: a five-figure number outside these is no date of ours."""


def read_date(text: str, order: DateOrder = "mdy") -> date | None:
    """The day that tidied `text` names, or None where it names none.

    Understood: ISO 8601 with or without a time, 20261113, digits with dots (always day first),
    slashes or hyphens (a part above 12 is the day, otherwise `order` decides), month names in
    English, German, French, Spanish, Italian and Dutch on either side of the day, two-figure
    years (of 1980 to 2079), Excel's serial days.
    """
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _DIGITS.fullmatch(text):
        first, mark, second, year = found.groups()
        day_first = mark == "." or order == "dmy"
        day, month = (first, second) if day_first else (second, first)
        if int(month) > 12 >= int(day) and mark != ".":
            day, month = month, day
        return _day(year, month, day)
    if found := _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _SERIAL.fullmatch(text):
        days = int(found[1])
        return _EXCEL_DAY_ZERO + timedelta(days=days) if days in _EXCEL_DAYS else None
    return _read_named(_WEEKDAY.sub("", text))


def _read_named(text: str) -> date | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        return None
    month = _MONTHS.get(_bare(name))
    return _day(year, str(month), day) if month else None


def _bare(name: str) -> str:
    return name.casefold().translate(str.maketrans("äéèêûü", "aeeeuu"))


def _day(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 80 else 2000
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def order_of(texts: Iterable[str], usual: DateOrder) -> DateOrder:
    """In which order a column writes its days.

    One day above 12 in the unusual place, and none in the usual one, shows a list from a country
    that writes dates the other way; otherwise the institution's usual order holds.
    """
    first_above = second_above = False
    for text in texts:
        found = _DIGITS.fullmatch(text)
        if found and found[2] != ".":
            first_above = first_above or int(found[1]) > 12
            second_above = second_above or int(found[3]) > 12
    if first_above != second_above:
        return "dmy" if first_above else "mdy"
    return usual
