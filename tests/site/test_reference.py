"""Pages of the public names: for each loss and metric one, with its equations as they are read."""

from __future__ import annotations

import inspect
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

import ltviz
from ltviz import web
from ltviz.course import public
from ltviz.explorers import CARDS
from ltviz.losses import shipped
from ltviz.site import build, formula, reference

# what a line of a docstring becomes
LINES = {
    "L = CE( s * (c - Delta_y e_y) )": (
        r"L = \operatorname{CE} \left( s \cdot \left( c - \Delta_{y} e_{y} \right) \right)"
    ),
    "max_margin * (n_j / n_min)^(-1/4)": (
        r"\text{max_margin} \cdot \left( \frac{n_{j}}{n_{\text{min}}} \right)^{- 1 / 4}"
    ),
    "w_y log pi / sum_j n_j exp(z_j) + strength S_i": (
        r"\frac{w_{y} \, \log \, \pi}{\sum\limits_{j} n_{j} \, \exp \left( z_{j} \right)} "
        r"+ \ \text{strength}\ S_{i}"
    ),
    "-1/|P| sum_{p in P} q_p": r"- \frac{1}{\left| P \right|} \, \sum\limits_{p \in P} q_{p}",
    "p(x|f) >= KL(q | H || |q|)": (
        r"p \left( x \mid f \right) \geq \operatorname{KL} \left( q \mid H \,\|\, \left| q \right| \right)"
    ),
    "| W W' / |W W'| - E |, z'_y": r"\left| \frac{W W'}{\left| W W' \right|} - E \right| , z'_{y}",
    "pi/2 (a - b) / (c - d)": r"\frac{\pi}{2} \frac{a - b}{c - d}",
    "x (unclosed": r"x ( \text{unclosed}\ ",
}


def test_every_public_name_has_a_page() -> None:
    named = set(public.modules())
    assert {f"ltviz.losses.{name}" for name in shipped()} <= named
    assert {"ltviz", "ltviz.metrics.margins", "ltviz.datasets.digits", "ltviz.samplers", "ltviz.core.counts"} <= named
    assert {"make_loss", "Loss", "Outputs", "ClassCounts", "show", "explore", "check", "ldam"} <= {*public.addresses()}


def test_an_explorer_leads_to_the_names_that_it_is_about(tmp_path: Path) -> None:
    """Wherever an explorer's own words name a loss; a page is written anew once the reference stands beside it."""
    for card in CARDS.values():
        for name in card.about:
            assert name in {*public.addresses(), *public.modules()}, card.name
        words = f"{card.title} {card.question} {card.note}"
        assert card.about or not re.search(r"\b(LDAM|MM|DBM|[Cc]ross-entropy|[Ll]oss)\b", words), card.name
    page = tmp_path / "explore" / "margin_bound.html"
    nothing = web.pack({table: {} for table in CARDS["margin_bound"].tables})
    write = partial(build.write_page, "margin_bound", tmp_path, content=nothing)
    assert write()
    assert "reference/" not in page.read_text(encoding="utf-8")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "index.html").touch()
    assert write()
    assert '<a href="../reference/ltviz/losses/ldam.html">ldam</a>' in page.read_text(encoding="utf-8")
    assert not write()


@pytest.mark.parametrize("line", LINES)
def test_an_equation_in_plain_letters_becomes_latex(line: str) -> None:
    assert re.sub(r"\s+", " ", formula.latex(line)) == LINES[line]


def test_a_sentence_keeps_its_words_and_shows_its_symbols() -> None:
    said = formula.inline("a class of n_j samples (n_j / n_min)^(-tau), as `n_min` in losses.py:19-34", indexed=True)
    plain = re.sub(r"<[^>]+>", "", said)
    assert said.count("<math") == 2
    assert plain == "a class of nj samples (nj/nmin)−τ, as `n_min` in losses.py:19-34"
    assert formula.inline("a mean of the log, as it is", indexed=False).count("<math") == 0
    assert formula.sentence("f are embeddings and class vectors of length 1. A_k are the batch's views of class k")
    assert not formula.sentence("Delta = exp(-d - gamma M) for d > 0 (right side),   exp(d - M) for d < 0")


def told() -> list[tuple[str, str]]:
    """Each public module, class and function that says something, by name."""
    found = []
    for name in public.modules():
        module = __import__(name, fromlist=["x"])
        own = [each for each in vars(module).values() if getattr(each, "__module__", "") == name]
        for each in (module, *own):
            if doc := inspect.getdoc(each):
                found.append((f"{name}.{getattr(each, '__name__', '')}", doc))
    return found


def test_no_equation_is_left_as_it_is_typed() -> None:
    """Of every public docstring: an Equation section holds MathML, nothing of LaTeX is seen, and words stay words."""
    with_equations = 0
    for name, doc in told():
        if "Equation\n---" not in doc:
            continue
        with_equations += 1
        section = reference.shown(doc).split("###### Equation\n", 1)[1].split("\n---", 1)[0]
        assert "<math" in section, name
        seen = re.sub(r"<[^>]+>", "", section)
        for raw in ("$", "\\", "_{", "sum_", "max_{", "min_{", "!=", "<=", "^"):
            assert raw not in seen, (name, raw, seen)
        assert not re.search(r"\b[A-Za-z]_\w", seen), (name, seen)
    assert with_equations >= 30


@pytest.mark.filterwarnings("ignore::UserWarning")  # pdoc's, of names that load when they are first used
def test_pages_stand_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pdoc")
    monkeypatch.setattr(public, "PARTS", {"The front door": ("ltviz",), "Losses": ("ltviz.losses.ldam",)})
    monkeypatch.setattr(reference, "PARTS", public.PARTS)
    written = {path.name: path.read_text(encoding="utf-8") for path in reference.write_reference(tmp_path)}
    assert [*written] == ["ltviz.html", "ldam.html", "index.html"]
    for name in {*ltviz.__all__} - {"losses"}:
        assert f'id="{name}"' in written["ltviz.html"]
    assert '<div class="equation" tabindex="0"><math' in written["ldam.html"]
    assert 'href="ltviz/losses/ldam.html"' in written["index.html"]
    for path in tmp_path.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in page
        assert not re.search(r"mathjax|\\frac|\.\. math::|@@", page, re.IGNORECASE)
        links = Links(page)
        for href in links.found:
            place, _, anchor = href.partition("#")
            assert not place.startswith("http"), href
            target = (path.parent / place).resolve() if place else path
            if target == (tmp_path / "index.html").resolve():
                continue  # the site's own, which stands there before
            assert target.is_file(), (path.name, href)
            assert not anchor or anchor in Links(target.read_text(encoding="utf-8")).ids, (path.name, href)


class Links(HTMLParser):
    """The links of a page, and the places that a link may lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(str(given["href"]))
        self.ids.add(given.get("id") or "")


def test_code_leads_to_the_reference_once() -> None:
    code = '<span class="n">show</span><span class="p">(</span><span class="s2">&quot;ldam&quot;</span>'
    body = public.linked(f"<pre>{code}\n{code}</pre><p><code>make_loss</code> and <code>nothing</code></p>", "../")
    assert body.count('class="name" href="../reference/ltviz.html#show"') == 1
    assert body.count('href="../reference/ltviz/losses/ldam.html"') == 1
    assert body.count('href="../reference/ltviz.html#make_loss"') == 1
    assert "nothing</a>" not in body
