"""A kept file as it leaves the house: always a download, never shown by the browser."""

from django.http import HttpResponse

from bitterroot.files.domain import read
from bitterroot.files.models import StoredFile


def download(stored: StoredFile, name: str) -> HttpResponse:
    """The bytes under `name`, of which quotes and what is not ASCII are replaced."""
    answer = HttpResponse(read(stored), content_type="application/octet-stream")
    plain = name.replace('"', "").replace("\\", "").encode("ascii", "replace").decode()
    answer["Content-Disposition"] = f'attachment; filename="{plain}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
