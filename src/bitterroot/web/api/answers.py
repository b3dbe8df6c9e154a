"""How programs of other hosts are answered: JSON, errors with a code, no cookie, nothing in caches."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from bitterroot.web.limits import TooMany

LARGEST = 64 * 1024  # bytes of what a program sends
View = Callable[..., HttpResponse]


class Wrong(Exception):
    """What a program asked cannot be done: an error code of the standard, a sentence, a status."""

    def __init__(self, error: str, why: str, status: int = 400, **more: object) -> None:
        super().__init__(why)
        self.answer = {"error": error, "error_description": why, **more}
        self.status = status


def for_programs(*methods: str) -> Callable[[View], View]:
    """A view for programs, from any origin: it never looks at cookies, so no form can misuse it."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            answer = _answer(view, methods, request, *args, **kwargs)
            answer["Access-Control-Allow-Origin"] = "*"
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return wrapped

    return decorate


def _answer(
    view: View, methods: tuple[str, ...], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    if request.method == "OPTIONS":
        answer = HttpResponse(status=204)
        answer["Access-Control-Allow-Methods"] = ", ".join(methods)
        answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        answer["Access-Control-Max-Age"] = "600"
        return answer
    if request.method not in methods:
        answer = JsonResponse({"error": "invalid_request"}, status=405)
        answer["Allow"] = ", ".join(methods)
        return answer
    try:
        return view(request, *args, **kwargs)
    except Wrong as wrong:
        answer = JsonResponse(wrong.answer, status=wrong.status)
        if wrong.status == 401:
            basic = wrong.answer["error"] == "invalid_client"
            kind = "Basic realm" if basic else "Bearer error"
            answer["WWW-Authenticate"] = f'{kind}="{wrong.answer["error"]}"'
        return answer
    except TooMany as error:
        answer = JsonResponse(
            {"error": "slow_down", "error_description": "Asked too often."}, status=429
        )
        answer["Retry-After"] = str(max(1, error.seconds))
        return answer


def json_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; an empty body is an empty one. Raises Wrong."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise Wrong("invalid_request", "That is too large.", 413)
    body = request.body
    if not body:
        return {}
    try:
        found = orjson.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Wrong("invalid_request", "Send a JSON object.")
    return found


def fields_of(request: HttpRequest) -> dict[str, str]:
    """The form that was sent; no field twice. Raises Wrong."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        raise Wrong("invalid_request", "That is too large.", 413)
    if any(len(values) > 1 for values in dict(request.POST.lists()).values()):
        raise Wrong("invalid_request", "A field stands there twice.")
    return {name: str(value) for name, value in request.POST.items()}


def bearer_of(request: HttpRequest) -> str:
    """The token that a program shows. Raises Wrong."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Wrong("invalid_token", "Show the access token.", 401)
    return token.strip()


def public(content: dict[str, Any], *, seconds: int = 300) -> JsonResponse:
    """What everyone may read and keep for a while."""
    answer = JsonResponse(content)
    answer["Cache-Control"] = f"public, max-age={seconds}"
    return answer
