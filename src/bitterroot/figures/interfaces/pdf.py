"""The report as tagged PDF (PDF/UA-1): headings, tables with header cells, no picture without words."""

from bitterroot.figures.report import Report
from bitterroot.figures.steps import StepTime
from bitterroot.files.typeset import tagged_pdf
from bitterroot.governance import policies
from bitterroot.record import in_words

SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, author: d.issuer)
#set page(paper: "us-letter", margin: (x: 2cm, y: 2.2cm), numbering: "1 / 1",
  header: text(size: 8pt, fill: rgb("#5b625e"))[#d.issuer · #d.title · #d.scope])
#set text(font: ("Libertinus Serif", "Noto Serif", "Noto Sans", "DejaVu Sans", "New Computer Modern"), size: 10pt, lang: "en", fill: rgb("#22302a"))
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 2): set block(above: 1.4em, below: 0.6em)
#set table(stroke: (x, y) => (bottom: 0.4pt + rgb("#b9b3a6")), inset: (x: 4pt, y: 4pt))
#let list(columns, heads, rows) = if rows.len() == 0 [Nothing to show.] else {
  table(columns: columns, align: (x, y) => if x == 0 { left } else { right },
    table.header(..heads.map(h => strong(h))), ..rows.flatten())
}
= #d.title
#d.lead
== Where the programs stand
#list((1fr, auto), d.stages.heads, d.stages.rows)
== By track
#list((1fr, auto, auto, auto, auto, auto), d.tracks.heads, d.tracks.rows)
== Agreements with partners
#list((1fr, auto), d.agreements.heads, d.agreements.rows)
== Badges
#list((1fr, auto, auto, auto, auto), d.badges.heads, d.badges.rows)
== How long each step takes
#d.days
#list((1fr, auto, auto, auto, auto, auto), d.steps.heads, d.steps.rows)
== Decisions
#list((1fr, auto, auto), d.decisions.heads, d.decisions.rows)
== What is late
#list((1fr, auto, auto), d.late.heads, d.late.rows)
== Pilots to look at
#list((1fr, auto, auto), d.pilots.heads, d.pilots.rows)
"""


def pdf(report: Report) -> bytes:
    """The bytes of the file: PDF/UA-1 where the fonts at hand have every glyph."""
    data = {"title": report.title, "scope": report.scope.title, **_texts(report)}
    return tagged_pdf(SOURCE, data)


def _texts(report: Report) -> dict[str, object]:
    total = report.total
    return {
        "issuer": policies.current().institution.name,
        "lead": (
            f"{report.programs} programs; {total.issued} badges issued in {report.period.label}, "
            f"{total.claimed} of them claimed, {total.shown} shown to others, "
            f"{total.revoked} revoked, {total.suspended} suspended for now. Figures of {_day(report)}."
        ),
        "days": "Business days. “Allowed” is what the policy in force gives.",
        "stages": _table(["Stage", "Programs"], [[s.label, s.count] for s in report.stages]),
        "tracks": _table(
            ["Track", "Programs", "Established", "Offerings", "Issued", "Claimed"],
            [
                [t.label, t.programs, t.established, t.offerings, t.issued, t.claimed]
                for t in report.tracks
            ],
        ),
        "agreements": _table(
            ["Agreements", "Number"], [list(row) for row in report.agreements.rows]
        ),
        "badges": _table(
            ["Program", "Issued", "Claimed", "Shown", "Revoked", "Suspended"],
            [
                [f.title, f.issued, f.claimed, f.shown, f.revoked, f.suspended]
                for f in report.funnels
            ],
        ),
        "steps": _table(
            ["Step", "Done", "Median", "Allowed", "Late", "Waiting"],
            [
                [_name(s), s.done, _number(s.median_days), _number(s.target), s.late, s.waiting]
                for s in report.steps
            ],
        ),
        "decisions": _table(
            ["Decided by", "Outcome", "Number"], [list(row) for row in report.decisions]
        ),
        "late": _table(
            ["What", "Due", "Days late"],
            [[f"{x.title}: {x.what}. {x.who}", in_words.day(x.due), x.days] for x in report.late],
        ),
        "pilots": _table(
            ["Pilot", "Lead", "Why"],
            [
                [f"{x.title}, {x.unit}", x.lead, x.why[:1].upper() + x.why[1:]]
                for x in report.at_risk
            ],
        ),
    }


def _day(report: Report) -> str:
    return f"{report.made_on.day} {report.made_on:%B %Y}"


def _name(step: StepTime) -> str:
    return f"{step.process}: {step.step}{f', {step.who}' if step.who else ''}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _table(heads: list[str], rows: list[list[object]]) -> dict[str, object]:
    return {"heads": heads, "rows": [[str(cell) for cell in row] for row in rows]}
