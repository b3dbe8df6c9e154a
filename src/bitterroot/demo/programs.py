"""Programs that were decided before Bitterroot, and four that travelled its road."""

from datetime import date

from bitterroot.demo.forms import proposal_values
from bitterroot.demo.papers import pdf
from bitterroot.demo.road import agree, consult, decide, send, sign_all, write
from bitterroot.demo.world import World, at
from bitterroot.programs.domain import marketing
from bitterroot.proposals.domain.earlier import record_earlier_program
from bitterroot.proposals.models import Proposal

#: Program -> who decided before Bitterroot, when, and what became of it.
EARLIER = {
    "climate": ("Extended Learning Services, pilot approval", date(2024, 4, 16), False, "fall-2024"),
    "fire": ("Extended Learning Services, pilot approval", date(2023, 4, 18), False, "fall-2023"),
    "teaching": ("Faculty Senate and Provost", date(2023, 5, 11), True, "fall-2020"),
    "supply": ("Extended Learning Services, pilot approval", date(2024, 5, 2), False, "fall-2024"),
    "tribal": ("Extended Learning Services, pilot approval", date(2024, 5, 9), False, "fall-2024"),
    "snow": ("Extended Learning Services, pilot approval", date(2024, 5, 7), False, "fall-2024"),
    "dental": ("Faculty Senate and Provost", date(2023, 12, 7), True, "spring-2021"),
}  # fmt: skip

MARKETING = {
    "goal": "Eighteen enrolled by the middle of January, half of them from outside Missoula.",
    "audiences": ["professionals", "alumni", "communities"],
    "key_messages": "A plan, a permit map and a price list at the end of thirty hours.",
    "services": ["web listing", "e-mail", "info session"],
    "go_live": "2026-12-01",
    "budget": "600.00",
    "fund": "College of Business, extension index",
    "contact_name": "Grace Tanaka",
    "contact_email": "grace.tanaka@umontana.example.edu",
    "partner_logos": "none",
    "accessible": True,
}


def record_earlier(world: World) -> None:
    """Those of before: body, day and document of the decision stand in for the road."""
    for key, (body, day, established, term) in EARLIER.items():
        values = proposal_values(key, world.ids)
        lead = next(who for who in world.people.values() if str(who.pk) == values["lead"])
        with at("2025-02-10 11:00"):
            world.programs[key] = record_earlier_program(
                by=world.by("dana"),
                values=values,
                lead=lead,
                body=body,
                decided_on=day,
                document_name=f"Decision on {values['title']}.pdf",
                document=pdf(
                    f"Decision on {values['title']}", f"{body}, {day:%d %B %Y}: approved."
                ),
                reason="Entered from the files of the program office.",
                established=established,
                pilot_start_term=term,
            )


def walk_rural(world: World) -> None:
    """Program 3: hybrid, with a hospital outside whose officer signed by link."""
    talk = consult(
        world, "rural", "amara", "public-community-health", "2025-02-11 09:20", "2025-02-18 14:00"
    )
    row = write(world, "rural", "2025-03-04 10:00", talk)
    hospital = {
        "legal_name": "Bitterroot Valley Regional Hospital (invented)",
        "officer": "Colleen Marsh",
        "email": "colleen.marsh@hospital.example.org",
    }
    school = {
        "legal_name": "School of Public & Community Health Sciences",
        "officer": "Naomi Park",
        "email": "naomi.park@umontana.example.edu",
    }
    agree(world, row, [school, hospital], "2025-03-11 15:00")
    send(world, row, "2025-03-12 09:30")
    sign_all(row, "2025-03-14 11:10", "2025-03-20 16:45", "2025-03-27 10:05")
    decide(world, row, "2025-04-08 13:40", "approve")
    _settle(world, "rural", row)


def walk_wilderness(world: World) -> None:
    """Program 2: non-credit, forty hours in the field, in its first pilot year."""
    talk = consult(
        world, "wilderness", "tomas", "wilderness-institute", "2026-01-12 10:00", "2026-01-21 10:30"
    )
    row = write(world, "wilderness", "2026-02-09 14:20", talk)
    send(world, row, "2026-02-10 09:00")
    sign_all(row, "2026-02-13 08:50")
    decide(world, row, "2026-03-03 15:15", "approve")
    _settle(world, "wilderness", row)


def walk_outdoor(world: World) -> None:
    """Program 8: approved for a pilot that has not begun."""
    talk = consult(
        world, "outdoor", "grace", "management-marketing", "2026-08-20 11:00", "2026-08-27 13:30"
    )
    row = write(world, "outdoor", "2026-09-14 16:00", talk)
    send(world, row, "2026-09-15 09:10")
    sign_all(row, "2026-09-22 12:30")
    ask_for_marketing(world, row, "grace", "2026-09-28 16:20")
    decide(world, row, "2026-10-06 10:45", "approve")
    _settle(world, "outdoor", row)
    with at("2026-10-08 11:00"):
        request = world.programs["outdoor"].marketing_requests.get()
        marketing.accept_marketing(by=world.by("nell"), request=request)


def ask_for_marketing(world: World, proposal: Proposal, who: str, when: str) -> None:
    """Written while the decision is out: it waits at the gate and goes on with the approval."""
    proposal.refresh_from_db()
    assert proposal.program is not None
    with at(when):
        by = world.by(who)
        request = marketing.draft_marketing(by=by, program=proposal.program)
        request = marketing.save_marketing(by=by, request=request, values=MARKETING)
        marketing.submit_marketing(by=by, request=request)


def walk_gis(world: World) -> None:
    """Program 4: signed by supervisor and chair; the dean has been asked since 3 November."""
    talk = consult(world, "gis", "peter", "geography", "2026-09-08 09:00", "2026-09-16 15:00")
    row = write(world, "gis", "2026-10-19 11:30", talk)
    send(world, row, "2026-10-27 09:00")
    sign_all(row, "2026-10-29 14:05", "2026-11-03 10:20")
    _settle(world, "gis", row)


def _settle(world: World, key: str, proposal: Proposal) -> None:
    proposal.refresh_from_db()
    assert proposal.program is not None
    world.proposals[key], world.programs[key] = proposal, proposal.program
