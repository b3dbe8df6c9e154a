"""The operator pipes what came back into `bitterroot mail bounces -`."""

import json

import pytest
from click.testing import CliRunner

from bitterroot.cli import mail as command
from bitterroot.people.domain.person import add_address, create_person
from bitterroot.people.enums import AddressKind
from bitterroot.people.models import Address
from proposals.conftest import SET_UP


@pytest.mark.django_db
def test_a_list_from_standard_input_is_believed_only_when_it_is_the_operators_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "need_prepared", lambda: None)
    zoe = create_person(by=SET_UP, display_name="Zoë Whitebear")
    add_address(by=SET_UP, person=zoe, address="zoe@home.example", kind=AddressKind.PERSONAL)

    def run(*more: str, data: str = "zoe@home.example,550\n") -> tuple[int, str]:
        done = CliRunner().invoke(command.command, ["bounces", *more, "-"], input=data)
        return done.exit_code, done.output

    status, said = run("--json")
    assert (status, json.loads(said)["unknown"]) == (0, 1)
    assert not Address.objects.exclude(bounced_at=None).exists()
    assert run("--list") == (
        0,
        "Mails that came back: 0, tried elsewhere: 0. Addresses marked: 1, not known here: 0.\n",
    )
    assert Address.objects.exclude(bounced_at=None).count() == 1
    status, said = run(data="nothing")
    assert (status, "neither a delivery report nor a list" in said) == (2, True)
