"""Hudson Valley University: one committee decides, and its decision is posted for objections."""

from bitterroot.demo.bodies import review
from bitterroot.demo.elsewhere.campus import (
    Campus,
    Chapter,
    claim_some,
    issue_to,
    make_people,
    open_run,
    publish,
    settle,
    vote,
    write,
)
from bitterroot.demo.road import send, sign_all
from bitterroot.demo.world import at
from bitterroot.governance.domain import sweep
from bitterroot.governance.domain.ballot import cast_vote, open_ballot
from bitterroot.governance.domain.motion import move_motion
from bitterroot.proposals.domain import draft, sign_sweep
from bitterroot.proposals.domain import proposal as proposals
from bitterroot.proposals.models import Proposal

KEEPER = "rosalind"


def walk_flood(campus: Campus) -> None:
    """The whole road: signed, complete, reviewed, voted, posted, passed; badges in summer."""
    row = write(campus, "flood", "2026-01-26 10:00")
    _to_committee(
        campus,
        row,
        ("2026-01-27 09:00", "2026-01-29 15:20", "2026-02-02 11:40", "2026-02-04 09:30"),
    )
    days = (("petra", "2026-02-09 16:00"), ("gwen", "2026-02-10 14:30"))
    _review(campus, row, days, "staffing", "Who stands in for the lead?")
    vote(
        campus,
        row,
        KEEPER,
        ("petra", "yolanda", "gwen", "bashir", "hideo", "mateo"),
        ("2026-02-16 10:00", "2026-02-18 09:00"),
    )
    with at("2026-03-05 06:00"):  # ten business days later nobody has objected
        sweep.run_due()
    settle(campus, "flood")
    issue_to(
        campus,
        "flood",
        5,
        "reza",
        term="summer-2026",
        completed="2026-07-24",
        days=("2026-07-28 10:00", "2026-08-03 11:00"),
    )
    claim_some("2026-08-05 18:20")


def _to_committee(campus: Campus, row: Proposal, days: tuple[str, str, str, str]) -> None:
    """Sent, signed by chair and dean, found complete: the committee's reviewers have it."""
    sent, *signed, complete = days
    send(campus.world, row, sent)
    sign_all(row, *signed)
    with at(complete):
        proposals.accept_complete(by=campus.world.by("opal"), proposal=row)
    row.refresh_from_db()


def _review(
    campus: Campus, row: Proposal, days: tuple[tuple[str, str], ...], doubt: str, words: str
) -> None:
    """Each reviewer's sheet on their day; both find the same criterion wanting, in these words."""
    for who, when in days:
        review(campus.world, who, open_run(row, "review"), when, doubt, words)


def budget_is_posted(campus: Campus) -> None:
    """Reading a Town Budget: decided on, and posted until 2 December."""
    row = write(campus, "budget", "2026-09-28 10:00")
    _to_committee(
        campus,
        row,
        ("2026-09-29 09:00", "2026-10-05 13:00", "2026-10-12 10:10", "2026-10-14 09:00"),
    )
    days = (("hideo", "2026-10-21 10:00"), ("gwen", "2026-10-22 16:45"))
    _review(campus, row, days, "rigor", "Nine hours are little for the hearing.")
    vote(
        campus,
        row,
        KEEPER,
        ("bashir", "hideo", "gwen", "mateo", "yolanda"),
        ("2026-11-12 09:00", "2026-11-17 09:00"),
    )
    settle(campus, "budget")


def estuary_is_voted_on(campus: Campus) -> None:
    """Estuary Field Methods: reviewed by two, and a ballot is open."""
    row = write(campus, "estuary", "2026-10-01 10:00")
    _to_committee(
        campus,
        row,
        ("2026-10-02 09:00", "2026-10-06 09:30", "2026-10-13 17:00", "2026-10-15 09:00"),
    )
    days = (("petra", "2026-10-27 10:00"), ("hideo", "2026-10-29 13:15"))
    _review(campus, row, days, "accessibility", "How does someone take part who cannot board?")
    world = campus.world
    with at("2026-11-17 10:00"):
        motion = move_motion(
            by=world.by(KEEPER), run=open_run(row, "vote"), outcome="approve",
            mover=world.people["petra"], seconder=world.people["hideo"],
        )  # fmt: skip
        ballot = open_ballot(by=world.by(KEEPER), motion=motion, method="electronic")
        for who in ("petra", "hideo"):
            cast_vote(by=world.by(who), ballot=ballot, choice="yes")
    settle(campus, "estuary")


def street_asked_in_vain(campus: Campus) -> None:
    """Oral History of a Main Street: the chair signed, the dean was asked for four weeks and did not answer."""
    row = write(campus, "street", "2026-09-28 10:00")
    send(campus.world, row, "2026-09-29 09:00")
    sign_all(row, "2026-10-05 11:20")
    with at("2026-11-04 06:00"):  # due on 20 October, and ten business days more
        sign_sweep.run_due()
    settle(campus, "street")


def others_are_written(campus: Campus) -> None:
    """Transit counts wait for the dean; wetland monitoring wants its last answers."""
    row = write(campus, "transit", "2026-11-02 10:00")
    send(campus.world, row, "2026-11-03 09:00")
    sign_all(row, "2026-11-10 12:00")
    settle(campus, "transit")
    row = write(campus, "wetland", "2026-11-09 10:00")
    with at("2026-11-09 11:00"):
        by = campus.world.by("mateo")
        draft.save_values(by=by, proposal=row, values={"rationale": ""}, revision=row.revision)


CHAPTERS: tuple[Chapter, ...] = (
    ("people", make_people),
    ("pages and a signing key", publish),
    ("Flood Resilience for River Towns", walk_flood),
    ("Reading a Town Budget", budget_is_posted),
    ("Estuary Field Methods", estuary_is_voted_on),
    ("Oral History of a Main Street", street_asked_in_vain),
    ("drafts", others_are_written),
)
