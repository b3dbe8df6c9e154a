"""Marketing: asked for by the lead, let through by the decision on record, carried out, retired.

Each step past the draft asks for the decision that allows marketing at the moment it happens.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from bitterroot.files.domain import JPEG, PNG, SVG, store
from bitterroot.governance import policies
from bitterroot.governance.models import Decision
from bitterroot.people.actor import Actor, system
from bitterroot.people.errors import NotPossible
from bitterroot.programs.enums import NO_MORE_LEARNERS, OPEN_MARKETING, MarketingState
from bitterroot.programs.marketing_rules import may_ask_for_marketing, may_market
from bitterroot.programs.models import MarketingRequest, Program
from bitterroot.programs.queries import gate_open
from bitterroot.programs.queries.versions import version_on
from bitterroot.record import clock
from bitterroot.record.domain.events import record_event

FORM = "marketing-request"
MOST_IMAGES = 12
MOST_LINKS = 20


@transaction.atomic
def draft_marketing(*, by: Actor, program: Program) -> MarketingRequest:
    """Begin a request, or find the one that is open: a program has one at a time.

    Raises NotPossible for a program that takes no learners any more.
    """
    answer = may_ask_for_marketing(by, program).require()
    if Program.objects.select_for_update().get(pk=program.pk).state in NO_MORE_LEARNERS:
        raise NotPossible("It takes no new learners any more, so nothing of it is advertised.")
    found = program.marketing_requests.filter(state__in=OPEN_MARKETING).first()
    if found is not None:
        return found
    assert by.person is not None
    request = MarketingRequest(
        program=program, policy=policies.adopt(), requested_by=by.person, state_since=clock.now()
    )
    request.save(force_insert=True)
    _set(by, request, MarketingState.DRAFT, "marketing drafted", answer.capacity, tell=False)
    return request


@transaction.atomic
def save_marketing(
    *, by: Actor, request: MarketingRequest, values: Mapping[str, Any]
) -> MarketingRequest:
    """Keep the answers of form L while it is a draft."""
    may_ask_for_marketing(by, request.program).require()
    row = _locked(request, MarketingState.DRAFT)
    row.values = policies.of(row).forms[FORM].clean({**row.values, **values})
    row.save(update_fields=["values"])
    return row


@transaction.atomic
def attach_image(
    *, by: Actor, request: MarketingRequest, name: str, data: bytes, alt: str, rights: str
) -> MarketingRequest:
    """Keep a picture with its text alternative and who holds the rights; both are required."""
    may_ask_for_marketing(by, request.program).require()
    row = _locked(request, MarketingState.DRAFT)
    problems = [
        (key, text)
        for key, said, text in (
            ("alt", alt, "Say in words what the picture shows."),
            ("rights", rights, "Say who holds the rights and allows its use."),
        )
        if not said.strip()
    ]
    if problems:
        raise NotPossible("The picture needs both.", problems)
    if len(row.images) >= MOST_IMAGES:
        raise NotPossible(f"At most {MOST_IMAGES} pictures.")
    kept = store(data, allowed=frozenset({PNG, JPEG, SVG}))
    picture = {
        "sha256": kept.sha256,
        "name": name.strip()[:200] or "picture",
        "alt": alt.strip()[:300],
        "rights": rights.strip()[:300],
    }
    row.images = [*(i for i in row.images if i["sha256"] != kept.sha256), picture]
    row.save(update_fields=["images"])
    return row


@transaction.atomic
def remove_image(*, by: Actor, request: MarketingRequest, sha256: str) -> MarketingRequest:
    """Take a picture off a draft; the file itself is kept while anything refers to it."""
    may_ask_for_marketing(by, request.program).require()
    row = _locked(request, MarketingState.DRAFT)
    row.images = [i for i in row.images if i["sha256"] != sha256]
    row.save(update_fields=["images"])
    return row


@transaction.atomic
def submit_marketing(*, by: Actor, request: MarketingRequest) -> MarketingRequest:
    """Send it. Before the gate opens it is kept and goes on by itself with the approval.

    Event and mail to the marketing office once it is let through.
    """
    answer = may_ask_for_marketing(by, request.program).require()
    row = _locked(request, MarketingState.DRAFT)
    problems = policies.of(row).form_problems(FORM, row.values)
    if problems:
        raise NotPossible("The request is not complete.", [(p.field, p.message) for p in problems])
    row.gate = gate_of(row.program)
    row.submitted_at, row.comment = clock.now(), ""
    if row.gate is None:
        _set(by, row, MarketingState.BLOCKED, "marketing blocked", answer.capacity, tell=False)
    else:
        _set(by, row, MarketingState.SUBMITTED, "marketing submitted", answer.capacity)
    return row


@transaction.atomic
def take_back_marketing(*, by: Actor, request: MarketingRequest) -> MarketingRequest:
    """The lead takes it back to mend it, before the marketing office has accepted it."""
    answer = may_ask_for_marketing(by, request.program).require()
    row = _locked(request, MarketingState.BLOCKED, MarketingState.SUBMITTED)
    _set(by, row, MarketingState.DRAFT, "marketing taken back", answer.capacity, tell=False)
    return row


def release_blocked(*, program: Program) -> None:
    """The gate opened: what waited for it goes to the marketing office.

    Runs in the transaction of the decision that opened it.
    """
    for row in program.marketing_requests.select_for_update().filter(state=MarketingState.BLOCKED):
        row.gate = gate_of(program)
        if row.gate is not None:
            _set(system("gate opened"), row, MarketingState.SUBMITTED, "marketing submitted", "")


@transaction.atomic
def accept_marketing(*, by: Actor, request: MarketingRequest) -> MarketingRequest:
    """The marketing office takes it on; the officer is named on it. The lead is told."""
    answer = may_market(by).require()
    row = _past_gate(request, MarketingState.SUBMITTED)
    row.officer = by.person
    _set(by, row, MarketingState.ACCEPTED, "marketing accepted", answer.capacity)
    return row


@transaction.atomic
def return_marketing(*, by: Actor, request: MarketingRequest, comment: str) -> MarketingRequest:
    """Back to the lead with what to mend. The lead is told."""
    answer = may_market(by).require()
    row = _locked(request, MarketingState.SUBMITTED, MarketingState.ACCEPTED)
    if not comment.strip():
        raise NotPossible("Say what to mend.", [("comment", "Write what to mend.")])
    row.comment = comment.strip()[:4000]
    _set(by, row, MarketingState.DRAFT, "marketing returned", answer.capacity)
    return row


@transaction.atomic
def start_production(*, by: Actor, request: MarketingRequest) -> MarketingRequest:
    """Work on it has begun."""
    answer = may_market(by).require()
    row = _past_gate(request, MarketingState.ACCEPTED)
    _set(by, row, MarketingState.IN_PRODUCTION, "marketing in production", answer.capacity)
    return row


@transaction.atomic
def go_live(*, by: Actor, request: MarketingRequest, links: Sequence[str]) -> MarketingRequest:
    """It is out; `links` say where. The lead is told."""
    answer = may_market(by).require()
    row = _past_gate(request, MarketingState.IN_PRODUCTION)
    row.links = _web_addresses(links)
    _set(by, row, MarketingState.LIVE, "marketing live", answer.capacity)
    return row


@transaction.atomic
def retire_marketing(*, by: Actor, request: MarketingRequest) -> MarketingRequest:
    """It is taken down."""
    answer = may_market(by).require()
    row = _locked(request, MarketingState.LIVE, MarketingState.IN_PRODUCTION)
    _set(by, row, MarketingState.RETIRED, "marketing retired", answer.capacity)
    return row


def retire_all(*, program: Program, reason: str) -> int:
    """Retire every request of a program that may no longer be advertised; how many there were.

    Called in the transaction that closes the gate (lapse, teach-out, closing).
    """
    rows = program.marketing_requests.select_for_update().exclude(state=MarketingState.RETIRED)
    for row in rows:
        row.comment = reason
        _set(system(reason), row, MarketingState.RETIRED, "marketing retired", "")
    return len(rows)


def gate_of(program: Program) -> Decision | None:
    """The decision that lets this program be advertised now, or None."""
    if not gate_open().filter(pk=program.pk).exists():
        return None
    version = version_on(program)
    return version.decision if version else None


def _web_addresses(links: Sequence[str]) -> list[str]:
    found = [link.strip() for link in links if link.strip()]
    bad = [link for link in found if urlsplit(link).scheme not in ("http", "https")]
    if bad or not found:
        raise NotPossible(
            "Say where it is to be seen.",
            [("links", f"Not a web address: {bad[0][:80]}" if bad else "Give at least one.")],
        )
    return [link[:500] for link in found[:MOST_LINKS]]


def _locked(request: MarketingRequest, *allowed: MarketingState) -> MarketingRequest:
    # `of` keeps the lock off the joined rows, which other verbs lock in another order.
    row = (
        MarketingRequest.objects.select_for_update(of=("self",))
        .select_related("program")
        .get(pk=request.pk)
    )
    if row.state not in allowed:
        raise NotPossible(
            f"This is not possible now: the request is “{row.get_state_display().lower()}”."
        )
    return row


def _past_gate(request: MarketingRequest, *allowed: MarketingState) -> MarketingRequest:
    row = _locked(request, *allowed)
    gate = gate_of(row.program)
    if gate is None:
        raise NotPossible("No decision in force allows this program to be advertised.")
    row.gate = gate
    return row


def _set(
    by: Actor,
    request: MarketingRequest,
    state: MarketingState,
    verb: str,
    capacity: str,
    *,
    tell: bool = True,
) -> None:
    """The one place that changes a marketing request's state."""
    request.state, request.state_since = state, clock.now()
    request.save()
    record_event(
        by=by,
        stream=f"program:{request.program_id}",
        verb=verb,
        about=f"marketing:{request.pk}",
        capacity=capacity,
        data={"state": state, "comment": request.comment},
        tell=tell,
    )
