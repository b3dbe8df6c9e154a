"""What no browser sends is answered, never stumbled over."""

import io

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import MULTIPART_CONTENT

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808"])
def test_a_status_list_of_an_impossible_number_does_not_exist(number: str) -> None:
    assert Client().get(f"/status/{number}").status_code == 404


@pytest.mark.parametrize(
    "text", ["https://[", "https://[::1/credentials/x", "https://exa℀mple.org/"]
)
def test_what_only_begins_like_an_address_is_no_fault_of_ours(text: str) -> None:
    assert Client().get("/verify", {"address": text}).status_code == 200
    assert Client().post("/verify", {"text": text}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/verify?address=/credentials/%00", "/catalog?q=%00", "/claim/%00"]
)
def test_a_zero_character_is_refused_before_a_database_is_asked(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 400
    assert "This request was not understood" in answer.content.decode()


def test_a_form_with_a_zero_character_is_refused() -> None:
    assert Client().post("/sign-in", {"username": "a", "next": "x\x00"}).status_code == 400
    assert Client().post("/sign-in", {"user\x00": "a"}).status_code == 400


def test_more_than_the_largest_file_is_not_even_read() -> None:
    body = io.BytesIO(b"x" * 1000)
    answer = Client().generic(
        "POST",
        "/verify",
        b"",
        content_type=MULTIPART_CONTENT,
        **{"CONTENT_LENGTH": str(settings.REQUEST_LIMIT + 1), "wsgi.input": body},
    )
    assert answer.status_code == 413
    assert "larger than is accepted" in answer.content.decode()
    assert body.tell() == 0
