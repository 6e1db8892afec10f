"""One table in four forms: text, CSV, HTML, LaTeX."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

FORMATS = ("text", "csv", "html", "latex")
_LATEX = {
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "±": r"$\pm$", "−": "$-$", "<": "$<$", ">": "$>$", "°": r"$^\circ$",
}  # fmt: skip


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
        Cells.
    notes : sequence of str
        Below it: sources, explanations.
    left : int
        How many columns from the left hold words; the others hold numbers and are aligned to the right.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    left: int = 1

    def written(self, form: str) -> str:
        """Return the table in one of `FORMATS`."""
        return {"text": self._text, "csv": self._csv, "html": self._html, "latex": self._latex}[form]()

    def _text(self) -> str:
        lines = [list(map(str, self.header)), *(list(map(str, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = [
            "  ".join(
                cell.ljust(width) if k < self.left else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        shown.insert(1, "-" * max(map(len, shown)))
        return "\n".join([self.title, "", *shown, *([""] if self.notes else []), *self.notes]) + "\n"

    def _csv(self) -> str:
        """Write cells as they are, and title and notes as comments."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return "".join(f"# {line}\n" for line in (self.title, *self.notes)) + out.getvalue()

    def _html(self) -> str:
        side = [' class="number"' if k >= self.left else "" for k in range(len(self.header))]
        head = "".join(
            f'<th scope="col"{s}>{html.escape(cell)}</th>' for s, cell in zip(side, self.header, strict=True)
        )
        body = "\n".join(
            "<tr>"
            + "".join(f"<td{s}>{html.escape(str(cell))}</td>" for s, cell in zip(side, row, strict=True))
            + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<p>{html.escape(note)}</p>\n" for note in self.notes)
        return (
            '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
            f"<title>{html.escape(self.title)}</title>\n<style>body{{font-family:sans-serif}}"
            "table{border-collapse:collapse}th,td{padding:.2em .7em;text-align:left}.number{text-align:right}"
            "thead{border-bottom:1px solid}caption{text-align:left;padding:.5em 0}</style></head>\n<body>\n<table>\n"
            f"<caption>{html.escape(self.title)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n"
            f"</tbody>\n</table>\n{notes}</body>\n</html>\n"
        )

    def _latex(self) -> str:
        columns = "".join("l" if k < self.left else "r" for k in range(len(self.header)))
        lines = [" & ".join(map(latex, row)) + r" \\" for row in (self.header, *self.rows)]
        notes = [r"\par\footnotesize " + latex(note) for note in self.notes]
        head = [r"\begin{table}", rf"\caption{{{latex(self.title)}}}", rf"\begin{{tabular}}{{{columns}}}", r"\hline"]
        body = [lines[0], r"\hline", *lines[1:], r"\hline", r"\end{tabular}"]
        return "\n".join([*head, *body, *notes, r"\end{table}", ""])


def latex(text: str) -> str:
    """Return text for LaTeX, every sign of its own escaped; a minus is as long as a plus."""
    minus = re.sub(r"(?<!\w)-(?=\d)", "−", str(text))
    return re.sub("|".join(map(re.escape, _LATEX)), lambda match: _LATEX[match[0]], minus)
