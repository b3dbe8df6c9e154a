"""The files of an archive: everything that anyone may see, so that it verifies without Bitterroot.

`site/` is to be served at the origin by any web server. `private/` holds the badges that their
learners do not show, and the copies that name their wallets: never to be served, but to be handed
to them, and to be restored from.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.template.loader import render_to_string

from bitterroot.governance import policies
from bitterroot.governance.queries import approval_chain
from bitterroot.issuing.domain import archive, keys, status
from bitterroot.issuing.enums import CopyForm
from bitterroot.issuing.interfaces.baked import baked
from bitterroot.issuing.interfaces.certificate import certificate
from bitterroot.issuing.interfaces.own_resolver import endorsers
from bitterroot.issuing.models import Award, BodyEndorsement, BoundCopy, KeptFile, StatusList
from bitterroot.issuing.queries import address_of
from bitterroot.issuing.queries.succession import newest
from bitterroot.issuing.rules import is_visible_to
from bitterroot.openbadges import approval
from bitterroot.programs.domain.program import image_bytes
from bitterroot.programs.models import BadgeTemplate
from bitterroot.web.public.awards import standing

ASSETS = ("archive.css", "check.js")
#: Of an approval, what stands in every badge too.
TOLD = (
    "body", "outcome", "decided_on", "document", "bodies", "signatures", "snapshot_sha256",
)  # fmt: skip
File = tuple[str, bytes]


def files(*, certificates: bool = True) -> Iterator[File]:
    """Each file of the archive but its manifest: its path in it, and its bytes."""
    yield "keys.json", archive.key_history()
    yield "site/.well-known/did.json", orjson.dumps(keys.did_document())
    for name in endorsers():
        yield (
            f"site/endorsers/{name}/did.json",
            orjson.dumps(keys.did_document(keys.body_did(name))),
        )
    for row in StatusList.objects.order_by("n"):
        yield f"site/status/{row.n}", status.lasting_document(row)
    kept = KeptFile.objects.order_by("path").values_list("path", "body")
    seen = set()
    for path, body in kept.iterator(chunk_size=100):
        seen.add(path)
        if not path.startswith("site/endorsers/"):  # made from the keys' history, above
            yield path, bytes(body)
    for path, data in _made(certificates):
        if path not in seen:
            yield path, data


def _made(certificates: bool) -> Iterator[File]:
    """What follows from our own rows, and the pages around it."""
    yield "README.md", _text("public/archive/README.md", host=_host())
    assets = Path(__file__).parent / "archive_assets"
    for name in ASSETS:
        yield f"site/assets/{name}", (assets / name).read_bytes()
    yield "site/index.html", _page("home")
    yield "site/verify/index.html", _page("verify")
    # A server that lists folders must not list these.
    yield "site/credentials/index.html", _page("nothing")
    yield "site/status/index.html", _page("nothing")
    for said in BodyEndorsement.objects.order_by("pk"):
        yield f"site/endorsements/{said.pk}", bytes(said.body)
    templates = BadgeTemplate.objects.select_related(
        "program_version__program", "program_version__decision__case", "image_png", "image_svg"
    )
    for template in templates.order_by("program_version__program__slug", "n", "pk"):
        yield from _program(template)
    awards = Award.objects.select_related(
        "learner",
        "document",
        "template__program_version__program",
        "template__program_version__decision__case",
    ).order_by("public_id")
    for award in awards.iterator(chunk_size=100):
        yield from _award(award, certificates)
    copies = BoundCopy.objects.filter(key__in=keys.usable()).select_related("award")
    for copy in copies.order_by("award__public_id", "signed_at", "pk").iterator(chunk_size=100):
        ending = "jwt" if copy.form == CopyForm.TOKEN else "json"
        yield f"{archive.COPIES}{copy.award.public_id}/{copy.pk}.{ending}", bytes(copy.body)


def _program(template: BadgeTemplate) -> Iterator[File]:
    """The badge's page and pictures, and the approval behind it, where its documents point."""
    version = template.program_version
    chain = approval_chain(version.decision)
    base = f"site/programs/{version.program.slug}"
    words = {"template": template, "program": version.program, "version": version, "chain": chain}
    yield f"{base}/index.html", _page("program", **words)
    yield f"{base}/badge/{template.n}/index.html", _page("program", **words)
    said = {
        "program": version.program.title,
        "program_version": version.n,
        "template_version": template.n,
        **{name: chain[name] for name in TOLD},
    }
    yield f"{base}/badge/{template.n}/approval.json", orjson.dumps(said, default=str)
    for kind in ("png", "svg"):
        yield f"{base}/badge/{template.n}.{kind}", image_bytes(template, kind)


def _award(award: Award, certificates: bool) -> Iterator[File]:
    body = bytes(award.document.body)
    name = award.public_id
    if not is_visible_to(award, None, hold=award.learner.directory_hold):
        yield f"private/credentials/{name}.json", body
        return
    said = orjson.loads(body)
    tone, word, sentence = standing(award)
    yield f"site/credentials/{name}.json", body
    later = newest(award)
    if is_visible_to(later, None, hold=award.learner.directory_hold):
        yield f"site/credentials/{name}/refresh", bytes(later.document.body)
    yield f"site/credentials/{name}.png", baked(award, "png")
    yield f"site/credentials/{name}.svg", baked(award, "svg")
    if certificates:
        yield f"site/credentials/{name}.pdf", certificate(award, image_bytes(award.template, "svg"))
    yield (
        f"site/credentials/{name}/index.html",
        _page(
            "credential",
            award=award,
            name=name,
            tone=tone,
            word=word,
            sentence=sentence,
            achievement=said["credentialSubject"]["achievement"],
            address=address_of(award),
            approval=approval.read(said),
            certificates=certificates,
        ),
    )


def _page(page: str, /, **words: Any) -> bytes:
    return _text(f"public/archive/{page}.html", **words)


def _text(source: str, /, **words: Any) -> bytes:
    institution = policies.current().institution.name
    common = {"institution": institution, "origin": settings.ORIGIN, "did": keys.issuer_did()}
    return render_to_string(source, {**common, **words}).encode()


def _host() -> str:
    return settings.ORIGIN.removeprefix("https://")
