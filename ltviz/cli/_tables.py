"""Tables in four forms: text, Markdown, HTML, LaTeX."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from ltviz.cli._text import paragraph, width

_LATEX = {
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "\n": r" \newline ", "\N{NO-BREAK SPACE}": "~", "±": r"$\pm$", "−": "$-$", "<": "$<$", ">": "$>$", "°": r"$^\circ$",
}  # fmt: skip
_STYLE = """
:root { color-scheme: light dark }
body { font-family: sans-serif; line-height: 1.4; margin: 1rem; max-width: 60rem }
figure { margin: 0 0 2rem }
figcaption { font-weight: bold }
.wide { overflow-x: auto; margin: .5rem 0 1rem }
table { border-collapse: collapse }
th, td { padding: .2em .7em .2em 0; text-align: left; vertical-align: top }
th:first-child { position: sticky; left: 0; background: Canvas }
thead { border-bottom: 1px solid }
tbody th { font-weight: normal }
.number { text-align: right; font-variant-numeric: tabular-nums }
p { margin: .3em 0 }
@media (max-width: 30rem) { table { font-size: .85rem } }
"""


@dataclass(frozen=True)
class Table:
    """A table of text.

    Parameters
    ----------
    title : str
        What it shows; also which rule selected its numbers.
    header : sequence of str
        Names of the columns.
    rows : sequence of sequence of str
        Cells; lines of one are divided by line feeds.
    notes : sequence of str
        Below it: sources, explanations.
    left : int
        How many columns from the left hold words; the others hold numbers and are aligned to the right. Where all
        hold words, the last one is broken into lines as the page asks.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    left: int = 1

    @property
    def broken(self) -> bool:
        """Whether the last column is broken into lines."""
        return self.left == len(self.header)


def written(tables: Sequence[Table], form: str) -> str:
    """Return tables as one text: ``"text"``, ``"md"``, ``"html"`` (a page) or ``"latex"``."""
    return {"text": _text, "md": _markdown, "html": _page, "latex": _latex}[form](tables)


def _markdown(tables: Sequence[Table]) -> str:
    return "\n".join(map(_piped, tables))


def _piped(table: Table) -> str:
    line = ["---" if k < table.left else "---:" for k in range(len(table.header))]
    rows = (
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", "<br>") for cell in row) + " |"
        for row in (table.header, line, *table.rows)
    )
    return "\n".join([f"**{table.title}**", "", *rows, "", *(f"{note}\n" for note in table.notes)])


def _text(tables: Sequence[Table]) -> str:
    return "\n".join(map(_plain, tables))


def _plain(table: Table) -> str:
    lines = [[str(cell) for cell in line] for line in (table.header, *table.rows)]
    widths = [max(len(part) for cell in column for part in cell.split("\n")) for column in zip(*lines, strict=True)]
    if table.broken:
        before = sum(widths[:-1]) + 2 * len(widths[:-1])
        widths[-1] = min(widths[-1], max(20, width() - before))
    shown = []
    for line in lines:
        last = [
            part
            for piece in line[-1].split("\n")
            for part in (textwrap.wrap(piece, widths[-1], break_on_hyphens=False) if table.broken else [piece])
        ]
        for k, part in enumerate(last or [""]):
            cells = [*line[:-1], part] if k == 0 else [*("" for _ in line[:-1]), part]
            sides = (
                cell.ljust(w) if i < table.left else cell.rjust(w)
                for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
            )
            shown.append("  ".join(sides).rstrip())
    shown.insert(1, "-" * max(map(len, shown)))
    notes = [paragraph(note) for note in table.notes]
    text = "\n".join([paragraph(table.title), "", *shown, *([""] if notes else []), *notes]) + "\n"
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _page(tables: Sequence[Table]) -> str:
    body = "\n".join(map(_framed, tables))
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(tables[0].title)}</title>\n<style>{_STYLE}</style></head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _framed(table: Table) -> str:
    side = [' class="number"' if k >= table.left else "" for k in range(len(table.header))]
    head = "".join(f'<th scope="col"{s}>{html.escape(cell)}</th>' for s, cell in zip(side, table.header, strict=True))
    rows = "\n".join(
        f'<tr><th scope="row">{html.escape(str(row[0])).replace("_", "_<wbr>")}</th>'
        + "".join(
            f"<td{s}>{html.escape(str(cell)).replace(chr(10), '<br>')}</td>"
            for s, cell in zip(side[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    title = html.escape(table.title)
    notes = "".join(f"<p>{html.escape(note)}</p>\n" for note in table.notes)
    return (
        f"<figure>\n<figcaption>{title}</figcaption>\n"
        f'<div class="wide" role="region" aria-label="{title}" tabindex="0">\n<table aria-label="{title}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n{notes}</figure>"
    )


def _lines(cell: str) -> str:
    return html.escape(str(cell)).replace("\n", "<br>")


def _latex(tables: Sequence[Table]) -> str:
    return "\n".join(map(_float, tables))


def _float(table: Table) -> str:
    """Return a table that fits a column of text: small, and close together."""
    columns = "".join("l" if k < table.left else "r" for k in range(len(table.header)))
    if table.broken:
        columns = columns[:-1] + r"p{0.7\linewidth}"
    lines = [
        " & ".join(latex(cell).replace("\n", r" \newline ") for cell in row) + r" \\"
        for row in (table.header, *table.rows)
    ]
    notes = [r"\par " + latex(note) for note in table.notes]
    head = [r"\begin{table}", rf"\caption{{{latex(table.title)}}}", r"\footnotesize", r"\setlength{\tabcolsep}{4pt}"]
    body = [rf"\begin{{tabular}}{{{columns}}}", r"\hline", lines[0], r"\hline", *lines[1:], r"\hline", r"\end{tabular}"]
    return "\n".join([*head, *body, *notes, r"\end{table}", ""])


def latex(text: str) -> str:
    """Return text for LaTeX, every sign of its own escaped; a minus is as long as a plus."""
    minus = re.sub(r"(?<!\w)-(?=\d)", "−", str(text))
    return re.sub("|".join(map(re.escape, _LATEX)), lambda match: _LATEX[match[0]], minus)
