"""Modules in one scope: their order, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ltviz
from ltviz import web
from ltviz.core.errors import BadDeclaration
from ltviz.explorers import CARDS
from ltviz.web.modules import bundle, parse

HOME = Path(ltviz.__file__).parent / "web"


def bundled(files: dict[str, str], *roots: str) -> str:
    return bundle(roots or list(files)[:1], files.__getitem__)


def test_what_is_needed_stands_first_and_once() -> None:
    files = {
        "a": 'import {b} from "./deep/b.js";\nimport {c} from "./c.js";\nexport function a() {\n  return b + c;\n}\n',
        "deep/b": 'import {c} from "../c.js";\nexport const b = c;\n',
        "c": "export const c = 1;\nconst own = 2;\n",
        "other": "export const other = 3;\n",
    }
    wanted = '"use strict";\nconst c = 1;\nconst own = 2;\nconst b = c;\nfunction a() {\nreturn b + c;\n}\n'
    assert bundled(files) == wanted
    assert bundled(files, "a", "other", "c") == wanted + "const other = 3;\n"


def test_every_form_of_an_import_and_an_export() -> None:
    module = parse(
        "a",
        'import {\n  one,\n  two,\n} from "./b.js";\nexport class A {}\nexport async function f() {}\n'
        "export function* g() {}\nexport let h = 1;\nconst i = 2;\nasync function j() {}\n",
    )
    assert module.imports == {"b": ("one", "two")}
    assert module.exports == ("A", "f", "g", "h")
    assert module.names == ("A", "f", "g", "h", "i", "j")
    assert "import" not in module.code
    assert "export" not in module.code


def test_comments_on_lines_of_their_own_are_left_out() -> None:
    text = (
        '// what this is\n\n/** @import {A} from "./types.js" */\n/**\n * @param {number} x\n */\nfunction f(x) {\n'
        "  // why\n  const y = /** @type {any} */ (x); // stays: it stands beside code\n  return `a // b ${y}`;\n}\n"
    )
    code = "function f(x) {\n  const y = (x); // stays: it stands beside code\n  return `a // b ${y}`;\n}\n"
    assert parse("a", text).code == code


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"a": 'import {b} from "./b.js";\nexport let a;\n', "b": 'import {a} from "./a.js";\nexport let b = a;\n'},
            "a.js -> b.js -> a.js",
        ),
        ({"a": 'import {a} from "./a.js";\nexport const b = a;\n'}, "a.js -> a.js"),
        ({"a": 'import {write} from "./b.js";\n', "b": "export const written = 1;\n"}, "Did you mean 'written'"),
        ({"a": 'import {own} from "./b.js";\n', "b": "const own = 1;\n"}, "exports nothing"),
        (
            {"a": 'import {b} from "./b.js";\nconst x = 1;\n', "b": "export const b = 1;\nfunction x() {}\n"},
            "both declare x",
        ),
        ({"a": 'import {b as c} from "./b.js";\n', "b": "export const b = 1;\n"}, "imports 'b as c'"),
        ({"a": 'import * as b from "./b.js";\n'}, "not understood"),
        ({"a": 'import "./b.js";\n'}, "not understood"),
        ({"a": "export {b};\n"}, "not understood"),
        ({"a": "export default 1;\n"}, "not understood"),
        ({"a": "const {x, y} = z;\n"}, "not understood"),
        ({"a": 'import {b} from "left-pad";\n'}, "only files of this folder"),
        ({"a": 'import {b} from "../../b.js";\n'}, "only files of this folder"),
        ({"a": "const text = `one\ntwo`;\n"}, "several lines"),
        ({"a": "f(); /* now */\n"}, "line of its own"),
        ({"a": "/** one */ f();\n/** two */\n"}, "line of its own"),
    ],
)  # fmt: skip
def test_what_would_not_run_is_refused(files: dict[str, str], said: str) -> None:
    with pytest.raises(BadDeclaration, match=re.escape(said)):
        bundled(files)


STARTED = {  # module -> what a page, a notebook or another's page calls of it
    "page": "boot",
    "front": "bootFront",
    "widget": "render",
    "lesson": "bootLesson",
    "slides": "bootSlides",
    "pulse": "bootPulse",
    "said": "bootWords",
    "module": "widgetOf",
}


@pytest.mark.parametrize("picture", web.picture_names())
def test_a_page_has_its_own_picture_only(picture: str) -> None:
    """So it stays small; and it has the other modules that it needs, and none of the types."""
    code = web.script("page", pictures=[picture])
    drawn = re.findall(r"^PICTURES\.(\w+) =", code, re.M)
    base = ["map"] if picture in ("pair", "truths") else []  # these are maps with something beside them
    assert drawn == [*base, picture]
    solves = picture in ("forces", "map", "pair", "truths")
    assert len(code.encode()) < (142_000 if solves else 100_000)  # Newton's steps take the place of tables of fits
    assert "@param" not in code
    assert not re.search(r"^(import|export) ", code, re.M)
    assert ("Evaluator" in code) == ("class Newton" in code) == solves


def test_all_pictures_stand_in_one_scope() -> None:
    every = web.script("page", "front", pictures=web.picture_names())
    assert len(every.encode()) < 256_000  # no page has it; the front page has what its explorers draw
    assert {card.picture for card in CARDS.values()} <= set(web.picture_names())


def test_a_picture_that_is_not_there() -> None:
    with pytest.raises(BadDeclaration, match=r"no pictures/none\.js .* bound, counts, curves, errors"):
        web.script("page", pictures=["none"])


def test_every_module_is_reached() -> None:
    """From what is started somewhere; only the types are not."""
    reached = set()

    def read(name: str) -> str:
        reached.add(name)
        return (HOME / "js" / f"{name}.js").read_text(encoding="utf-8")

    bundle([*STARTED, *(f"pictures/{name}" for name in web.picture_names())], read)
    there = {path.relative_to(HOME / "js").with_suffix("").as_posix() for path in (HOME / "js").rglob("*.js")}
    assert there - reached == {"types"}


def test_what_is_exported_is_imported_or_started() -> None:
    names = [path.relative_to(HOME / "js").with_suffix("").as_posix() for path in (HOME / "js").rglob("*.js")]
    texts = {name: (HOME / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names if name != "types"}
    modules = [parse(name, text) for name, text in texts.items()]
    taken = {word for module in modules for words in module.imports.values() for word in words}
    exported = {word for module in modules for word in module.exports}
    assert exported - taken == set(STARTED.values())


def test_nothing_of_npm_is_shipped() -> None:
    suffixes = {path.suffix for path in HOME.rglob("*.*") if "__pycache__" not in path.parts}
    assert suffixes == {".py", ".js", ".css", ".po", ".pot"}
