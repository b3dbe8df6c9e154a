"""The landing page, the catalog and a program's page."""

import json
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from bitterroot.governance.queries import approval_chain
from bitterroot.programs import queries as programs
from bitterroot.programs.domain.program import image_bytes
from bitterroot.programs.enums import GATE_OPEN, REMEMBERED, Kind, Track
from bitterroot.programs.models import BadgeTemplate, Program
from bitterroot.programs.queries.versions import holds_on
from bitterroot.proposals.queries import visible_to
from bitterroot.record import clock
from bitterroot.web.public import finding
from bitterroot.web.public.listing import Listing, labels, listing_of
from bitterroot.web.stored import prefers_json
from bitterroot.web.ui.context import institution

LENGTHS = {"short": "Up to 20 hours", "middle": "21 to 60 hours", "long": "More than 60 hours"}
A_PAGE = 30  # cards
PRICES = {"free": "Free", "tuition": "Tuition", "paid": "A price of its own"}


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, where to search, how to check a badge."""
    found = finding.current().entries
    context = {"listings": finding.shown([each.pk for each in found[:3]]), "count": len(found)}
    return render(request, "public/landing.html", context)


@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """Search and filters; both stand in the address, so that a found page can be sent on."""
    everything = finding.current()
    found = everything.fitting(request.GET)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "listings": finding.shown([entry.pk for entry in page.object_list]),
        "page": page,
        "count": len(everything.entries),
        "asked": request.GET,
        "filtered": any(request.GET.get(key) for key in finding.FILTERS),
        "filters": _choices(everything),
    }
    return render(request, "public/catalog.html", context)


def _choices(found: finding.Catalog) -> list[dict[str, Any]]:
    named = [(name, name) for name in found.products]
    skills = [(skill, skill) for skill in found.skills]
    return [
        {"name": "track", "label": "Product", "choices": named},
        {"name": "kind", "label": "Credit", "choices": list(Kind.choices)},
        {"name": "format", "label": "Format", "choices": list(labels("modality").items())},
        {"name": "length", "label": "Length", "choices": list(LENGTHS.items())},
        {"name": "price", "label": "Cost", "choices": list(PRICES.items())},
        {"name": "skill", "label": "Skill", "choices": skills},
        {"name": "unit", "label": "Offered by", "choices": found.units},
    ]


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """A program's public page. Before the gate opens: 404, but its own people see what is missing."""
    found = programs.by_slug(slug)
    if found is None:
        return _not_yet(request, slug)
    listing = listing_of(found)
    context = {
        "listing": listing,
        "chain": approval_chain(listing.version.decision),
        "structured": _structured(listing),
        "address": f"{settings.ORIGIN}{listing.address}",
    }
    return render(request, "public/program.html", context)


def _not_yet(request: HttpRequest, slug: str) -> HttpResponse:
    program = Program.objects.filter(slug=slug).first()
    user = request.user
    if program is None or not user.is_authenticated:
        raise Http404
    on_it = visible_to(user.person).filter(program=program).exists()
    if not (on_it or programs.is_own(program, user.person)):
        raise Http404
    context = {"program": program, "missing": programs.why_not_listed(program)}
    return render(request, "public/program_not_yet.html", context, status=404)


_CATEGORIES = {
    Track.MICRO.label: "micro-credential",
    Track.NONCREDIT.label: "certificate of completion",
}


def _structured(listing: Listing) -> SafeString:
    """The program for search engines (schema.org), safe inside a script element."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "name": listing.title,
        "description": listing.description,
        "url": f"{settings.ORIGIN}{listing.address}",
        "image": f"{settings.ORIGIN}{listing.address}/badge.png",
        "credentialCategory": _CATEGORIES.get(listing.track, "badge"),
        "competencyRequired": [{"@type": "DefinedTerm", "name": skill} for skill in listing.skills],
        "recognizedBy": {
            "@type": "CollegeOrUniversity",
            "name": institution().name,
            "url": institution().address_of_web_site,
        },
    }
    if listing.levels:
        data["educationalLevel"] = listing.levels
    if listing.template and listing.template.valid_months:
        data["validFor"] = f"P{listing.template.valid_months}M"
    if listing.price_number is not None:
        data["offers"] = {
            "@type": "Offer",
            "price": f"{listing.price_number:.2f}",
            "priceCurrency": "USD",
        }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return mark_safe(text.replace("&", "\\u0026"))  # noqa: S308  (no < and no & is left)


@require_safe
def badge(request: HttpRequest, slug: str, n: int) -> HttpResponse:
    """The id of a badge template: its definition for programs, the program's page for people."""
    template = template_of(slug, n)
    if not prefers_json(request.headers.get("Accept", "")):
        return redirect(f"/programs/{slug}", permanent=False)
    answer = JsonResponse(template.achievement)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Vary"] = "Accept"
    return answer


@require_safe
def badge_image(request: HttpRequest, slug: str, ending: str, n: int = 0) -> HttpResponse:
    """The badge's picture (the newest, or of template `n`), without any learner's credential."""
    data = image_bytes(template_of(slug, n), ending)
    answer = HttpResponse(data, content_type="image/svg+xml" if ending == "svg" else "image/png")
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def template_of(slug: str, n: int) -> BadgeTemplate:
    """Template `n` of a program that is public, or its newest. Raises Http404."""
    found = BadgeTemplate.objects.filter(
        program_version__program__slug=slug,
        program_version__program__state__in=(*GATE_OPEN, *REMEMBERED),
    ).select_related("image_svg", "image_png")
    if not n:
        found = found.filter(holds_on(clock.today(), of="program_version__"))
    template = (found.filter(n=n) if n else found).order_by("-n").first()
    if template is None:
        raise Http404
    return template
