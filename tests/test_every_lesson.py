"""The lessons run strictly, and nothing that fails silently passes for a success."""

from __future__ import annotations

import ast
import base64
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from ltviz.cli import run as command
from ltviz.core.errors import BadInput
from ltviz.course import _parameters, _rules, _static, clean, exercise_cells, lessons, notation, runner
from ltviz.course.text import prose as with_equations
from ltviz.figures.export import Camera, chrome

LESSONS = lessons.lessons()
LIMIT = 1_000_000
# What Jupyter and papermill let pass, and what this runner says to it.
SILENT = {
    "output_widget": ("import ipywidgets as w\nwith w.Output(): raise ValueError('lost')", "ValueError: lost"),
    "interactive": ("import ipywidgets as w\ndef f(x): raise ValueError('gone')\nw.interactive(f, x=(0, 1.0))", "gone"),
    "thread": ("import threading as t\nx = t.Thread(target=lambda: 1 / 0); x.start(); x.join()", "ZeroDivisionError"),
    "stderr": ("import sys; x = sys.stderr.write('a warning\\n')", "stderr: a warning"),
}


def notebook(path: Path, *cells: str, sentinel: bool = True) -> Path:
    """Write a small notebook with a parameters cell and a sentinel."""
    sources = ["seed = 0\nshare = 0.5\nfast = True", *cells, *([f"{_rules.sentinel(path.stem)!r}"] if sentinel else [])]
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(s) for s in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    book.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(book, path)
    return path


@pytest.fixture(scope="module")
def camera() -> Iterator[Camera]:
    with Camera() as one:
        yield one


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_lesson(lesson: Path, tmp_path: Path, camera: Camera) -> None:
    before = lesson.read_bytes()
    outcome = runner.run(lesson, tmp_path, parameters={"fast": True}, timeout=300, camera=camera)
    assert (outcome.code, outcome.message) == (0, "ok")
    assert lesson.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{lesson.stem}.html", lesson.name]
    text, page = outcome.notebook.read_text(encoding="utf-8"), outcome.page.read_text(encoding="utf-8")
    assert len(text) < LIMIT
    assert len(page) < LIMIT
    for foreign in (_static.PLOTLY, _static.WIDGET, "Plotly.newPlot"):
        assert foreign not in text
    for foreign in ("<script", "https://cdn"):
        assert foreign not in page
    assert "$" not in page.split("<main>")[1].split("<pre")[0], "an equation was not turned into MathML"
    cells = nbformat.reads(text, as_version=4).cells
    for cell in cells:
        assert "check" not in cell.metadata.get("tags", ()) or "right." in str(cell.outputs), cell.source
    shown = [c for c in cells if c.cell_type == "code" and "show(" in c.source]
    for cell in shown:
        kinds = {kind for output in cell.outputs for kind in output.get("data", {})}
        if chrome():
            assert kinds & {"image/svg+xml", "image/png"}, cell.source
            assert any("narrow" in output.metadata for output in cell.outputs), cell.source
    assert len(re.findall(r"<picture><source media=", page)) == page.count("<picture>")
    for place, picture in re.findall(r'(srcset|src)="data:image/svg\+xml;base64,([^"]+)"', page):
        svg = base64.b64decode(picture).decode("utf-8")  # for a phone, or for the page's column
        assert float(re.search(r'width="([\d.]+)', svg)[1]) <= {"srcset": _static.NARROW, "src": _static.WIDTH}[place]
        assert min(map(float, re.findall(r"font-size:\s*([\d.]+)px", svg))) >= 12


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_a_lesson_is_prose_and_calls(lesson: Path) -> None:
    book = nbformat.read(lesson, as_version=4)
    assert clean.dirty(lesson) == [], f"run: python -m ltviz.course.clean {lesson}"
    names = _parameters.declared(book)
    assert {"seed", "fast"} <= set(names)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert ast.literal_eval(code[-1].source) == _rules.sentinel(lesson.stem)
    calls = [cell for cell in code if "exercise" not in cell.metadata.get("tags", ())]
    for cell in calls:
        nodes = ast.walk(ast.parse(cell.source))
        kinds = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While)
        assert not any(isinstance(node, kinds) for node in nodes), cell.source
    used = {node.id for cell in code[1:] for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
    assert set(names) <= used, "a parameter that the lesson does not use"
    prose = sum(len(cell.source) for cell in book.cells if cell.cell_type == "markdown")
    assert prose > 10 * sum(len(cell.source) for cell in calls) / 5
    assert any("Guess first" in cell.source for cell in book.cells)


TAGS = {"parameters", "exercise", "check", "teacher", "sentinel"}
LAST = ["What to remember", "Exercises", "What this lesson does not show", "Sources"]
CHOICE = re.compile(r'<details class="choice"><summary>.+?</summary>(Right|Not quite): .+?</details>', re.DOTALL)


def shape_faults(book: nbformat.NotebookNode, stem: str) -> list[str]:
    """Return what a lesson lacks of the shape that all have, so that a reader knows the next one."""
    texts = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    heads = [head for text in texts for head in re.findall(r"^## (.+)", text, re.MULTILINE)]
    opening, asked = texts[0], [text for text in texts if "**Check yourself.**" in text]
    minutes = re.search(r"^\*\*Time\.\*\* (\d+) minutes\.$", opening, re.MULTILINE)
    tags = [cell.metadata.get("tags", []) for cell in book.cells]
    rules = {
        "begin with '# N · Title'": re.match(rf"# {int(stem[:2])} · \S", opening),
        "say its **Goal.** and then its **Time.**, 20 to 40 minutes": minutes
        and 20 <= int(minutes[1]) <= 40
        and "**Goal.** " in opening[: minutes.start()],
        "have the parameters next": tags[1] == ["parameters"] and 'student = ""' in book.cells[1].source,
        f"end with {LAST}, each once": heads[-4:] == LAST and not {*LAST} & {*heads[:-4]},
        "have 'The numbers' once, before these": heads[:-4].count("The numbers") == 1,
        "ask for three guesses": sum(text.count("**Guess first.**") for text in texts) >= 3,
        "have a slider": any("explore(" in cell.source for cell in book.cells if cell.cell_type == "code"),
        "have two or three self-checks": 2 <= len(asked) <= 3,
        "have three to five exercises": 3 <= len(exercise_cells.exercise_cells(book)) <= 5,
        f"have no tags but {sorted(TAGS)}": {tag for each in tags for tag in each} <= TAGS,
        "begin each teacher's note with its minutes, **10 minutes.**": all(
            re.match(r"\*\*\d+ minutes", cell.source)
            for cell, of in zip(book.cells, tags, strict=True)
            if "teacher" in of
        ),
        "end with its sentinel": tags[-1] == ["sentinel"],
        "name sources with their years": re.search(r"\b(19|20)\d\d\b", "\n".join(texts).partition("## Sources")[2]),
        "write an imbalance as 100, not as 0.01": not re.search(r"\bIF\b\$? ?= ?\$?0\.", "\n".join(texts)),
    }
    for text in asked:
        answers = CHOICE.findall(text)
        alone = len(answers) == text.count("<details") and not re.search(r"^#", text, re.MULTILINE)
        rules[f"answer 'Right: ...' once, else 'Not quite: ...', in {text[:60]!r}, a cell of its own"] = (
            alone and len(answers) >= 2 and answers.count("Right") == 1
        )
    for cell, section in sections(book):
        rules[f"have one teacher's note for {section!r}, as prose"] = [*cell] in ([], ["markdown"])
    return [rule for rule, kept in rules.items() if not kept]


def sections(book: nbformat.NotebookNode) -> Iterator[tuple[list[str], str]]:
    """Yield, for each section, the kinds of its cells that are for the teacher."""
    section, found = "", []
    for cell in book.cells:
        heads = re.findall(r"^## (.+)", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
        for head in heads:
            yield found, section
            section, found = head, []
        if "teacher" in cell.metadata.get("tags", ()):
            found.append(cell.cell_type)
    yield found, section


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_a_lesson_has_the_shape_of_all(lesson: Path) -> None:
    assert shape_faults(nbformat.read(lesson, as_version=4), lesson.stem) == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_letters_of_a_lesson_stand_in_its_equations(lesson: Path) -> None:
    book = nbformat.read(lesson, as_version=4)
    own = book.metadata.get("ltviz", {}).get("letters", {})
    words = "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    marked = notation.marked(with_equations(words), own) if own else ""
    assert [letter for letter, means in own.items() if notation.attribute(means) not in marked] == []


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> runner.Outcome:
    """One run of a notebook in which each cell fails silently, and which lacks its last one."""
    place = tmp_path_factory.mktemp("silent")
    book = notebook(place / "x.ipynb", *(cell for cell, _ in SILENT.values()), sentinel=False)
    return runner.run(book, place / "out", timeout=60)


def test_a_run_with_silent_failures_fails(silent: runner.Outcome) -> None:
    assert silent.code == runner.Code.SILENT_FAILURE == 5
    assert silent.notebook is not None
    assert [path.name for path in silent.notebook.parent.iterdir()] == ["x.failed.ipynb"]
    assert "the last cell did not show 'end of x'" in silent.message


def test_a_run_that_is_left_early_is_no_success(tmp_path: Path) -> None:
    outcome = runner.run(
        notebook(tmp_path / "x.ipynb", "import sys; sys.exit(0)", "1 + 1"), tmp_path / "out", timeout=60
    )
    assert outcome.code == runner.Code.SILENT_FAILURE
    assert "SystemExit" in outcome.message
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x.failed.ipynb"]


@pytest.mark.parametrize("name", SILENT)
def test_silent_failure(name: str, silent: runner.Outcome) -> None:
    """Each is named, and whatever is named makes the run a failure."""
    (fault,) = (each for each in silent.message.split("; ") if SILENT[name][1] in each)
    assert fault


@pytest.mark.parametrize(
    ("cell", "code", "said"),
    [
        ("1 / 0", 1, "cell 1: ZeroDivisionError"),
        (
            "import ipywidgets as w\ns = w.IntSlider()\ndef f(change): raise ValueError('seen')\n"
            "s.observe(f, 'value')\ns.value = 3",
            1,
            "seen",
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 4, "kernel died"),
    ],
    ids=["error", "callback", "killed"],
)
def test_failure(cell: str, code: int, said: str, tmp_path: Path) -> None:
    outcome = runner.run(notebook(tmp_path / "x.ipynb", cell), tmp_path / "out", timeout=60)
    assert outcome.code == code
    assert said in outcome.message
    assert outcome.notebook == tmp_path / "out" / "x.failed.ipynb"
    assert outcome.notebook.exists()


def test_a_timeout_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The kernel that is ended in the middle of a cell would print a traceback of its sockets to the terminal."""
    slow = notebook(tmp_path / "x.ipynb", "import time; time.sleep(60)")
    assert command(["notebooks", str(slow), "--timeout", "1", "--out", str(tmp_path / "out")]) == 3
    told = capfd.readouterr().err
    assert re.fullmatch(r"x \.\.\. x\.ipynb: a cell took more than 1 s; .*\n", told), told
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["x.failed.ipynb"]


def test_a_sound_run(tmp_path: Path) -> None:
    good = runner.run(notebook(tmp_path / "x.ipynb", "seed + 1"), tmp_path, parameters={"seed": 41}, timeout=60)
    assert good.code == 0
    assert "42" in good.notebook.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sede": 7}, "did you mean 'seed'"),
        ({"seed": "7"}, "must be int"),
        ({"seed": 1.5}, "must be int"),
        ({"seed": True}, "must be int"),
        ({"fast": 1}, "must be bool"),
        ({"share": "a"}, "must be float"),
    ],
)
def test_parameters_are_refused_before_a_kernel_starts(given: dict[str, object], said: str, tmp_path: Path) -> None:
    outcome = runner.run(notebook(tmp_path / "x.ipynb"), tmp_path / "out", parameters=given)
    assert outcome.code == 2
    assert said in outcome.message.replace("Did", "did")
    assert not (tmp_path / "out").exists()


def test_row_62_a_folder_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "afile").write_text("mine")
    outcome = runner.run(notebook(tmp_path / "x.ipynb"), tmp_path / "afile" / "sub")
    assert outcome.code == 2
    assert "afile is a file" in outcome.message


def test_missing_pictures_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ltviz.figures.export.chrome", lambda: None)
    shown = [nbformat.v4.new_output("display_data", {_static.PLOTLY: {"data": [], "layout": {}}}) for _ in range(2)]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("show()", outputs=shown)])
    assert "Chromium" in _static.make_static(book, Camera())
    assert [output.data["text/plain"] for output in book.cells[0].outputs] == [_static.NO_BROWSER] * 2


def test_parameters_as_text(tmp_path: Path) -> None:
    book = notebook(tmp_path / "x.ipynb")
    assert runner.parse(book, {"seed": "3", "share": "1", "fast": "false"}) == {"seed": 3, "share": 1.0, "fast": False}
    with pytest.raises(BadInput, match="must be int"):
        runner.parse(book, {"seed": "three"})


def test_a_file_that_is_no_notebook(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("not json")
    assert runner.run(tmp_path / "x.ipynb", tmp_path).code == 2
    assert runner.run(tmp_path / "none.ipynb", tmp_path).code == 2


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["04"], ["04_margins"]),
        (["4"], ["04_margins"]),
        (["margins"], ["04_margins"]),
        (["05_decision_boundaries", "01"], ["05_decision_boundaries", "01_long_tails"]),
    ],
)
def test_lessons_are_found(names: list[str], stems: list[str]) -> None:
    assert [path.stem for path in lessons.find(names)] == stems


def test_an_unknown_lesson() -> None:
    with pytest.raises(BadInput, match="no lesson 'margin'.*04_margins"):
        lessons.find(["margin"])


def test_a_notebook_with_outputs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = nbformat.read(notebook(tmp_path / "x.ipynb"), as_version=4)
    assert clean.main([str(tmp_path / "x.ipynb")]) == 0
    book.cells[0].outputs = [nbformat.v4.new_output("stream", text="1")]
    nbformat.write(book, tmp_path / "x.ipynb")
    assert clean.main([str(tmp_path / "x.ipynb")]) == 1
    assert "outputs in cell 0" in capsys.readouterr().err


def test_equations_become_mathml_and_code_stays() -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# T\n$x_j$ and `$y$` and\n\n$$\\frac12$$")])
    page = _static.page(book, "t")
    assert page.count("<math") == 2
    assert "$y$" in page


def test_what_belongs_to_an_equation_stays_on_its_line() -> None:
    said = with_equations(
        r"It is 8.0 (5.5 to 10.3) at IF = 100 ($\beta$; $x$, $y$) and $2 \pm 1$°; $z$ and $\|w\|^\tau$."
    )
    wholes = re.findall(r'<span class="whole">(.*?)</span>', said)
    assert [re.sub(r"<math.*</math>", "*", whole) for whole in wholes] == [
        "(5.5 to 10.3)",
        "(*;",
        "*,",
        "*)",
        "*°;",
        "*.",
    ]
    assert "IF\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}100" in said
    assert "<mo>±</mo>" in said, "with room around it"
    assert said.count("<mi>‖</mi>") == 2, "both bars alike"


CODE = re.compile(r'<details class="code">\s*<summary>Code</summary>(.*?)</details>', re.DOTALL)


ANSWERS = re.compile(r'<details class="choice[^"]*">.*?</details>', re.DOTALL)  # of self-checks


@functools.cache
def page_of(lesson: Path) -> str:
    return _static.page(nbformat.read(lesson, as_version=4), lesson.stem)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_what_answers_a_guess_folds(lesson: Path) -> None:
    """Each guess is followed by a fold, the next part begins outside of it, and what only a run needs is not there.

    The answers of self-checks fold too, each by itself.
    """
    guesses = lesson.read_text(encoding="utf-8").count("**Guess first.**")
    page = ANSWERS.sub("", CODE.sub(r"\1", page_of(lesson)))
    assert guesses >= 3
    assert page.count("<details>") == page.count("</details>") == guesses
    parts = re.split("<details>.*?</details>", page, flags=re.DOTALL)
    assert [part.count("<strong>Guess first.</strong>") for part in parts] == [*[1] * guesses, 0]
    for fold in re.findall("<details>.*?</details>", page, flags=re.DOTALL):
        assert "<h2" not in fold
        assert fold.count("input_area") <= 1  # a picture; or, where there is none, words or a table
        assert len(re.sub("<[^>]+>", "", fold).split()) > 3
    assert "celltag_parameters" not in page
    assert "@@" not in page


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_brackets_in_equations_stretch(lesson: Path) -> None:
    r"""A large bracket that alone carries the exponent does not: for `\Big(..\Big)^2` write `\left(..\right)^2`."""
    page = page_of(lesson)
    assert "<math" in page
    assert not re.search(r"<msu[bp]><mo[^>]* minsize=", page)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda p: p.stem)
def test_code_folds_and_lessons_lead_on(lesson: Path) -> None:
    page, at = page_of(lesson), LESSONS.index(lesson)
    assert len(CODE.findall(page)) == page.count('<div class="input">') > 0
    assert all(
        f'href="{each.stem}.html"' in page for each in (*LESSONS[max(at - 1, 0) : at], *LESSONS[at + 1 : at + 2])
    )
    assert "All explorers" not in page
    assert 'href="../site/index.html">All explorers' in _static.page(
        nbformat.v4.new_notebook(), "t", "../site/index.html"
    )
    assert "prefers-color-scheme: dark" in page
