"""The page that shows a folder's figures with their captions; it asks nothing of any other machine."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#f5f6f8;--card:#fff;--muted:#5b6470;--line:#e0e4e9;--link:#0072b2}
@media(prefers-color-scheme:dark){:root{--ink:#e8ebef;--paper:#0d1014;--card:#14181d;--muted:#9aa4b1;--line:#2a313a;
--link:#56b4e9}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 Inter,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
header,main,footer{max-width:1500px;margin:auto;padding:1rem 1.5rem}h1{margin:.6rem 0 .2rem;font-size:1.7rem}
header p,footer{color:var(--muted);margin:.2rem 0}main{display:grid;gap:1.5rem;
grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr))}
article{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;display:flex;
flex-direction:column}article img,article iframe{display:block;width:100%;height:auto;border:0;
border-bottom:1px solid var(--line)}article iframe{height:26rem}
h2{font-size:1.1rem;margin:.9rem 1rem .2rem}
article p{margin:0 1rem .3rem}nav{margin:auto 1rem .4rem;display:flex;gap:0 1.2rem;
flex-wrap:wrap}nav a,header a{line-height:44px;
min-width:44px}
a{color:var(--link);text-underline-offset:.18em}a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media(max-width:600px){header,main,footer{padding:.6rem}article>a{overflow-x:auto}article>a img{width:640px;
max-width:none}}
"""


@dataclass(frozen=True)
class Entry:
    """One figure on the page: its name, its caption, and the files that exist, by format."""

    name: str
    caption: str
    files: dict[str, str]
    size: tuple[int, int]


def index(
    entries: Iterable[Entry],
    foot: str = "",
    up: str = "",
    title: str = "All figures",
    lead: str = "Each figure answers one question.",
) -> str:
    """Return the page; a picture is the SVG (its dark twin at night), else the PNG, else the interactive page.

    `up`: the page that leads here, if there is one; `title` and `lead`: its heading and first sentence.
    """
    back = f'<p><a href="{html.escape(up, quote=True)}">All explorers</a></p>' if up else ""
    cards = "\n".join(_card(entry) for entry in entries)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>ltviz: figures</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header>{back}<h1>{html.escape(title)}</h1>\n"
        f"<p>{html.escape(lead)} Open the interactive page to read values off the curves; the numbers "
        "are in the JSON beside it.</p></header>\n"
        f"<main>\n{cards}\n</main>\n<footer>{html.escape(foot)}</footer>\n</body>\n</html>\n"
    )


def _card(entry: Entry) -> str:
    files = {kind: html.escape(path, quote=True) for kind, path in entry.files.items()}
    name, caption = html.escape(entry.name), html.escape(entry.caption, quote=True)
    title = html.escape(entry.name.replace("_", " ").capitalize())
    links = " ".join(
        f'<a href="{files[kind]}" aria-label="{title}: {word}">{word}</a>'
        for kind, word in (
            ("html", "interactive"),
            ("svg", "SVG"),
            ("png", "PNG"),
            ("pdf", "PDF"),
            ("json", "numbers (JSON)"),
        )
        if kind in files
    )
    picture = _picture(files, caption, entry.size)
    return f'<article id="{name}">\n{picture}\n<h2>{title}</h2>\n<p>{caption}</p>\n<nav>{links}</nav>\n</article>'


def _picture(files: dict[str, str], caption: str, size: tuple[int, int]) -> str:
    still = files.get("svg") or files.get("png")
    if still is None:
        return f'<iframe src="{files["html"]}" title="{caption}" loading="lazy"></iframe>' if "html" in files else ""
    image = f'<img src="{still}" alt="{caption}" width="{size[0]}" height="{size[1]}" loading="lazy">'
    if "dark" in files and "svg" in files:
        source = f'<source srcset="{files["dark"]}" media="(prefers-color-scheme: dark)">'
        image = f"<picture>{source}{image}</picture>"
    return f'<a href="{files["html"]}">{image}</a>' if "html" in files else image
