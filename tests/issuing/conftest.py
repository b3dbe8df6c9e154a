"""The approved program of Dana Kipp, an offering, and lists that were sent to the queues."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from bitterroot.issuing.domain import queue
from bitterroot.issuing.domain.keys import ensure_signing_key
from bitterroot.learning.domain import tracking_list as lists
from bitterroot.learning.domain.offering import create_offering
from bitterroot.learning.models import IssuanceRequest, ListLine
from bitterroot.people.domain.person import assign_role, create_person
from bitterroot.people.enums import Role
from bitterroot.proposals.models import Proposal
from bitterroot.record import clock
from kept import kept
from proposals.conftest import SET_UP, SINCE, _now, proposal, uni  # noqa: F401
from proposals.test_road import sign_and_approve

HEADINGS = "Student ID,Last name,First name,Campus email,Course(s),Term completed,Grade,Credits,All requirements met (Y/N),Completion date,Consent on file (Y/N),Opt out of badge (Y/N)"


@pytest.fixture
@kept
def house(uni: SimpleNamespace, proposal: Proposal) -> SimpleNamespace:  # noqa: F811
    """Rita is the registrar, Ruth her colleague, Ivo the issuing officer; the pilot is approved."""
    for key, name, role in [
        ("rita", "Rita Finley", Role.REGISTRAR),
        ("ruth", "Ruth Larsen", Role.REGISTRAR),
        ("ivo", "Ivo Crane", Role.ISSUING_OFFICER),
    ]:
        made = create_person(by=SET_UP, display_name=name)
        assign_role(by=SET_UP, person=made, role=role, starts_on=SINCE)
        setattr(uni, key, made)
    ensure_signing_key(by=SET_UP)
    sign_and_approve(uni, proposal)
    proposal.refresh_from_db()
    uni.program = proposal.program
    uni.program.refresh_from_db()
    uni.offering = create_offering(
        by=uni.by("dana"),
        program=uni.program,
        term="fall-2026",
        instructors=[uni.dana],
        starts_on=date(2026, 8, 31),
        ends_on=date(2026, 12, 11),
    )
    return uni


@pytest.fixture
def sent(house: SimpleNamespace) -> Callable[..., IssuanceRequest]:
    """Send a credit list of so many learners, numbered from `first`; the last opts out when asked."""

    def _sent(names: list[str], opt_out: tuple[str, ...] = (), first: int = 0) -> IssuanceRequest:
        rows = [HEADINGS]
        for n, name in enumerate(names, first):
            first, last = name.split(" ", 1)
            rows.append(
                f"79000{n:04d},{last},{first},learner{n}@umconnect.example.edu,GPHY 284,Fall 2026,A-,9,Y,{clock.today()},Y,{'Y' if name in opt_out else 'N'}"
            )
        data = "\n".join(rows).encode()
        made = lists.upload_list(
            by=house.by("dana"), offering=house.offering, data=data, filename="list.csv"
        )
        made = getattr(made, "tracking_list", made)
        warned = list(
            ListLine.objects.filter(tracking_list=made, state="warning").values_list(
                "number", flat=True
            )
        )
        if warned:
            lists.acknowledge(by=house.by("dana"), tracking_list=made, numbers=warned)
        result: Any = lists.submit_list(by=house.by("dana"), tracking_list=made, attest=True)
        return next(iter(result))

    return _sent


def recorded(house: SimpleNamespace, request: IssuanceRequest) -> None:
    """Rita checks the request and records its notations: it can be issued."""
    rita, lines = house.by("rita"), list(request.lines.all())
    queue.check_request(by=rita, request=request)
    queue.record_notations(by=rita, request=request, lines=lines, sis_reference="BAN-1")


@pytest.fixture
def issued(
    house: SimpleNamespace, sent: Callable[..., IssuanceRequest]
) -> Callable[..., IssuanceRequest]:
    """Send, check, record and issue."""

    def _issued(names: list[str], opt_out: tuple[str, ...] = (), first: int = 0) -> IssuanceRequest:
        request = sent(names, opt_out, first)
        recorded(house, request)
        rita = house.by("rita")
        request = queue.issue(by=rita, request=IssuanceRequest.objects.get(pk=request.pk))
        queue.run(by=rita, request=request, chunk=2)
        return IssuanceRequest.objects.get(pk=request.pk)

    return _issued
