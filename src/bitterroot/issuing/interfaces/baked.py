"""The badge's picture with the signed badge inside: PNG and SVG.

Pages of others show it (the lines to embed). Where the badge does not count now, the picture says so.
"""

from functools import lru_cache

from bitterroot.issuing.models import Award
from bitterroot.issuing.queries.standing import no_longer_valid
from bitterroot.openbadges.bake import PngTemplate, SvgTemplate
from bitterroot.programs.domain.program import image_bytes
from bitterroot.programs.interfaces.badge_image import struck, to_png
from bitterroot.programs.models import BadgeTemplate


@lru_cache(maxsize=128)
def _cut(template_id: str, kind: str, word: str) -> PngTemplate | SvgTemplate:
    template = BadgeTemplate.objects.select_related("image_png", "image_svg").get(pk=template_id)
    data = image_bytes(template, kind)
    if word:
        drawn = struck(image_bytes(template, "png"), word)
        data = to_png(drawn) if kind == "png" else drawn
    return PngTemplate(data) if kind == "png" else SvgTemplate(data)


def baked(award: Award, kind: str) -> bytes:
    """`kind` is "png" or "svg"; the issued bytes are spliced in, never changed."""
    over = no_longer_valid(award)
    word = over[0].rstrip(".") if over else ""
    return _cut(str(award.template_id), kind, word).bake(bytes(award.document.body))
