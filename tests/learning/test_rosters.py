"""Dr. Alvarez keeps a roster, Rosa imports the students; lists are checked against both."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as File
from django.test import Client
from lists_kit import LISTS, delimited, workbook
from offering_kit import CLIMATE, offering_of, someone

from bitterroot.learning.domain.checking import facts_of
from bitterroot.learning.domain.enrollment import enroll_one, upload_roster, withdraw
from bitterroot.learning.domain.student_extract import import_students
from bitterroot.learning.domain.tracking_list import mend_line, upload_list
from bitterroot.learning.interfaces.lists import ListUnreadable
from bitterroot.learning.models import Enrollment, Offering, StudentRecord, TrackingList
from bitterroot.learning.queries.students import Extract
from bitterroot.people.actor import Actor, person, system
from bitterroot.people.domain.person import create_account
from bitterroot.people.errors import NotPossible, Refused
from bitterroot.people.models import Person
from bitterroot.record import clock
from bitterroot.record.models import Event

HEADINGS = ["Student ID", "Last name", "First name", "Campus email", "Birthday"]


def clean(offering: Offering, by: Actor) -> TrackingList:
    name = "credit-clean.xlsx"
    return upload_list(by=by, offering=offering, data=(LISTS / name).read_bytes(), filename=name)


def codes(tracking_list: TrackingList) -> dict[int, list[str]]:
    return {
        line.number: line.errors + line.warnings
        for line in tracking_list.lines.order_by("number")
        if line.errors or line.warnings
    }


def learners(offering: Offering, by: Actor) -> list[dict[str, str]]:
    return [line.cells for line in clean(offering, by).lines.order_by("number")]


def sheet(cells: list[dict[str, str]]) -> bytes:
    keys = ("student_id", "last_name", "first_name", "email")
    rows = [[*(each[key] for key in keys), "2001-01-01"] for each in cells]
    return delimited([HEADINGS, *rows]).encode()


def test_without_roster_and_extract_nobody_is_checked_by_them(
    climate: Offering, by_alvarez: Actor
) -> None:
    assert codes(clean(climate, by_alvarez)) == {}
    record = facts_of(climate).record
    assert (record.roster, record.extract) == (None, None)


def test_who_is_not_on_the_roster_or_withdrew_is_not_enrolled(
    climate: Offering, by_alvarez: Actor
) -> None:
    cells = learners(climate, by_alvarez)
    assert (
        upload_roster(by=by_alvarez, offering=climate, data=sheet(cells[1:]), filename="roster.csv")
        == len(cells) - 1
    )
    assert codes(clean(climate, by_alvarez)) == {1: ["not_enrolled"]}
    first = cells[0]
    enroll_one(
        by=by_alvarez,
        offering=climate,
        given_name=first["first_name"],
        family_name=first["last_name"],
        email=first["email"].upper(),
    )
    second = Enrollment.objects.get(student_id=cells[1]["student_id"])
    withdraw(by=by_alvarez, enrollment=second)
    assert codes(clean(climate, by_alvarez)) == {2: ["not_enrolled"]}
    with pytest.raises(NotPossible, match="withdrawn already"):
        withdraw(by=by_alvarez, enrollment=second)
    upload_roster(by=by_alvarez, offering=climate, data=sheet(cells[1:2]), filename="again.csv")
    assert codes(clean(climate, by_alvarez)) == {}
    assert Enrollment.objects.filter(offering=climate).count() == len(cells)
    said = Event.objects.filter(stream=f"offering:{climate.pk}").values_list("verb", "data")
    assert not any(first["last_name"] in data for _, data in said)


def test_a_roster_that_tells_nobody_is_refused_with_its_rows(
    climate: Offering, by_alvarez: Actor
) -> None:
    data = workbook(
        [HEADINGS, ["790000001", "Stone", "Ben", "", ""], ["", "Crow", "Ada", "not an address", ""]]
    )
    with pytest.raises(ListUnreadable, match="in row 3"):
        upload_roster(by=by_alvarez, offering=climate, data=data, filename="roster.xlsx")
    for given in ({"email": "nobody"}, {"student_id": "12"}, {}):
        with pytest.raises(NotPossible):
            enroll_one(
                by=by_alvarez, offering=climate, given_name="Ada", family_name="Crow", **given
            )
    assert not Enrollment.objects.exists()


def test_only_those_who_track_the_offering_keep_its_roster(
    climate: Offering, stranger: Person, registrar: Person
) -> None:
    for other in (stranger, registrar):
        with pytest.raises(Refused):
            enroll_one(
                by=person(other),
                offering=climate,
                given_name="Ada",
                family_name="Crow",
                email="ada@x.example",
            )


def test_the_extract_finds_unknown_ids_and_other_names_and_keeps_only_what_is_needed(
    climate: Offering, by_alvarez: Actor, registrar: Person
) -> None:
    cells = learners(climate, by_alvarez)
    other = {**cells[1], "last_name": "Someone-Else"}
    data = sheet([other, *cells[2:]])
    assert import_students(by=person(registrar), data=data, filename="x.csv") == len(cells) - 1
    found = clean(climate, by_alvarez)
    assert codes(found) == {1: ["student_id_unknown"], 2: ["name_differs_from_record"]}
    assert "Someone-Else" not in str([line.faults for line in found.lines.all()])
    row = StudentRecord.objects.get(student_id=other["student_id"])
    assert {f.name for f in row._meta.fields} == {
        "student_id", "family_name", "given_name", "email", "imported_at",
    }  # fmt: skip
    changed = mend_line(
        by=by_alvarez, tracking_list=found, number=1, cells={"student_id": cells[2]["student_id"]}
    )
    assert "student_id_unknown" not in changed[0].errors
    assert import_students(by=system("command line"), data=sheet(cells), filename="y.csv") == len(
        cells
    )
    assert codes(clean(climate, by_alvarez)) == {}


def test_only_the_registrar_imports(alvarez: Person, registrar: Person) -> None:
    for other in (alvarez, someone("Owen Tanaka", "issuing_officer"), someone("Di", "auditor")):
        with pytest.raises(Refused, match="registrar"):
            import_students(by=person(other), data=b"", filename="x.csv")
    with pytest.raises(ListUnreadable):
        import_students(by=person(registrar), data=b"%PDF-1.7", filename="x.csv")


def test_a_few_ids_are_looked_up_one_by_one_and_many_in_one_query(
    db: None, django_assert_num_queries
) -> None:
    StudentRecord.objects.bulk_create(
        StudentRecord(student_id=f"{n}", family_name=f"N{n}", imported_at="2026-01-01T00:00:00Z")
        for n in range(40)
    )
    known = Extract()
    with django_assert_num_queries(2):
        assert [known.get("3"), known.get("3"), known.get("x")] == ["N3", "N3", None]
    with django_assert_num_queries(Extract.FEW - 2 + 1):
        assert [known.get(f"{n}") for n in range(4, 40)] == [f"N{n}" for n in range(4, 40)]
        assert known.get("x") is None


def test_an_agreement_that_ended_before_the_completion_is_found(
    climate: Offering, by_alvarez: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bitterroot.learning.domain.checking.agreement_ends", lambda program: date(2026, 9, 1)
    )
    found = codes(clean(climate, by_alvarez))
    late = [line for line in TrackingList.objects.get().lines.all() if "mou_expired" in line.errors]
    assert len(late) == len(found) == TrackingList.objects.get().lines.count()


def browser_of(who: Person) -> Client:
    client = Client()
    account = create_account(by=system("test"), person=who, username=str(who.pk), password=None)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_roster_on_the_screen(
    climate: Offering, alvarez: Person, stranger: Person, by_alvarez: Actor
) -> None:
    here = f"/work/lists/offerings/{climate.pk}/roster"
    mine = browser_of(alvarez)
    assert browser_of(stranger).get(here).status_code == 404
    assert here in mine.get(f"/work/lists/offerings/{climate.pk}").content.decode()
    assert "No roster yet" in mine.get(here).content.decode()
    said = {"given_name": "Ada", "family_name": "Crow", "email": "Ada@Home.example"}
    bad = mine.post(here + "/add", {**said, "email": "ada"})
    assert (bad.status_code, 'value="Crow"' in bad.content.decode()) == (409, True)
    assert mine.post(here + "/add", said).status_code == 302
    row = Enrollment.objects.get()
    assert (row.identity, str(row)) == ("ada@home.example", "Ada Crow")
    assert mine.post(here + "/file").status_code == 422
    assert mine.post(f"{here}/{row.pk}/withdraw").status_code == 302
    assert "Withdrawn" in mine.get(here).content.decode()
    elsewhere = offering_of({**CLIMATE, "title": "Other"}, alvarez)
    assert (
        mine.post(f"/work/lists/offerings/{elsewhere.pk}/roster/{row.pk}/withdraw").status_code
        == 404
    )


def test_the_extract_on_the_screen_is_the_registrar_s_alone(
    climate: Offering, by_alvarez: Actor, alvarez: Person, registrar: Person, officer: Person
) -> None:
    cells = learners(climate, by_alvarez)
    rosa = browser_of(registrar)
    assert "/queue/students" in rosa.get("/queue").content.decode()
    for other in (alvarez, officer):
        assert browser_of(other).get("/queue/students").status_code == 404
    assert rosa.post("/queue/students", {"file": File("x.csv", b"nothing")}).status_code == 422
    assert rosa.post("/queue/students", {"file": File("x.csv", sheet(cells))}).status_code == 302
    page = rosa.get("/queue/students").content.decode()
    assert f"{len(cells)} students are known." in page
    assert cells[0]["last_name"] not in page


def test_a_program_in_teach_out_takes_no_new_learners_by_its_roster(
    climate: Offering, alvarez: Person, by_alvarez: Actor
) -> None:
    cells = learners(climate, by_alvarez)
    upload_roster(by=by_alvarez, offering=climate, data=sheet(cells[:2]), filename="before.csv")
    climate.program.state, climate.program.enrolls_until = "teach_out", clock.today()
    climate.program.save()
    late = {"given_name": "Ada", "family_name": "Crow", "email": "ada@home.example"}
    with pytest.raises(NotPossible, match=r"no new learners since 18 Nov 2026 \(teach-out\)"):
        enroll_one(by=by_alvarez, offering=climate, **late)
    with pytest.raises(NotPossible, match="ask the program office"):
        upload_roster(by=by_alvarez, offering=climate, data=sheet(cells), filename="after.csv")
    assert Enrollment.objects.filter(offering=climate).count() == 2
    mine = browser_of(alvarez).get(f"/work/lists/offerings/{climate.pk}/roster").content.decode()
    assert "has taken no new learners since" in mine
    assert "Add one learner" not in mine
    upload_roster(by=by_alvarez, offering=climate, data=sheet(cells[:2]), filename="same.csv")
    office = person(someone("Dana Whitfield", "program_officer"))
    enroll_one(by=office, offering=climate, **late)  # who enrolled before, and was missing
    assert Enrollment.objects.filter(offering=climate).count() == 3
