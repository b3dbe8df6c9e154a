"""A crash between commit and tail line is healed; what someone slipped in never is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from bitterroot.people.actor import system
from bitterroot.record import clock
from bitterroot.record.domain import audit
from bitterroot.record.domain.audit import verify_record
from bitterroot.record.domain.events import event_hash, record_event
from bitterroot.record.domain.heads import append_line, signed_line, tails_file
from bitterroot.record.domain.healing import heal_tails
from bitterroot.record.models import Event, PendingTail

pytestmark = pytest.mark.django_db
BY = system("test")
STREAM = "case:7"


@pytest.fixture(autouse=True)
def _no_tails() -> Iterator[None]:
    tails_file().unlink(missing_ok=True)
    yield
    tails_file().unlink(missing_ok=True)


def act(verb: str, *, crash: bool = False) -> Event:
    """One act; with `crash` the process ends after its commit, before the line is appended."""
    event = record_event(by=BY, stream=STREAM, verb=verb, about=STREAM, tell=False)
    if not crash:
        row = PendingTail.objects.latest("pk")
        append_line(row.line)
        row.delete()
    return event


def slip_in(verb: str = "approved") -> Event:
    """An event with a fitting hash, added behind the application's back."""
    last = Event.objects.filter(stream=STREAM).latest("seq")
    made = Event.objects.get(pk=last.pk)
    made.pk, made.seq, made.previous, made.verb = None, last.seq + 1, last.hash, verb
    made.hash = event_hash(made)
    made.save(force_insert=True)
    return made


def heal() -> int:
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        return heal_tails()


def found() -> list[str]:
    return [str(each) for each in verify_record().broken]


def lines() -> int:
    return len(tails_file().read_text().splitlines()) if tails_file().exists() else 0


def test_a_lost_line_is_appended_once_and_the_record_is_whole_all_along() -> None:
    act("opened")
    act("moved", crash=True)
    act("closed", crash=True)
    assert (found(), lines()) == ([], 1)
    assert heal_tails() == 0  # they may belong to acts that are just being committed
    assert (heal(), lines(), PendingTail.objects.count()) == (2, 3, 0)
    assert (heal(), found()) == (0, [])


def test_a_line_lost_before_the_next_act_was_signed_is_appended_too() -> None:
    act("opened", crash=True)
    act("closed")
    assert found() == []
    assert (heal(), lines(), found()) == (1, 2, [])


def test_a_slipped_in_event_is_not_healed_and_stays_found_when_the_case_goes_on() -> None:
    act("opened")
    slip_in()
    assert heal() == 0
    assert found() == [f"{STREAM}: events 2 to 2 were never signed for"]
    act("closed")
    assert found() == [f"{STREAM}: events 2 to 2 were never signed for"]


def test_a_forged_row_vouches_for_nothing() -> None:
    act("opened")
    made = slip_in()
    line = signed_line([(STREAM, 1, "0" * 64, 1)]).replace("0" * 64, made.hash)
    row = PendingTail.objects.create(line=line.replace(", 1, ", ", 2, "), at=clock.now())
    junk = PendingTail.objects.create(line="[]", at=clock.now())
    assert (heal(), lines(), PendingTail.objects.count()) == (0, 1, 2)
    assert sorted(found()) == sorted(
        [
            f"pending tail {row.pk}: its signature does not fit",
            f"pending tail {junk.pk}: its signature does not fit",
            f"{STREAM}: events 2 to 2 were never signed for",
        ]
    )


def test_a_line_of_another_event_than_the_one_in_the_chain_is_not_appended() -> None:
    act("opened")
    act("refused", crash=True)
    with connection.cursor() as cursor:  # whoever owns the database can turn the guard off
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER record_event_append_only ON record_event")
        else:
            for what in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER record_event_no_{what}")
    Event.objects.filter(stream=STREAM, seq=2).delete()
    slip_in()
    assert (heal(), lines()) == (0, 1)
    assert found() == [f"{STREAM}#2: is not the event that was signed for"]


def test_a_chain_that_leaves_the_known_tail_is_not_healed() -> None:
    """The event is the application's, but not what stands before it."""
    act("opened")
    slip_in()
    act("closed", crash=True)
    append_line(signed_line([(STREAM, 1, "f" * 64, 1)]))  # the file knows another first event
    tails_file().write_text(tails_file().read_text().splitlines()[-1] + "\n")
    assert (heal(), lines()) == (0, 1)


def test_a_line_that_a_crash_cut_short_does_not_spoil_the_next() -> None:
    act("opened")
    with tails_file().open("a") as out:
        out.write('{"at": "2026')
    act("closed")
    assert found() == ["tails line 2: its signature does not fit"]


def test_what_is_recorded_while_the_record_is_read_is_not_a_cut_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act("opened")
    chains = audit._chains

    def read_and_then_something_happens(report: audit.Report) -> dict[str, int]:
        ends = chains(report)
        act("moved")
        record_event(by=BY, stream="case:8", verb="opened", about="case:8", tell=False)
        row = PendingTail.objects.latest("pk")
        append_line(row.line)
        row.delete()
        return ends

    monkeypatch.setattr(audit, "_chains", read_and_then_something_happens)
    assert found() == []
    monkeypatch.undo()
    assert found() == []
