"""What stands on top of a record: its state, since when, with whom it is, and when that is due."""

import re
from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from bitterroot.governance.domain.acts import override
from bitterroot.people.actor import person
from bitterroot.programs.domain import sweep
from bitterroot.programs.models import Pilot, Program
from bitterroot.proposals.domain import proposal as verbs
from bitterroot.proposals.models import Proposal
from programs.conftest import give_notice, hand_in, on
from proposals.full_kit import (
    begin,  # noqa: F401
    noticed,  # noqa: F401
    people,  # noqa: F401
    pilot,  # noqa: F401
    written,
)

As = Callable[[str], Client]


def line_of(client: Client, address: str) -> str:
    """The status line of a page as one reads it, without its icons."""
    page = client.get(address).content.decode()
    found = re.search(r'<div class="status-line.*?</div>', page, re.DOTALL)
    assert found is not None
    return " ".join(strip_tags(found[0]).split())


def test_a_proposal_says_with_whom_it_is_and_when_that_is_due(
    people: SimpleNamespace,  # noqa: F811
    noticed: Program,  # noqa: F811
    as_: As,
) -> None:
    row = written(people, noticed)
    record = reverse("faculty:proposal", args=[row.pk])
    desk = reverse("office:proposal", args=[row.pk])
    with on("2026-10-12"):
        assert line_of(as_("dana"), record) == "Draft since 12 Oct 2026 with Dana Kipp"
    with on("2026-10-19"):
        verbs.submit_for_signatures(by=people.by("dana"), proposal=row)
        assert line_of(as_("dana"), record) == (
            "Being signed since 19 Oct 2026 with Sam Stokes due 2 Nov 2026 (in 2 weeks)"
        )
        assert "with Sam Stokes" in line_of(as_("olive"), desk)
        while asked := row.case.signatures.filter(state="requested").first():
            assert asked.person is not None
            name = asked.person.display_name
            verbs.sign(by=person(asked.person), signature=asked, typed_name=name)
    row = Proposal.objects.get(pk=row.pk)
    with on("2026-11-02"):
        assert "with UMOnline due 2 Nov 2026 (today)" in line_of(as_("dana"), record)
        verbs.accept_complete(by=people.by("olive"), proposal=row)
        for path, before in (
            ("subcommittee", "Interdisciplinary subcommittee"),
            ("committees/ascrc", "Academic Standards and Curriculum Review Committee"),
            ("senate", "Faculty Senate"),
        ):
            run = row.case.runs.get(path=path, state="open")
            assert f"In review since 2 Nov 2026 with {before}" in line_of(as_("dana"), record)
            assert f"with {before}" in line_of(as_("olive"), desk)
            override(by=people.by("olive"), run=run, outcome="approve", reason="By its minutes.")
        row = Proposal.objects.select_related("case").get(pk=row.pk)
        assert "with Provost due" in line_of(as_("dana"), record)
        terms = [("Name a second instructor.", None)]
        verbs.decide(
            by=person(people.paula),
            proposal=row,
            outcome="approve with conditions",
            conditions=terms,
        )
        assert line_of(as_("dana"), record) == (
            "Approved with conditions since 2 Nov 2026 with Dana Kipp"
        )


def test_a_notice_and_a_review_say_with_whom_they_are(
    people: SimpleNamespace,  # noqa: F811
    pilot: Pilot,  # noqa: F811
    as_: As,
) -> None:
    notice = reverse("faculty:notice", args=[pilot.program.slug])
    with on("2026-10-01"):
        assert line_of(as_("dana"), notice).endswith("with Dana Kipp due 18 Dec 2026 (in 2 months)")
        give_notice(people, pilot.intents.get())
        assert line_of(as_("dana"), notice) == "Submitted since 1 Oct 2026 with the program office"
    review = pilot.reviews.get(year=3)
    address = reverse("faculty:review", args=[pilot.program.slug, 3])
    with on("2027-05-03"):
        sweep.run_due()
        assert "with Dana Kipp due 14 May 2027" in line_of(as_("dana"), address)
        hand_in(people.by("dana"), review)
        assert line_of(as_("dana"), address) == "Submitted since 3 May 2027 with Hale Yellowtail"
