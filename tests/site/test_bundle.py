"""The zip of a class: whole, the same bytes again, and a package as SCORM 1.2 asks for."""

from __future__ import annotations

import itertools
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ltviz.core.errors import LtvizError
from ltviz.course import lessons
from ltviz.explorers import CARDS
from ltviz.site import bundle, script

IMS, ADL = f"{{{bundle.IMS}}}", f"{{{bundle.ADL}}}"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    pages = ("index", "class", "explore/a_b", "lessons/04_margins", "lessons/05_x", "figures/large")
    for name in pages:
        path = tmp_path / "site" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<title>{name} &amp; more - ltviz</title>", encoding="utf-8")
    (tmp_path / "site" / "lessons" / "04_margins.ipynb").write_text("{}", encoding="utf-8")
    return tmp_path / "site"


def test_a_zip_holds_the_pages_and_has_the_same_bytes_again(site: Path, tmp_path: Path) -> None:
    first = bundle.write_bundle(site, tmp_path / "a.zip", front="door").read_bytes()
    for path in site.rglob("*.html"):
        path.touch()
    assert bundle.write_bundle(site, tmp_path / "b.zip", front="door").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        names = ["class", "explore/a_b", "index", "lessons/04_margins", "lessons/05_x"]
        assert archive.namelist() == [f"ltviz-class/{name}.html" for name in names]
        assert archive.read("ltviz-class/index.html") == b"door"


def test_a_package_is_as_scorm_asks(site: Path, tmp_path: Path) -> None:
    """The main rules of imscp_rootv1p1p2.xsd and adlcp_rootv1p2.xsd."""
    with zipfile.ZipFile(bundle.write_bundle(site, tmp_path / "a.zip", scorm=True)) as archive:
        names = {*archive.namelist()}
        root = ET.fromstring(archive.read("imsmanifest.xml"))
    assert root.tag == f"{IMS}manifest"
    assert [each.tag for each in root] == [f"{IMS}{name}" for name in ("metadata", "organizations", "resources")]
    assert [each.text for each in root[0]] == ["ADL SCORM", "1.2"]
    identifiers = [each.get("identifier") for each in root.iter() if each.get("identifier")]
    assert len({*identifiers}) == len(identifiers)
    assert all(each[0].isalpha() for each in identifiers), "xs:ID begins with a letter"
    (organization,) = root[1]
    assert root[1].get("default") == organization.get("identifier")
    assert organization[0].tag == f"{IMS}title"
    items, resources = organization[1:], {each.get("identifier"): each for each in root[2]}
    assert [item[0].text for item in items[:3]] == ["index & more", "class & more", "lessons/04_margins & more"]
    assert {item.get("identifierref") for item in items} == {*resources}
    for each in resources.values():
        assert (each.get("type"), each.get(f"{ADL}scormtype")) == ("webcontent", "asset")
        assert each.get("href") in [file.get("href") for file in each]
    listed = {file.get("href") for each in resources.values() for file in each}
    assert listed == names - {"imsmanifest.xml"}


def test_the_script_of_a_class_leads_to_what_there_is_and_takes_its_time(tmp_path: Path) -> None:
    """45 minutes; each explorer and lesson exists, each dial of a link is one of its page, at a value that it has."""
    assert sum(part.minutes for part in script.PARTS) == script.MINUTES
    known = {path.stem for path in lessons.lessons()}
    every = {"index.html", "class.html", "pulse.html"}
    every |= {f"explore/{name}.html" for name in CARDS} | {f"lessons/{stem}.html" for stem in known}
    ways = [way for part in script.PARTS for way, _ in part.ways]
    assert {way.partition("#")[0] for way in ways} <= every
    for way in ways:
        place, _, hash_ = way.partition("#")
        given = dict(pair.split("=") for pair in hash_.split("&") if pair)
        given.pop("guess", None)
        if given:
            dials = CARDS[Path(place).stem].fixed().dials
            for name, value in given.items():
                assert value in {str(each) if isinstance(each, str) else f"{each:g}" for each in dials[name].values}
    page = script.script(every, "auto")
    assert "not in this folder" not in page
    rows = re.findall(r'<th scope="row">(\d+) to (\d+)</th>', page)
    assert [rows[0][0], rows[-1][1]] == ["0", "45"]
    assert all(end == start for (_, end), (start, _) in itertools.pairwise(rows))
    asking = [part for part in script.PARTS if script.Move(*script.ROUND[2]) in part.moves]
    assert len(asking) == 2
    assert all(CARDS[Path(part.ways[0][0].partition("#")[0]).stem].guess for part in asking), "codes come of guesses"
    assert script.script({"index.html"}, "auto").count("not in this folder") == page.count("<li><a") - 1


def test_no_site_and_one_that_is_too_large(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LtvizError, match="ltviz site --out"):
        bundle.write_bundle(tmp_path / "none", tmp_path / "a.zip")
    monkeypatch.setattr(bundle, "PAGE", 20)
    with pytest.raises(LtvizError, match=r"at most 0 MB; these have more: index.html"):
        bundle.write_bundle(site, tmp_path / "a.zip")
    monkeypatch.setattr(bundle, "PAGE", 2_000_000)
    monkeypatch.setattr(bundle, "MOST", 100)
    with pytest.raises(LtvizError, match=r"at most 0 MB.*the largest page is"):
        bundle.write_bundle(site, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
