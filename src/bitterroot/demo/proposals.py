"""Proposals and consultations in the other states, so that every screen has something to show."""

from datetime import date, datetime

from bitterroot.demo.agreements import party
from bitterroot.demo.content import load
from bitterroot.demo.forms import consultation_values
from bitterroot.demo.road import (
    ask,
    consult,
    decide,
    hand_round,
    send,
    sign_all,
    waiting,
    write,
)
from bitterroot.demo.world import MISSOULA, World, at
from bitterroot.governance.domain.outside import correct_officer
from bitterroot.proposals.domain import consultation as consultations
from bitterroot.proposals.domain import draft
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.models import Consultation, Proposal


def _begin(world: World, key: str, asked: str, held: str, written: str) -> Proposal:
    """Consult on and write the proposal `key` of proposals.yaml."""
    said = dict(load("proposals")[key])
    like = said.pop("like")
    unit = said.get("owner_unit") or load("programs")[like]["owner_unit"]
    talk = consult(world, like, said["lead"], unit, asked, held, title=said["title"])
    world.proposals[key] = write(world, like, written, talk, **said)
    return world.proposals[key]


def draft_with_gaps(world: World) -> None:
    """Trail Crew Leadership: two authors, and still something missing."""
    row = _begin(world, "trails", "2026-09-21 10:00", "2026-09-29 11:00", "2026-11-05 15:00")
    with at("2026-11-06 09:15"):
        tomas = world.by("tomas")
        draft.invite_co_author(by=tomas, proposal=row, person=world.people["winona"])
        row.refresh_from_db()
        gaps = {"rationale": "", "accessibility": "", "badge_alt_text": "", "success_measures": []}
        draft.save_values(by=tomas, proposal=row, values=gaps, revision=row.revision)


def with_the_office(world: World) -> None:
    """One submitted, one in review, one on hold."""
    _begin(world, "chw", "2026-09-24 08:30", "2026-10-01 14:00", "2026-10-26 13:00")
    send(world, world.proposals["chw"], "2026-10-28 10:00")
    sign_all(world.proposals["chw"], "2026-11-10 16:40")

    row = _begin(world, "search", "2026-08-31 10:00", "2026-09-09 10:00", "2026-10-05 11:00")
    send(world, row, "2026-10-06 09:00")
    sign_all(row, "2026-10-13 09:40", "2026-10-15 13:20")
    with at("2026-11-09 09:30"):
        proposals.accept_complete(by=world.by("dana"), proposal=row)

    row = _begin(world, "tele", "2026-06-15 09:00", "2026-06-23 15:30", "2026-07-20 10:00")
    send(world, row, "2026-07-21 10:00")
    sign_all(row, "2026-07-28 11:00")
    with at("2026-08-04 14:00"):
        reason = "Waits for the college's rule on recordings of patients."
        proposals.put_on_hold(by=world.by("dana"), proposal=row, reason=reason)


def waits_for_a_partner(world: World) -> None:
    """Farm Stress First Response: an officer's address was mistyped; she has the link since it was put right."""
    row = _begin(world, "farm", "2026-09-14 10:00", "2026-09-22 13:00", "2026-11-02 11:00")
    school = party(
        "School of Public & Community Health Sciences",
        "Naomi Park",
        "naomi.park@umontana.example.edu",
    )
    growers = party(
        "Mission Valley Growers' Cooperative (invented)",
        "Rhea Whitcomb",
        "rhea.whitcomb@growers.example.org",
    )
    hand_round(world, row, [school, growers], "2026-11-03 15:20", days=("2027-01-04", "2029-06-30"))
    send(world, row, "2026-11-04 09:10")
    sign_all(row, "2026-11-10 08:40")
    with at("2026-11-13 10:15"):
        signature = next(waiting(row))
        correct_officer(
            by=world.by("amara"), signature=signature, name=growers["officer"],
            email=growers["email"],
        )  # fmt: skip


def decided(world: World) -> None:
    """Returned, approved with conditions, declined, withdrawn."""
    row = _begin(world, "story", "2026-07-06 10:00", "2026-07-14 13:00", "2026-09-28 12:00")
    send(world, row, "2026-09-29 10:00")
    sign_all(row, "2026-10-12 09:05")
    reasons = {
        "outcomes": "Say for each outcome what work shows it.",
        "price": "State what the price pays for.",
    }
    decide(
        world, row, "2026-11-12 11:20", "return",
        reason="Close to ready: two answers need more.", field_reasons=reasons,
    )  # fmt: skip

    row = _begin(world, "books", "2026-07-13 10:00", "2026-07-22 10:00", "2026-08-31 12:00")
    send(world, row, "2026-09-01 10:00")
    sign_all(row, "2026-09-08 15:00")
    decide(
        world, row, "2026-10-01 10:00", "approve with conditions",
        reason="A good program that needs a second instructor.",
        conditions=[("Name a second instructor.", date(2026, 12, 4))],
    )  # fmt: skip

    row = _begin(world, "stunts", "2026-05-18 10:00", "2026-05-27 10:00", "2026-06-29 12:00")
    send(world, row, "2026-06-30 10:00")
    sign_all(row, "2026-07-07 15:00")
    decide(
        world, row, "2026-07-20 10:00", "decline",
        reason="It serves no need that employers of the region have named.",
    )  # fmt: skip

    row = _begin(world, "snow", "2026-04-07 10:00", "2026-04-15 10:00", "2026-05-11 12:00")
    send(world, row, "2026-05-12 10:00")
    with at("2026-05-26 16:00"):
        reason = "The avalanche center offers the same from next winter on."
        proposals.withdraw(by=world.by("tomas"), proposal=row, reason=reason)


def consultations_in_each_state(world: World) -> None:
    """Asked for, scheduled, closed, cancelled, and one to which nobody came."""
    dana = world.by("dana")

    def asked(who: str, unit: str, title: str, when: str) -> Consultation:
        values = consultation_values("outdoor", unit, world.people[who].display_name, when[:10])
        return ask(world, who, unit, {**values, "idea_title": title}, when)

    def scheduled(row: Consultation, when: str, held: str) -> None:
        with at(when):
            moment = _later(held)
            consultations.schedule(
                by=dana, consultation=row, at=moment, place="Todd Building 104",
                consultant=world.people["dana"],
            )  # fmt: skip

    asked("ingrid", "society-conservation", "Talking with Neighbors about Fire", "2026-11-16 15:40")
    row = asked("ruth", "health-professions", "Phlebotomy Refresher", "2026-11-12 10:00")
    scheduled(row, "2026-11-13 09:00", "2026-11-24 14:00")
    row = asked("peter", "geography", "Drones over Farmland", "2026-03-02 10:00")
    scheduled(row, "2026-03-03 09:00", "2026-03-10 14:00")
    with at("2026-03-10 15:00"):
        notes = "Licenses of pilots are a matter of the federal office; no badge of ours."
        row = consultations.hold(by=dana, consultation=row, notes=notes, outcome="not_suitable")
    with at("2026-03-11 09:00"):
        consultations.close(by=dana, consultation=row)
    row = asked("grace", "management-marketing", "Selling at Farmers' Markets", "2026-05-04 10:00")
    with at("2026-05-06 12:00"):
        consultations.cancel(by=world.by("grace"), consultation=row)
    row = asked("tomas", "wilderness-institute", "Packing with Mules", "2026-06-01 10:00")
    scheduled(row, "2026-06-02 09:00", "2026-06-09 14:00")
    with at("2026-06-09 16:00"):
        consultations.mark_no_show(by=dana, consultation=row)


def _later(text: str) -> datetime:
    """A moment that may lie after the demo's present."""
    return datetime.fromisoformat(text).replace(tzinfo=MISSOULA)
