"""What every page needs: the institution, the person, whether this is the demo."""

from typing import Any

from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, Any]:
    return {}
