"""Answers to fields: tidying what was typed, and saying what is wrong with it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bitterroot.policy.models.forms import Field

#: Longest text of each type where the field does not say.
LONGEST = {"text": 200, "longtext": 5000, "url": 2000, "email": 254, "tags": 60}
#: Most items of a list where the field does not say.
MOST_ITEMS = 100

#: Numbers from here on are no answers to any question of a form; they stay text.
_TOO_LARGE = Decimal(10) ** 15

_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029|\x0b|\x0c|\x85")
_EMAIL = re.compile(r"[^@\s\"<>()\[\],;:\\]+@[^@\s\"<>()\[\],;:\\.]+(\.[^@\s\"<>()\[\],;:\\.]+)+")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one answer; `row` counts from 1, `column` is a key."""

    message: str
    row: int | None = None
    column: str | None = None


def clean_text(raw: Any, *, lines: bool = False) -> str:
    """Text in NFC without control characters; one line unless `lines`.

    Invisible marks that join or direct scripts (ZWJ, ZWNJ, RLM) stay, for names need them;
    the byte order mark, zero-width space, soft hyphen, bidirectional overrides, lone surrogates,
    noncharacters and control characters that word processors leave behind go. Their private
    bullet becomes a real one.
    """
    text = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", str(raw)).replace("\uf0b7", "•"))
    text = "".join(c for c in text if c in "\n\t" or not _unwanted(c))
    if lines:
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t\u00a0]+(?=\n|$)", "", text)).strip()
    return re.sub(r"\s+", " ", text).strip()


def _unwanted(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) in {"Cc", "Cs"}
        or character in "\ufeff\u200b\u00ad"
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )


def clean_value(field: "Field", raw: Any) -> Any:
    """The tidied answer, or None where it is blank; unreadable text is kept as tidied text."""
    if raw is None:
        return None
    value = _CLEANERS[field.type](field, raw)
    return None if value in ("", []) else value


def _text(field: "Field", raw: Any) -> Any:
    return clean_text(raw)


def _lines(field: "Field", raw: Any) -> Any:
    return clean_text(raw, lines=True)


def _email(field: "Field", raw: Any) -> Any:
    local, at, domain = clean_text(raw).rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _yesno(field: "Field", raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    word = clean_text(raw).lower()
    if word in {"true", "yes", "on", "1", "y"}:
        return True
    return False if word in {"false", "no", "off", "0", "n"} else word


def _attest(field: "Field", raw: Any) -> Any:
    if isinstance(raw, bool):
        return raw
    word = clean_text(raw)
    if word.lower() in {"true", "on", "yes"}:
        return True
    return False if word.lower() in {"false", "off", "no"} else word


def _number(field: "Field", raw: Any) -> Any:
    if isinstance(raw, bool):
        return clean_text(raw)
    number = _decimal(raw)
    if number is None:
        return clean_text(raw)
    return int(number) if number == number.to_integral_value() else float(number)


def _money(field: "Field", raw: Any) -> Any:
    text = clean_text(raw)
    number = _decimal(text.removeprefix("US").removeprefix("$").strip())
    if number is None or -number.as_tuple().exponent > 2:  # type: ignore[operator]
        return text
    return f"{number:.2f}"


def _decimal(raw: Any) -> Decimal | None:
    text = clean_text(raw)
    if not (_PLAIN_NUMBER.fullmatch(text) or isinstance(raw, int | float)) or len(text) > 30:
        return None
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _TOO_LARGE else None


def _date(field: "Field", raw: Any) -> Any:
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat()
    if isinstance(raw, dt.date):
        return raw.isoformat()
    text = clean_text(raw)
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        if american:
            month, day, year = map(int, american.groups())
            return dt.date(year, month, day).isoformat()
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        return text


def _person(field: "Field", raw: Any) -> Any:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else clean_text(raw)


def _items(field: "Field", raw: Any) -> Any:
    if isinstance(raw, str):
        parts: list[Any] = re.split(r"[,;\n]", raw) if field.type == "tags" else [raw]
    else:
        parts = list(raw) if isinstance(raw, list | tuple | set | frozenset) else [raw]
    tidy: list[Any] = []
    seen: set[Any] = set()
    for part in parts:
        item = _person(field, part) if field.type in {"people", "files"} else clean_text(part)
        same = item.casefold() if isinstance(item, str) else item
        if item != "" and same not in seen:
            seen.add(same)
            tidy.append(item)
    return tidy


def _rows(field: "Field", raw: Any) -> Any:
    if not isinstance(raw, list | tuple):
        return clean_text(raw)
    rows = []
    for row in raw:
        if not isinstance(row, dict):
            return clean_text(raw)
        tidy = {
            column.key: value
            for column in field.columns
            if (value := clean_value(column, row.get(column.key))) is not None
        }
        if any(value is not False for value in tidy.values()):
            rows.append(tidy)
    return rows


_CLEANERS: dict[str, Callable[["Field", Any], Any]] = {
    **dict.fromkeys(("text", "choice", "term", "url", "unit", "computed"), _text),
    **dict.fromkeys(("choices", "units", "people", "files", "tags"), _items),
    "longtext": _lines,
    "email": _email,
    "yesno": _yesno,
    "attest": _attest,
    "number": _number,
    "money": _money,
    "date": _date,
    "person": _person,
    "rows": _rows,
}


def value_faults(
    field: "Field",
    value: Any,
    facts: Collection[str],
    *,
    units: Collection[str] | None = None,
    terms: Collection[str] | None = None,
) -> list[Fault]:
    """What is wrong with a tidied, present answer; empty where it is fine."""
    if field.type == "rows":
        return _row_faults(field, value, facts, units, terms)
    if field.type in {"choices", "units", "people", "files", "tags"}:
        return _count_faults(field, value) + _item_faults(field, value, units)
    message = _single_fault(field, value, units, terms)
    return [Fault(message)] if message else []


def _count_faults(field: "Field", items: list[Any]) -> list[Fault]:
    most = field.max_items or MOST_ITEMS
    if field.min_items and len(items) < field.min_items:
        return [Fault(f"At least {field.min_items} are needed; there are {len(items)}.")]
    if len(items) > most:
        return [Fault(f"At most {most} are allowed; there are {len(items)}.")]
    return []


def _item_faults(field: "Field", items: list[Any], units: Collection[str] | None) -> list[Fault]:
    faults = []
    for item in items:
        if field.type == "choices" and item not in field.choice_labels:
            faults.append(Fault(f"“{_short(item)}” is not one of the choices."))
        elif field.type == "units" and units is not None and item not in units:
            faults.append(Fault(f"“{_short(item)}” is not a unit of the institution."))
        elif field.type == "tags":
            longest = field.max_length or LONGEST["tags"]
            if len(item) > longest:
                faults.append(Fault(f"“{_short(item)}” is longer than {longest} characters."))
            elif field.max_words and len(item.split()) > field.max_words:
                faults.append(Fault(f"“{_short(item)}” has more than {field.max_words} words."))
    return faults


def _row_faults(
    field: "Field",
    rows: Any,
    facts: Collection[str],
    units: Collection[str] | None,
    terms: Collection[str] | None,
) -> list[Fault]:
    if not isinstance(rows, list):
        return [Fault("This is not a table.")]
    faults = _count_faults(field, rows)
    for number, row in enumerate(rows, start=1):
        for column in field.columns:
            value = row.get(column.key)
            if value is None:
                if column.is_required(facts):
                    faults.append(
                        Fault(f"Row {number}: {column.label} is missing.", number, column.key)
                    )
                continue
            for fault in value_faults(column, value, facts, units=units, terms=terms):
                message = f"Row {number}, {column.label}: {fault.message}"
                faults.append(Fault(message, number, column.key))
    return faults


def _single_fault(
    field: "Field", value: Any, units: Collection[str] | None, terms: Collection[str] | None
) -> str | None:
    match field.type:
        case "text" | "longtext":
            return _length_fault(field, value)
        case "choice" if value not in field.choice_labels:
            return f"“{_short(value)}” is not one of the choices."
        case "yesno" if not isinstance(value, bool):
            return "Please answer yes or no."
        case "number":
            return _number_fault(field, value)
        case "money":
            return _money_fault(field, value)
        case "date" if not _is_date(value):
            return f"“{_short(value)}” is not a date; write it as 2026-11-18."
        case "url":
            return _length_fault(field, value) or _url_fault(value)
        case "email":
            return _length_fault(field, value) or (
                None if _EMAIL.fullmatch(value) else f"“{_short(value)}” is not an e-mail address."
            )
        case "unit" if units is not None and value not in units:
            return f"“{_short(value)}” is not a unit of the institution."
        case "term" if terms is not None and value not in terms:
            return f"“{_short(value)}” is not a term of the calendar."
    return None


def _length_fault(field: "Field", value: str) -> str | None:
    longest = field.max_length or LONGEST[field.type]
    if len(value) > longest:
        return f"At most {longest} characters; this has {len(value)}."
    if field.max_words and len(value.split()) > field.max_words:
        return f"At most {field.max_words} words; this has {len(value.split())}."
    return None


def _number_fault(field: "Field", value: Any) -> str | None:
    if not isinstance(value, int | float):
        return f"“{_short(value)}” is not a number."
    if field.whole and not isinstance(value, int):
        return "Please give a whole number."
    return _range_fault(field, value)


def _money_fault(field: "Field", value: Any) -> str | None:
    if not re.fullmatch(r"-?\d+\.\d\d", value):
        return f"“{_short(value)}” is not an amount; write it as 395.00."
    return _range_fault(field, float(value), least=0)


def _range_fault(field: "Field", value: float, least: float | None = None) -> str | None:
    low = field.minimum if field.minimum is not None else least
    if low is not None and value < low:
        return f"At least {low:g}."
    if field.maximum is not None and value > field.maximum:
        return f"At most {field.maximum:g}."
    return None


def _url_fault(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    return (
        None
        if good and " " not in value
        else "Please give a web address that starts with https://."
    )


def _is_date(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
