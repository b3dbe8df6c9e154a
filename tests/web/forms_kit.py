"""Forms as a browser finds them on a page: where they go, and what they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Pairs = list[tuple[str, str]]
#: What a person would type into an empty field of a type.
LIKELY = {
    "date": "2026-12-01",
    "time": "10:00",
    "datetime-local": "2026-12-01T10:00",
    "email": "grace.tanaka@umontana.example.edu",
    "number": "3",
    "url": "https://example.org/",
    "hidden": "",
}


@dataclass
class Found:
    """One form that is posted: its address, its fields with their values, its buttons."""

    action: str
    fields: Pairs = field(default_factory=list)
    buttons: Pairs = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, ...]:
        """What two forms have in common that differ only in what they hold."""
        names = sorted({name for name, _ in self.fields})
        return (*names, *sorted({f"{name}={value[:12]}" for name, value in self.buttons}))


class _Reader(HTMLParser):
    """Collects the forms of a page; fields outside that name their form by `form=` belong to it."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Found] = []
        self.by_id: dict[str, Found] = {}
        self.inside: Found | None = None
        self.select = self.area = ""
        self.chosen: str | None = None
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attributes}
        form = self.by_id.get(said["form"]) if "form" in said else self.inside
        if tag == "form":
            self.inside = Found(said.get("action") or self.address)
            if said.get("method", "").lower() == "post":
                self.found.append(self.inside)
            if said.get("id"):
                self.by_id[said["id"]] = self.inside
        elif tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"].partition("#")[0])
        elif form is None or not (name := said.get("name", "")):
            if tag == "option" and self.select and (not self.chosen or "selected" in said):
                self.chosen = said.get("value", "")
        elif tag == "select":
            self.select, self.chosen = name, None
        elif tag == "textarea":
            self.area, self.text = name, []
        elif tag == "button":
            form.buttons.append((name, said.get("value", "")))
        elif said.get("type") == "file":
            form.files.append(name)
        elif said.get("type") not in ("checkbox", "radio") or "checked" in said:
            form.fields.append(
                (name, said.get("value") or LIKELY.get(said.get("type", ""), "Maps"))
            )
        else:
            form.fields += [] if name in dict(form.fields) else [(name, said.get("value", "on"))]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select" and self.select and self.inside:
            self.inside.fields.append((self.select, self.chosen or ""))
            self.select = ""
        elif tag == "textarea" and self.area and self.inside:
            self.inside.fields.append((self.area, "".join(self.text).strip() or "It is so."))
            self.area = ""


def read(address: str, page: str) -> tuple[list[Found], list[str]]:
    """The forms of a page that are posted, and the addresses that it links to."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.found, reader.links
