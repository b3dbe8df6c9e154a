"""The screens of offerings and tracking lists, as their people use them."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lists_kit import LISTS
from offering_kit import CLIMATE, RURAL, offering_of, program

from bitterroot.learning.domain.tracking_list import submit_list
from bitterroot.learning.models import Offering, TrackingList
from bitterroot.people.actor import Actor
from bitterroot.people.models import Account, Person


def signed_in(who: Person) -> Client:
    """A browser in which this person is signed in."""
    account, _ = Account.objects.get_or_create(
        person=who, defaults={"username": f"{str(who.pk)[:8]}@example.org"}
    )
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client: Client, offering: Offering, name: str, data: bytes | None = None) -> Any:
    content = (LISTS / name).read_bytes() if data is None else data
    return client.post(
        reverse("faculty:upload_list", args=[offering.pk]),
        {"file": SimpleUploadedFile(name, content)},
        follow=True,
    )


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def browser(alvarez: Person) -> Client:
    return signed_in(alvarez)


def test_a_faulty_list_is_uploaded_mended_and_submitted(browser: Client, climate: Offering) -> None:
    page = upload(browser, climate, "credit-faulty.xlsx")
    made = TrackingList.objects.get()
    assert page.redirect_chain[-1][0] == reverse("faculty:list", args=[made.pk])
    said = text_of(page)
    assert "Mend 11 rows first" in said
    assert "Grade is too low. It is below the minimum that the program asks for." in said
    assert "Row 30 of the file is no learner: “Total · 118”." in said

    for number, cells in {
        2: {"cell-student_id": "790000001"},
        3: {"cell-email": "zoe@umconnect.example.edu"},
        6: {"cell-grade": "C-"},
        7: {"cell-requirements_met": "Y"},
        8: {"cell-completed_on": "2026-11-13"},
        9: {"cell-completed_on": "13 Nov 2026"},
        10: {"cell-consent": "Y"},
        12: {"cell-email": "ruth@umconnect.example.edu"},
        16: {"cell-evidence_url": ""},
        17: {"cell-last_name": "Kipp"},
    }.items():
        address = reverse("faculty:mend_line", args=[made.pk, number])
        browser.post(address, {**cells, "show": "errors"})
    browser.post(reverse("faculty:remove_line", args=[made.pk, 5]))
    page = browser.get(reverse("faculty:list", args=[made.pk]))
    assert "Acknowledge 3 rows first" in text_of(page)

    browser.post(reverse("faculty:acknowledge_lines", args=[made.pk]), {"row": ["11"]})
    browser.post(reverse("faculty:acknowledge_lines", args=[made.pk]), {"all": "1"})
    page = browser.get(reverse("faculty:list", args=[made.pk]))
    assert "All 19 learners go to the registrar. 1 opted out and gets no badge." in text_of(page)

    address = reverse("faculty:submit_list", args=[made.pk])
    refused = browser.post(
        address, {"verified_on": "2026-11-16", "note": "Two of them moved away."}
    )
    assert refused.status_code == 409
    assert "Attest that every learner has met all requirements." in text_of(refused)
    assert "Two of them moved away." in refused.content.decode()
    done = browser.post(address, {"verified_on": "2026-11-16", "attest": "on"}, follow=True)
    assert "The list was submitted: it is now with the registrar." in text_of(done)
    [request] = made.requests.all()
    assert (request.total, request.state) == (18, "with_registrar")


def test_a_row_is_mended_in_place_with_the_row_that_it_frees(
    browser: Client, climate: Offering
) -> None:
    upload(browser, climate, "credit-faulty.xlsx")
    made = TrackingList.objects.get()
    answer = browser.post(
        reverse("faculty:mend_line", args=[made.pk, 4]),
        {
            "cell-student_id": "790000009",
            "cell-email": "b@umconnect.example.edu",
            "cell-second_email": "",
        },
        headers={"HX-Request": "true"},
    )
    found = answer.content.decode()
    assert re.findall(r'<tbody id="(row-\d+)"', found) == ["row-4", "row-5"]
    assert 'id="row-5" class="line line-good" hx-swap-oob="true"' in found
    assert "Mend 10 rows first" in text_of(answer)


def test_what_is_no_list_is_explained_and_nothing_is_kept(
    browser: Client, climate: Offering
) -> None:
    page = upload(browser, climate, "list.xlsx", b"%PDF-1.7")
    assert page.status_code == 422
    assert "This is a PDF, not a list." in text_of(page)
    assert "Nothing was kept." in text_of(page)
    assert "The file is empty." in text_of(upload(browser, climate, "list.csv", b""))
    large = upload(browser, climate, "list.csv", b"x" * 11_000_000)
    assert "The file is too large: 11.0 MB where at most 10 MB are read." in text_of(large)
    assert upload(browser, climate, "list.csv", b"x" * 50_000_000).status_code == 413
    assert not TrackingList.objects.exists()


def test_the_registrar_reads_the_list_and_is_sent_nowhere_closed(
    browser: Client, climate: Offering, by_alvarez: Actor, registrar: Person
) -> None:
    upload(browser, climate, "credit-clean.xlsx")
    made = TrackingList.objects.get()
    submit_list(by=by_alvarez, tracking_list=made, attest=True)
    address = reverse("faculty:list", args=[made.pk])
    offering = reverse("faculty:offering", args=[climate.pk])
    assert offering in browser.get(address).content.decode()
    read = signed_in(registrar).get(address)
    assert (read.status_code, offering in read.content.decode()) == (200, False)


def test_a_script_in_a_name_is_shown_as_text(browser: Client, climate: Offering) -> None:
    text = (
        "Student ID,Last name,First name,E-mail,Grade,All requirements met,Completion date,Consent\n"
        "790123456,<script>alert(1)</script>,Nora,n@umconnect.example.edu,A,Y,2026-11-13,Y\n"
    )
    page = upload(browser, climate, "list.csv", text.encode())
    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in page.content


def test_a_hybrid_list_says_where_its_learners_go(browser: Client, alvarez: Person) -> None:
    page = upload(browser, offering_of(RURAL, alvarez), "hybrid.xlsx")
    assert (
        "The 20 learners for credit go to the registrar, the 10 others to the program office, "
        "as two requests." in text_of(page)
    )


def test_strangers_see_nothing(climate: Offering, browser: Client, stranger: Person) -> None:
    upload(browser, climate, "credit-clean.xlsx")
    made = TrackingList.objects.get()
    other = signed_in(stranger)
    for name, args in (
        ("list", [made.pk]),
        ("offering", [climate.pk]),
        ("list_template", [climate.pk]),
        ("export_list", [made.pk, "csv"]),
        ("new_offering", [climate.program.slug]),
    ):
        assert other.get(reverse(f"faculty:{name}", args=args)).status_code == 404, name
    for name, args in (
        ("mend_line", [made.pk, 1]),
        ("remove_line", [made.pk, 1]),
        ("acknowledge_lines", [made.pk]),
        ("submit_list", [made.pk]),
        ("discard_list", [made.pk]),
        ("upload_list", [climate.pk]),
    ):
        assert other.post(reverse(f"faculty:{name}", args=args)).status_code == 404, name
        assert Client().post(reverse(f"faculty:{name}", args=args)).status_code == 302, name
    assert made.lines.count() == 24


def test_an_offering_is_planned_on_its_screen(browser: Client, alvarez: Person) -> None:
    signed_in(alvarez)
    approved = program(CLIMATE, alvarez, state="pilot_approved")
    address = reverse("faculty:new_offering", args=[approved.slug])
    page = browser.get(address)
    assert "It starts the pilot's clock" in page.content.decode().replace("&#x27;", "'")
    answer = browser.post(
        address, {"term": "fall-2026", "instructors": [str(alvarez.pk)]}, follow=True
    )
    made = Offering.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("faculty:offering", args=[made.pk])
    assert "Climate Communication for Resource Professionals" in text_of(
        browser.get(reverse("faculty:offerings"))
    )


def test_instructors_are_found_among_thousands_by_a_search_without_losing_what_was_typed(
    browser: Client, alvarez: Person, stranger: Person
) -> None:
    signed_in(alvarez)
    signed_in(stranger)
    Person.objects.filter(pk=stranger.pk).update(netid="felix")
    approved = program(CLIMATE, alvarez, state="pilot_approved")
    address = reverse("faculty:new_offering", args=[approved.slug])
    typed = {"term": "fall-2026", "session": "Section 2", "instructors": [str(alvarez.pk)]}
    nobody = browser.post(address, {**typed, "act": "find", "who": "Nobody"})
    assert "Nobody who can sign in here was found" in nobody.content.decode()
    # Also where the other button was pressed; nothing is planned before the name is settled.
    found = browser.post(address, {**typed, "who": " FELIX "})
    page = found.content.decode()
    assert (found.status_code, Offering.objects.count()) == (200, 0)
    assert "They are ticked above" in page
    assert page.count(" checked") == 2
    assert 'value="Section 2"' in page
    both = [str(alvarez.pk), str(stranger.pk)]
    browser.post(address, {**typed, "instructors": both})
    made = Offering.objects.get()
    assert (made.session, made.instructors.count()) == ("Section 2", 2)


def test_the_template_and_the_exports_are_downloaded(browser: Client, climate: Offering) -> None:
    template = browser.get(reverse("faculty:list_template", args=[climate.pk]))
    assert template.content.startswith(b"PK")
    assert 'filename="tracking-list-climate-' in template["Content-Disposition"]
    upload(browser, climate, "credit-faulty.xlsx")
    made = TrackingList.objects.get()
    answer = browser.get(reverse("faculty:export_list", args=[made.pk, "csv"]))
    csv = answer.getvalue()
    assert answer.streaming
    assert (
        f'filename="tracking-list-{str(made.pk)[:8]}-checked.csv"' in answer["Content-Disposition"]
    )
    assert len(csv.decode().splitlines()) == made.lines.count() + 1
    assert browser.get(f"/work/lists/{'-' * 36}/checked.csv").status_code == 404
    assert browser.get(f"/work/lists/{made.pk}/checked.exe").status_code == 404
    assert csv.decode("utf-8-sig").startswith("Row,Verdict,What is wrong,What to do,Student ID")
    assert "\"'=HYPERLINK(" in csv.decode("utf-8-sig")
    book = browser.get(reverse("faculty:export_list", args=[made.pk, "xlsx"])).content
    assert book.startswith(b"PK")


def test_a_page_of_a_long_list_asks_few_questions(
    browser: Client, climate: Offering, django_assert_max_num_queries: Any
) -> None:
    head = "Student ID,Last name,First name,E-mail,Grade,All requirements met,Completion date,Consent\n"
    rows = "".join(
        f"{790000000 + n},Kipp,Ava,ava{n}@umconnect.example.edu,A,Y,2026-11-13,N\n"
        for n in range(300)
    )
    with django_assert_max_num_queries(60):
        upload(browser, climate, "list.csv", (head + rows).encode())
    made = TrackingList.objects.get()
    with django_assert_max_num_queries(15):
        page = browser.get(reverse("faculty:list", args=[made.pk]))
    assert page.content.count(b'<tbody id="row-') == 50


def test_who_completed_before_the_approval_is_told_from_which_day_it_counts(
    browser: Client, climate: Offering
) -> None:
    decision = climate.program_version.decision
    type(decision).objects.filter(pk=decision.pk).update(decided_on=date(2026, 11, 14))
    page = text_of(browser.get(reverse("faculty:offering", args=[climate.pk])))
    assert (
        "The program was approved on 14 Nov 2026: what was completed before that day gets no badge."
    ) in page
    row = (
        "Student ID,Last name,First name,E-mail,Grade,All requirements met,Completion date,Consent\n"
        "790123456,Kipp,Nora,n@umconnect.example.edu,A,Y,2026-11-13,Y\n"
    )
    answer = upload(browser, climate, "early.csv", row.encode())
    said = text_of(answer)
    assert "Days from 14 Nov 2026, when the program was approved, to 18 Dec 2026 count." in said
    assert "remove the row of who completed it before its approval" in said
    faulty = answer.content.decode().partition("<details>")[0]
    assert "Save row 1</button>" in faulty
    assert "Remove row 1</button>" in faulty
