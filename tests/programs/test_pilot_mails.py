"""Who is written to in a pilot's life, when, and how often: once."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from bitterroot.messages.domain import dispatch
from bitterroot.messages.models import Mail
from bitterroot.people.domain.person import add_address
from bitterroot.people.enums import AddressKind
from bitterroot.programs.domain import intent as intents
from bitterroot.programs.domain import review as reviews
from bitterroot.programs.domain.ending import begin_teach_out
from bitterroot.programs.domain.pilot import extend_pilot
from bitterroot.programs.domain.state import set_state
from bitterroot.programs.enums import ProgramState
from bitterroot.programs.models import Intent, Pilot, Program
from bitterroot.record import clock
from bitterroot.record.models import Outbox
from proposals.conftest import SET_UP

from .conftest import give_notice, hand_in, on, sweep_on

Begin = Callable[..., Pilot]


@pytest.fixture(autouse=True)
def addresses(people: SimpleNamespace) -> None:
    for key in ("dana", "cole", "hale", "deane", "olive"):
        add_address(
            by=SET_UP,
            person=getattr(people, key),
            address=f"{key}@umontana.example.edu",
            kind=AddressKind.CAMPUS,
            primary=True,
        )


def written(day: str = "2028-01-03") -> list[tuple[str, list[str]]]:
    """What was written since the last call: subject, and the first names of those who got it."""
    with on(day):
        while dispatch.run_once():
            pass
    assert not Outbox.objects.exclude(last_error="").exists()
    new = Mail.objects.filter(sent_at__isnull=True).order_by("pk")
    found: dict[str, list[str]] = {}
    for mail in new:
        found.setdefault(mail.subject, []).append(mail.to_name.split()[0])
    new.update(sent_at=clock.now())
    return [(subject, sorted(names)) for subject, names in found.items()]


TITLE = "GIS for Community Planning"
LEADS = ["Cole", "Dana"]


def test_a_late_review_is_told_to_the_lead_then_the_head_then_the_dean(begin: Begin) -> None:
    begin("fall-2024")
    written()
    told = {}
    for day in (
        "2025-04-01", "2025-04-16", "2025-05-02", "2025-05-09", "2025-05-15", "2025-05-17",
        "2025-05-30", "2025-06-15", "2025-06-16",
    ):  # fmt: skip
        sweep_on(day)
        told[day] = written()
    due = [(f"Due on 16 May 2025: yearly review of {TITLE}", LEADS)]
    assert told == {
        "2025-04-01": [(f"Please write: yearly review of {TITLE}", LEADS)],
        "2025-04-16": due,
        "2025-05-02": due,
        "2025-05-09": due,
        "2025-05-15": due,
        "2025-05-17": [(f"Overdue: yearly review of {TITLE}", LEADS)],
        "2025-05-30": [(f"Still missing: yearly review of {TITLE}", ["Hale"])],
        "2025-06-15": [(f"Still missing: yearly review of {TITLE}", ["Deane"])],
        "2025-06-16": [],
    }


def test_a_review_that_was_given_meanwhile_is_reminded_of_no_more(
    begin: Begin, people: SimpleNamespace
) -> None:
    pilot = begin("fall-2024")
    sweep_on("2025-05-15")
    with on("2025-05-15"):
        hand_in(people.by("dana"), pilot.reviews.get(year=1))
    subjects = [subject for subject, _ in written()]
    assert f"Due on 16 May 2025: yearly review of {TITLE}" not in subjects
    assert f"Please read: yearly review of {TITLE}" in subjects


def test_head_office_and_lead_hear_of_each_step_of_a_review(
    begin: Begin, people: SimpleNamespace
) -> None:
    pilot = begin("fall-2024")
    sweep_on("2025-04-01")
    written()
    with on("2025-05-01"):
        row = hand_in(people.by("dana"), pilot.reviews.get(year=1))
        assert written() == [(f"Please read: yearly review of {TITLE}", ["Hale"])]
        reviews.acknowledge_review(by=people.by("hale"), review=row)
        assert written() == [(f"To be rated: yearly review of {TITLE}", ["Olive"])]
        reviews.accept_review(by=people.by("olive"), review=row, rating="on_track")
        assert written() == [(f"Accepted: yearly review of {TITLE}", LEADS)]


def test_a_notice_is_asked_for_signed_and_acknowledged(
    begin: Begin, people: SimpleNamespace
) -> None:
    begin("fall-2024", "2026-05-20")
    written()
    everyone = ["Cole", "Dana", "Hale", "Olive"]
    sweep_on("2026-05-20")
    assert written() == [(f"Notice to continue or end: {TITLE}", everyone)]
    sweep_on("2026-08-31")
    assert written() == [(f"Hoped for today: notice on {TITLE}", everyone)]
    sweep_on("2026-12-11")
    assert written() == [(f"Due on 18 Dec 2026: notice on {TITLE}", everyone)]
    sweep_on("2026-12-19")
    assert written() == [(f"Overdue: notice on {TITLE}", everyone)]
    with on("2026-12-20"):
        row = give_notice(people, Intent.objects.get())
        assert written() == [
            (f"Please sign: notice on {TITLE}", ["Hale"]),
            (f"Notice received: {TITLE}", ["Olive"]),
        ]
        intents.acknowledge_intent(by=people.by("olive"), intent=row)
        assert written() == [(f"Acknowledged: notice on {TITLE}", ["Cole", "Dana", "Hale"])]
    sweep_on("2026-12-30")
    assert written() == [
        (f"Due on 29 Jan 2027: full proposal of {TITLE}", ["Cole", "Dana", "Hale"])
    ]


def test_a_lapse_an_extension_and_a_teach_out_are_told(
    begin: Begin, people: SimpleNamespace
) -> None:
    pilot = begin("fall-2023", "2024-01-10")
    sweep_on("2026-08-30")
    written()
    sweep_on("2026-08-31")
    assert written() == [
        (f"Lapsed: the pilot of {TITLE}", ["Cole", "Dana", "Deane", "Hale", "Olive"])
    ]
    with on("2026-09-01"):
        extend_pilot(by=people.by("olive"), pilot=pilot, years=1, reason="Leave.")
        assert written() == [(f"Extended: the pilot of {TITLE}", ["Cole", "Dana", "Hale"])]
        begin_teach_out(
            by=people.by("olive"),
            program=Program.objects.get(pilot=pilot),
            end_term="fall-2026",
            reason="Nobody to teach it.",
        )
        [(subject, names)] = written()
    assert (subject, names) == (f"Teach-out: {TITLE}", ["Cole", "Dana", "Hale", "Olive"])


def test_the_first_offering_brings_the_calendar_of_deadlines(
    begin: Begin, people: SimpleNamespace
) -> None:
    pilot = begin("fall-2024")
    with on("2024-08-20"):
        set_state(SET_UP, pilot.program, ProgramState.PILOT_ACTIVE, "pilot started")
    written("2024-08-21")
    mail = Mail.objects.get(template="pilot_started", person=people.dana)
    assert "16 May 2025  Yearly review of pilot year 1" in mail.body
    assert mail.attachment_name == "deadlines.ics"
    calendar = bytes(mail.attachment).decode()
    assert "SUMMARY:Notice to continue\\, last day: GIS for Community Planning" in calendar
    assert "DTSTART;VALUE=DATE:20261218" in calendar
    assert "Dana" not in calendar
