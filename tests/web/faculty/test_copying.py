"""The page on which Dana copies her own proposal."""

from collections.abc import Callable
from types import SimpleNamespace

from django.test import Client

from bitterroot.proposals.models import Proposal
from web.road_people import _now, as_, proposal, uni  # noqa: F401


def test_a_copy_is_begun(
    uni: SimpleNamespace,  # noqa: F811
    proposal: Proposal,  # noqa: F811
    as_: Callable[[str], Client],  # noqa: F811
) -> None:
    dana, page = as_("dana"), f"/work/proposals/{proposal.pk}/copy"
    assert page in dana.get(f"/work/proposals/{proposal.pk}").content.decode()
    assert "syllabus.pdf" in dana.get(page).content.decode()
    assert dana.post(page, {"title": ""}).status_code == 409
    key = str(proposal.attachments.get().pk)
    answer = dana.post(page, {"title": "GIS for Counties", "file": [key, "x"]})
    row = Proposal.objects.get(title="GIS for Counties")
    assert answer["Location"] == f"/work/proposals/{row.pk}/edit/identity"
    assert row.attachments.count() == 1
    shown = dana.get(f"/work/proposals/{row.pk}").content.decode()
    assert "begun as a copy of" in shown
    assert as_("olive").get(page).status_code == 403
    assert as_("stranger").get(page).status_code == 404
