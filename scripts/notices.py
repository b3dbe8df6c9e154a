"""Write the table of docs/notices.md from the register of letters, or check it with --check."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
DOC = HERE / "docs/notices.md"
MARK = "<!-- the table is written by scripts/notices.py -->"


def table() -> str:
    """The register as Markdown: a table for each group, with what can be switched off."""
    from bitterroot.messages.groups import OPTIONAL
    from bitterroot.messages.notices import NOTICES

    off = {letter: group.label for group in OPTIONAL for letter in group.templates}
    lines: list[str] = []
    group = ""
    for notice in NOTICES.values():
        if notice.group != group:
            group = notice.group
            lines += ["", f"## {group}", "", "| event | to | when | letter | can be switched off |"]
            lines += ["|---|---|---|---|---|"]
        events = ", ".join("(a day comes)" if e == "sweep" else e for e in notice.events)
        may = f"yes: {off[notice.letter]}" if notice.letter in off else "no"
        lines.append(f"| {events} | {notice.to} | {notice.when} | `{notice.letter}` | {may} |")
    return "\n".join(lines).strip() + "\n"


def main() -> int:
    """0 where the page is as it must be, or was written."""
    head, _, _ = DOC.read_text().partition(MARK)
    text = f"{head}{MARK}\n\n{table()}"
    if "--check" in sys.argv:
        return int(DOC.read_text() != text)
    DOC.write_text(text)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bitterroot.conf.settings")
    sys.path.insert(0, str(HERE / "src"))
    raise SystemExit(main())
