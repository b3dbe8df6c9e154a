"""Pictures for the README and the documentation, taken from a fresh demo: docs/pictures/*.png.

    ./run screenshots [NAME …]

Needs Chromium. Each picture is drawn at 1280 × 800, in light, and kept as a small PNG.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tests.stories.harness import QUIET, Stage, prepare, running  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"

#: Picture -> who looks (nobody: a stranger), and where; `{award}` is a public badge's path.
SHOTS = {
    "landing": ("", "/"),
    "catalog": ("", "/catalog"),
    "program": ("", "/programs/rural-behavioral-health-support"),
    "badge": ("", "{award}"),
    "verify": ("", "/verify?address={url}"),
    "work": ("walter", "/work"),
    "proposal": ("peter", "/work"),
    "office": ("dana", "/office"),
    "queue": ("joan", "/queue"),
    "list": ("ruth", "/work/lists"),
    "learner": ("jose", "/my/badges"),
    "mail": ("", "/demo/mail"),
}
#: What is clicked after the page has opened, one link after another.
CLICKS = {
    "proposal": ['a:has-text("GIS for Community Planning")'],
    "queue": ['a:has-text("Climate Communication")'],
    "list": ['tr:has-text("Evening") a', 'a:has-text("radiography evening")'],
}

#: Whether every picture in sight has come: those further down are fetched late.
LOADED = """() => [...document.images].every(
    i => i.getBoundingClientRect().top > innerHeight || (i.complete && i.naturalWidth > 0))"""


def main() -> int:
    """Take all pictures, or those that are named."""
    wanted = sys.argv[1:] or list(SHOTS)
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not here. On Debian: apt-get install -y chromium", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bitterroot-pictures-") as folder:
        prepare(Path(folder) / "prepared")
        with (
            running(Path(folder) / "prepared", Path(folder) / "home") as demo,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            stage = Stage(browser, demo)
            for name in wanted:
                shoot(stage, name)
            browser.close()
    return 0


def shoot(stage: Stage, name: str) -> None:
    """Take one picture."""
    who, where = SHOTS[name]
    page: Page = stage.as_person(who) if who else stage.stranger()
    page.set_viewport_size({"width": 1280, "height": 800})
    award = stage.demo.awards["public"]
    page.goto(where.format(award=award["path"], url=award["url"]))
    for link in CLICKS.get(name, []):
        before = page.url
        page.locator("main").locator(link).first.click()
        page.wait_for_url(lambda url, before=before: url != before)
    page.wait_for_function(LOADED)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"{name}.png  {page.url.removeprefix(stage.demo.address)}")
    stage.close()


if __name__ == "__main__":
    sys.exit(main())
