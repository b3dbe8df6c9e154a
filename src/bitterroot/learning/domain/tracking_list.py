"""Tracking lists: uploaded, checked, mended row by row, acknowledged, submitted.

`TrackingList.header` holds what reading found: `title`, `block` (lines above the table), `keys`
(columns that the list has), `ignored` (headings not recognized), `skipped` (rows that are no
learners), `problems` (about the list as a whole), `source`, `encoding`, `delimiter`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from bitterroot.files.domain import TEXT, XLSX, store
from bitterroot.learning import rules
from bitterroot.learning.checks.engine import CheckedList, check_lines, check_list
from bitterroot.learning.checks.facts import CREDIT, HYBRID
from bitterroot.learning.checks.lines import CheckedLine
from bitterroot.learning.checks.reading import SheetReading
from bitterroot.learning.domain import checking, readiness
from bitterroot.learning.domain.recording import record
from bitterroot.learning.domain.request import open_requests, reopen_request
from bitterroot.learning.enums import LineState, ListState, RequestState
from bitterroot.learning.interfaces.lists import read_list
from bitterroot.learning.models import IssuanceRequest, ListLine, Offering, TrackingList
from bitterroot.people.actor import Actor
from bitterroot.people.errors import NotPossible
from bitterroot.people.models import Person
from bitterroot.record import clock

ALLOWED = frozenset({XLSX, TEXT, "application/zip", "application/octet-stream"})
"""Types by content as `files` tells them; OpenDocument, old Excel and UTF-16 have none there.

What a file really is, the reader has found out before."""

_BATCH = 500


def upload_list(*, by: Actor, offering: Offering, data: bytes, filename: str) -> TrackingList:
    """Read a file, check every row and keep both, ready to be mended.

    Raises ListUnreadable where the file is no list; nothing is kept then. Event: list uploaded.
    Reading runs outside the transaction, since it may take a second.
    """
    capacity = _may_track(by, offering)
    in_force = checking.rules_in_force()
    reading = read_list(data, filename, rules=in_force)
    found = check_list(reading, checking.facts_of(offering), in_force)
    with transaction.atomic():
        tracking_list = TrackingList.objects.create(
            offering=offering,
            kind=found.kind,
            file=store(data, allowed=ALLOWED),
            filename=filename[-200:],
            header=_header(reading, found),
            uploaded_by=_person(by),
            uploaded_at=clock.now(),
        )
        lines = checking.new_lines(tracking_list, found.lines)
        ListLine.objects.bulk_create(lines, batch_size=_BATCH)
        record(by, tracking_list, "list uploaded", capacity, rows=len(lines), tell=False)
    return tracking_list


def _header(reading: SheetReading, found: CheckedList) -> dict[str, object]:
    return {
        "title": reading.title,
        "block": dict(reading.block),
        "keys": sorted(found.keys),
        "ignored": reading.ignored,
        "skipped": [[each.row, each.text] for each in reading.skipped],
        "problems": list(found.problems),
        "source": reading.source,
        "sheet": reading.sheet,
        "encoding": reading.encoding,
        "delimiter": reading.delimiter,
    }


@transaction.atomic
def mend_line(
    *, by: Actor, tracking_list: TrackingList, number: int, cells: Mapping[str, str]
) -> list[ListLine]:
    """Put other cells into one line, and check it and what it clashed with again.

    Possible while the list is not submitted, and for lines of a request that was returned.
    Returns the lines whose verdict changed. Event: line mended, naming the columns, not the cells.
    """
    return mend_lines(by=by, tracking_list=tracking_list, mended={number: cells})


@transaction.atomic
def mend_lines(
    *, by: Actor, tracking_list: TrackingList, mended: Mapping[int, Mapping[str, str]]
) -> list[ListLine]:
    """The same for several lines at once."""
    capacity = _may_track(by, tracking_list.offering)
    tracking_list = _locked(tracking_list)
    rows = {line.number: line for line in _lines(tracking_list).filter(number__in=mended)}
    known = checking.rules_in_force().columns(HYBRID)
    for number, cells in mended.items():
        if number not in rows:
            raise NotPossible(f"The list has no row {number}.")
        _require_open(tracking_list, rows[number])
        if strange := set(cells) - set(known):
            raise NotPossible(f"A list has no column “{sorted(strange)[0]}”.")
    saved = _check_again(tracking_list, mended)
    _keep_keys(tracking_list, mended)
    for number, cells in mended.items():
        record(
            by,
            tracking_list,
            "line mended",
            capacity,
            tell=False,
            row=number,
            columns=sorted(cells),
        )
    return saved


@transaction.atomic
def remove_line(*, by: Actor, tracking_list: TrackingList, number: int) -> list[ListLine]:
    """Take a learner off a list that is not submitted; the numbers of the others stay.

    Returns the lines whose verdict changed, such as one that the removed line clashed with.
    Event: line removed.
    """
    capacity = _may_track(by, tracking_list.offering)
    tracking_list = _locked(tracking_list)
    line = tracking_list.lines.filter(number=number).first()
    if line is None:
        raise NotPossible(f"The list has no row {number}.")
    _require_open(tracking_list, line)
    freed = _names([line.cells])
    line.delete()
    record(by, tracking_list, "line removed", capacity, tell=False, row=number)
    return _check_again(tracking_list, {}, freed)


@transaction.atomic
def acknowledge(*, by: Actor, tracking_list: TrackingList, numbers: Collection[int]) -> int:
    """Say of lines that only warn that they are meant so. Returns how many there were.

    An acknowledged opt-out gets no badge. Event: warnings acknowledged.
    """
    capacity = _may_track(by, tracking_list.offering)
    tracking_list = _locked(tracking_list)
    lines = [
        line
        for line in tracking_list.lines.filter(number__in=numbers, state=LineState.WARNING)
        if _open(line)
    ]
    for line in lines:
        line.acknowledged_by = _person(by)
        line.state = checking.state_of(line)
    ListLine.objects.bulk_update(lines, ["acknowledged_by", "state"], batch_size=_BATCH)
    if lines:
        rows = sorted(line.number for line in lines)
        record(by, tracking_list, "warnings acknowledged", capacity, tell=False, rows=rows)
    return len(lines)


@transaction.atomic
def discard_list(*, by: Actor, tracking_list: TrackingList) -> TrackingList:
    """Put a list aside that was not submitted. Its rows are kept. Event: list discarded."""
    capacity = _may_track(by, tracking_list.offering)
    tracking_list = _locked(tracking_list)
    if tracking_list.state != ListState.DRAFT:
        raise NotPossible("A list that was submitted cannot be discarded.")
    _set_state(tracking_list, ListState.DISCARDED)
    record(by, tracking_list, "list discarded", capacity, tell=False)
    return tracking_list


@transaction.atomic
def submit_list(
    *,
    by: Actor,
    tracking_list: TrackingList,
    attest: bool,
    verified_on: date | None = None,
    note: str = "",
) -> list[IssuanceRequest]:
    """Send a list to those who issue: one request, or two of a hybrid list.

    Asks for: no row with an error, every warning acknowledged, the attestation, a program that
    may issue, an approved badge. Learners are matched by student id or address and never by
    name; unknown ones become known. Lines that opted out go along and get no badge.
    Events: list submitted, and of each request: issuance requested (its queue is told).
    """
    capacity = _may_track(by, tracking_list.offering)
    tracking_list = _locked(tracking_list)
    if tracking_list.state != ListState.DRAFT:
        raise NotPossible("This list was submitted already.")
    readiness.require(tracking_list.offering, tracking_list.lines.all(), attest)
    tracking_list.attested_at = tracking_list.submitted_at = clock.now()
    tracking_list.header = {
        **tracking_list.header,
        "verified_on": (verified_on or clock.today()).isoformat(),
    }
    _set_state(tracking_list, ListState.SUBMITTED)
    kinds = {CREDIT, "noncredit"} & set(tracking_list.lines.values_list("kind", flat=True))
    record(by, tracking_list, "list submitted", capacity, kinds=sorted(kinds))
    return open_requests(
        by=by, tracking_list=tracking_list, kinds=sorted(kinds), note=note, capacity=capacity
    )


@transaction.atomic
def resubmit_request(
    *, by: Actor, request: IssuanceRequest, attest: bool, note: str = ""
) -> IssuanceRequest:
    """Send a request again that its queue returned, mended. Event: issuance requested."""
    capacity = _may_track(by, request.offering)
    tracking_list = _locked(request.tracking_list)
    request = IssuanceRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != RequestState.RETURNED:
        raise NotPossible("This request was not returned, or was sent again already.")
    readiness.require(tracking_list.offering, request.lines.all(), attest)
    return reopen_request(by=by, request=request, note=note, capacity=capacity)


def _check_again(
    tracking_list: TrackingList,
    mended: Mapping[int, Mapping[str, str]],
    freed: Collection[str] = (),
) -> list[ListLine]:
    """Check what was mended and what clashes with it; save and return the lines that changed.

    `freed`: identities that are on the list no more, and may have put other lines at fault.
    """
    facts, in_force = checking.facts_of(tracking_list.offering), checking.rules_in_force()

    def check(rows: Mapping[int, ListLine]) -> list[CheckedLine]:
        return check_lines(
            [checking.checked(rows[number]) for number in sorted(rows)],
            mended,
            kind=tracking_list.kind,
            keys=tracking_list.header.get("keys", []),
            facts=facts,
            rules=in_force,
        )

    rows = {line.number: line for line in _lines(tracking_list).filter(number__in=mended)}
    named = {*freed, *_names(line.cells for line in rows.values())}
    named |= _names(line.cells for line in check(rows))
    rows |= _touching(tracking_list, named)
    lines = []
    for found in check(rows):
        line = rows[found.number]
        if not _open(line):
            continue
        if line.request and line.request.kind != found.kind:
            raise NotPossible(
                f"Row {line.number} is in a request of the other kind: remove it here, and send "
                "it in a list of its own."
            )
        lines.append(checking.put(line, found))
    fields = ["kind", "cells", "faults", "errors", "warnings", "opted_out", "state"]
    ListLine.objects.bulk_update(lines, [*fields, "acknowledged_by"], batch_size=_BATCH)
    return lines


_NAMING = ("student_id", "email", "second_email")


def _names(cells: Iterable[Mapping[str, str]]) -> set[str]:
    """Everything by which these lines say who someone is."""
    return {line[key] for line in cells for key in _NAMING if line.get(key)}


def _touching(tracking_list: TrackingList, named: set[str]) -> dict[int, ListLine]:
    """Lines that share an identity or an address with these, and those that share with them."""
    found: dict[int, ListLine] = {}
    asked: set[str] = set()
    while named - asked:
        asking = sorted(named - asked)
        asked |= named
        any_of = Q()
        for key in _NAMING:
            any_of |= Q(**{f"cells__{key}__in": asking})
        lines = list(_lines(tracking_list).filter(any_of))
        found |= {line.number: line for line in lines}
        named |= _names(line.cells for line in lines)
    return found


def _lines(tracking_list: TrackingList) -> QuerySet[ListLine]:
    return tracking_list.lines.select_related("request").order_by("number")


def _may_track(by: Actor, offering: Offering) -> str:
    return rules.may_track(_person(by), offering).require().capacity


def _person(by: Actor) -> Person:
    if by.person is None:
        raise NotPossible("A tracking list is a person's word: the system cannot give it.")
    return by.person


def _locked(tracking_list: TrackingList) -> TrackingList:
    return (
        TrackingList.objects.select_for_update(of=("self",))
        .select_related("offering__program", "offering__program_version")
        .get(pk=tracking_list.pk)
    )


def _open(line: ListLine) -> bool:
    """Whether a line may still change: not in a request, or in one that was returned."""
    return line.request is None or line.request.state == RequestState.RETURNED


def _require_open(tracking_list: TrackingList, line: ListLine) -> None:
    if tracking_list.state == ListState.DISCARDED:
        raise NotPossible("This list was discarded.")
    if not _open(line):
        raise NotPossible(f"Row {line.number} is with those who issue; ask them to return it.")


def _keep_keys(tracking_list: TrackingList, mended: Mapping[int, Mapping[str, str]]) -> None:
    """A column that was filled in by hand is from now on a column of the list."""
    keys = {*tracking_list.header.get("keys", []), *(key for c in mended.values() for key in c)}
    if len(keys) != len(tracking_list.header.get("keys", [])):
        tracking_list.header = {**tracking_list.header, "keys": sorted(keys)}
        tracking_list.save(update_fields=["header"])


def _set_state(tracking_list: TrackingList, state: ListState) -> None:
    tracking_list.state = state
    tracking_list.save()


__all__ = [
    "ALLOWED",
    "acknowledge",
    "discard_list",
    "mend_line",
    "mend_lines",
    "remove_line",
    "resubmit_request",
    "submit_list",
    "upload_list",
]
