"""What people see when something is missing or refused."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_an_address_without_anything_says_so_in_the_university_s_frame() -> None:
    answer = Client().get("/nothing-here")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "<h1>Nothing found here</h1>" in page
    assert "University of Montana" in page
    assert 'href="#main"' in page


def test_no_page_has_styles_or_scripts_in_its_text() -> None:
    page = Client().get("/nothing-here").content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")
