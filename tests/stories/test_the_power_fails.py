"""The worker beside a running server is killed while it issues, and a new one finishes: step 9."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .harness import COMMAND, Demo, Stage, environment, faults_of, say, serving, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DENTAL = "Dental Assisting Radiography Refresher"
LEARNERS = 3000
PRINTED = f"{LEARNERS:,}"  # as the screens write it
COLUMNS = "Last name,First name,Email,City,Hours,Assessment result,Completion date,Paid,Consent on file,Opt out of badge"


def learners(file: Path) -> Path:
    """A list of people whom the university has not met."""
    lines = [COLUMNS]
    for n in range(LEARNERS):
        lines.append(
            f"Of{n},Learner{n},learner{n}@mail.example.org,Missoula,12,Pass,2026-11-13,Y,Y,N"
        )
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@contextmanager
def worker(demo: Demo) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of its own beside the web server."""
    process = subprocess.Popen([*COMMAND, "worker"], env=environment(demo.home))
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def issued(demo: Demo) -> int:
    """How many badges of the list are signed and kept."""
    return int(
        demo.rows(
            "select count(*) from issuing_awarddocument d join issuing_award a on a.id = d.award_id"
            " where a.valid_from > '2026-11-18'"
        )[0][0]
    )


def test_a_worker_is_killed_in_mid_issue_and_the_next_one_finishes(
    prepared: Path, browser: Browser, tmp_path: Path
) -> None:
    with serving(prepared, tmp_path / "home") as demo:
        stage = Stage(browser, demo)
        page = ask_to_issue(stage, learners(tmp_path / "list.csv"))
        with worker(demo) as first:
            wait_until(lambda: issued(demo) > 0, 60)
            os.kill(first.pid, signal.SIGKILL)
            assert first.wait(10) == -signal.SIGKILL
        done = issued(demo)
        assert 0 < done < LEARNERS
        time.sleep(1)
        assert issued(demo) == done  # nobody works on it now
        page.reload()
        assert f"{done} of {LEARNERS}" in say(page)
        assert faults_of(page) == []
        with worker(demo):
            wait_until(lambda: issued(demo) == LEARNERS, 120)
            wait_until(lambda: mails(demo) == LEARNERS, 120)
        page.reload()
        page.get_by_role("link", name="Receipt").click()
        assert DENTAL in say(page)
        assert PRINTED in say(page)
        nothing_double_or_lost(demo)
        stage.close()


def ask_to_issue(stage: Stage, file: Path) -> Page:
    """Ruth sends the list, Samir checks it and asks for its badges; gives his page."""
    ruth = stage.as_person("ruth")
    ruth.goto("/work/lists")
    row = ruth.get_by_role("row").filter(has_text=DENTAL).filter(has_text="Evening")
    row.get_by_role("link", name=DENTAL).first.click()
    ruth.get_by_label("Your list").set_input_files(file)
    ruth.get_by_role("button", name="Upload and check").click()
    ruth.get_by_label("I attest that every learner on this list").check()
    ruth.get_by_role("button", name=f"Submit {PRINTED} learners").click()
    expect(ruth.get_by_text("now with the program office").first).to_be_visible()
    samir = stage.as_person("samir")
    samir.goto("/queue")
    samir.get_by_role("row").filter(has_text=PRINTED).get_by_role("link").first.click()
    samir.get_by_role("button", name="Every row is checked").click()
    samir.get_by_text(f"Issue {PRINTED} badges").click()
    samir.get_by_role("button", name="Yes, issue them").click()
    return samir


def mails(demo: Demo) -> int:
    """How many learners of the list were told."""
    return int(
        demo.rows(
            "select count(*) from mail_mail where template = 'award_issued' and state = 'sent'"
            " and to_address like ?",
            "learner%@mail.example.org",
        )[0][0]
    )


def nothing_double_or_lost(demo: Demo) -> None:
    """One badge, one place in a status list, one event and one mail for each learner."""
    assert demo.rows(
        "select count(*), count(distinct line_id), count(distinct public_id)"
        " from issuing_award where valid_from > '2026-11-18'"
    ) == [(LEARNERS, LEARNERS, LEARNERS)]
    assert demo.rows(
        "select count(*) from (select status_list_id, status_index from issuing_award"
        " group by status_list_id, status_index having count(*) > 1) as twice"
    ) == [(0,)]
    assert demo.rows(
        "select count(*) from (select to_address from mail_mail where template = 'award_issued'"
        " and to_address like ? group by to_address having count(*) > 1) as twice",
        "learner%@mail.example.org",
    ) == [(0,)]
    assert demo.rows(
        "select count(*) from record_event where verb = 'award issued' and at > '2026-11-18'"
    ) == [(LEARNERS,)]
    assert demo.audit()["broken"] == []
