"""The badge's picture with the signed badge inside: PNG and SVG."""

from functools import lru_cache

from bitterroot.issuing.models import Award
from bitterroot.openbadges.bake import PngTemplate, SvgTemplate
from bitterroot.programs.domain.program import image_bytes
from bitterroot.programs.models import BadgeTemplate


@lru_cache(maxsize=128)
def _cut(template_id: str, kind: str) -> PngTemplate | SvgTemplate:
    template = BadgeTemplate.objects.select_related("image_png", "image_svg").get(pk=template_id)
    data = image_bytes(template, kind)
    return PngTemplate(data) if kind == "png" else SvgTemplate(data)


def baked(award: Award, kind: str) -> bytes:
    """`kind` is "png" or "svg"; the issued bytes are spliced in, never changed."""
    return _cut(str(award.template_id), kind).bake(bytes(award.document.body))
