"""What people do about their own account and record: a password, addresses, questions, a problem."""

import pytest
from playwright.sync_api import expect

from .harness import Stage, faults_of, one, say

pytestmark = pytest.mark.browser

NEW = "another river runs through it"
ASKED = "Which grade did you count for the second part?"
ANSWER = "An A-, entered on 30 October."
WRONG = "The badge says ten hours, the course had twelve."
MENDED = "The page says twelve hours now."


def test_1_peter_forgot_his_password(stage: Stage) -> None:
    stage.demo.run_python(
        "from bitterroot.people.models import Account\n"
        "peter = Account.objects.get(username='peter')\n"
        "peter.set_password('a river that he forgot')\n"
        "peter.save()"
    )
    page = stage.stranger()
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    assert faults_of(page) == []
    page.get_by_label("NetID or e-mail address").fill("peter")
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    assert faults_of(page) == []
    link = one(stage.demo.mail("A new password", "Peter Lindqvist"), r"https?://[^/\s]+(/open/\S+)")
    page.goto(link)
    assert "Peter Lindqvist, who will sign in as peter" in say(page)
    assert faults_of(page) == []
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_label("The same password again").fill("something else that is long")
    page.get_by_role("button", name="Sign in with it").click()
    expect(page.get_by_text("Type the same password in both fields.").first).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_label("The same password again").fill(NEW)
    page.get_by_role("button", name="Sign in with it").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()

    other = stage.stranger()
    answer = other.goto(link)
    assert answer is not None
    assert answer.status == 404
    expect(other.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    assert faults_of(other) == []
    other.get_by_role("link", name="Sign in").last.click()
    other.get_by_label("NetID or e-mail address").fill("peter")
    other.get_by_label("Password").fill(NEW)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="My work")).to_be_visible()
    assert "chosen for your account" in stage.demo.mail("password was changed", "Peter Lindqvist")


def test_2_a_name_that_nobody_has_gets_the_same_answer(stage: Stage) -> None:
    page = stage.stranger()
    page.goto("/sign-in/forgotten")
    page.get_by_label("NetID or e-mail address").fill("nobody.at.all")
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    assert stage.demo.rows("select count(*) from mail_mail where body like '%nobody.at.all%'") == [
        (0,)
    ]


def test_3_jose_sees_what_is_held_about_him_and_asks(stage: Stage) -> None:
    page = stage.as_person("jose")
    page.get_by_role("link", name="Privacy and my record").click()
    assert faults_of(page) == []
    page.get_by_role("link", name="See what is held about you.").click()
    expect(page.get_by_role("heading", name="What is held about José Núñez")).to_be_visible()
    assert "Teaching Online with Care" in say(page)
    assert faults_of(page) == []
    page.get_by_role("link", name="Ask about it.").click()
    page.get_by_label("See what is held about me").check()
    page.get_by_label("In your words").fill(ASKED)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your request is with the university.")).to_be_visible()
    expect(page.get_by_role("heading", name="What you asked")).to_be_visible()
    assert faults_of(page) == []


def test_4_the_queue_answers_and_jose_reads_it(stage: Stage) -> None:
    [(queue,)] = stage.demo.rows("select queue from issuing_recordrequest")
    page = stage.as_person("joan" if queue == "credit" else "samir")
    page.goto("/queue")
    page.get_by_role("link", name="José Núñez: see what is held about me").click()
    assert ASKED in say(page)
    assert faults_of(page) == []
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Answered. José Núñez is told.")).to_be_visible()
    assert faults_of(page) == []
    assert ANSWER in stage.demo.mail("An answer about your record", "José Núñez")
    mine = stage.as_person("jose")
    mine.goto("/my/privacy")
    assert ANSWER in say(mine)
    assert faults_of(mine) == []


def test_5_jose_looks_after_his_addresses(stage: Stage) -> None:
    page = stage.as_person("jose")
    page.get_by_role("link", name="My addresses").click()
    page.get_by_label("Another address of yours").fill("jose.nunez@home.example.org")
    page.get_by_label("Write to me there from now on").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("We wrote to jose.nunez@home.example.org.")).to_be_visible()
    assert faults_of(page) == []
    letter = stage.demo.mail("Is this your address?", "José Núñez")
    page.goto(one(letter, r"https?://[^/\s]+(/\S+)"))
    page.get_by_role("button", name="Yes, it is mine").click()
    page.goto("/my/addresses")
    expect(page.get_by_role("listitem").filter(has_text="home.example.org")).to_contain_text(
        "main address"
    )
    old = page.get_by_role("listitem").filter(has_text="Write to me here")
    old.get_by_role("button", name="Remove").first.click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    assert faults_of(page) == []


def test_6_he_reports_a_problem_and_it_is_answered(stage: Stage) -> None:
    path = str(stage.demo.awards["public"]["path"])
    page = stage.as_person("jose")
    page.goto(path)
    page.get_by_role("link", name="Report a problem.").click()
    assert faults_of(page) == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("In your words")).to_be_visible()
    page.get_by_label("Something on it is not true").check()
    page.get_by_label("In your words").fill(WRONG)
    page.get_by_label("Your e-mail address").fill("jose.nunez@home.example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you. Someone at the university looks at it.")).to_be_visible()
    assert faults_of(page) == []

    officer = stage.as_person("samir")
    officer.goto("/queue")
    officer.get_by_role(
        "link", name="José Núñez, Teaching Online with Care: something on it is not true"
    ).click()
    assert WRONG in say(officer)
    assert faults_of(officer) == []
    officer.get_by_label("Your answer").fill(MENDED)
    officer.get_by_label("To the badge's holder").fill("A reader found a mistake. It is mended.")
    officer.get_by_role("button", name="It is taken care of").click()
    expect(officer.get_by_text("Answered.")).to_be_visible()
    assert faults_of(officer) == []
    assert MENDED in stage.demo.mail("What came of the problem")
    assert "It is mended." in stage.demo.mail("", "José Núñez")
    assert stage.demo.audit()["broken"] == []
