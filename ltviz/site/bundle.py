"""One zip for a class: what stands in a site's folder and a class needs, to be opened without a network."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from ltviz.core.errors import LtvizError
from ltviz.core.files import write_bytes

MOST = 15_000_000  # bytes of a zip: what a school's mail and a phone take
PAGE = 2_000_000  # of a page: what a phone opens without a pause
ROOT = "ltviz-class"  # the folder in it; a learning platform wants none
PAGES = (
    "index.html",
    "class.html",
    "script.html",
    "pulse.html",
    "explore/*.html",
    "lessons/*.html",
    "reference/**/*.html",
)
STAMP = (1980, 1, 1, 0, 0, 0)  # the same bytes on every day
TITLE = "ltviz: why long-tailed losses work"
# The names of SCORM 1.2 (Sharable Content Object Reference Model, ADL 2001) and of IMS content packaging 1.1.2.
IMS = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"


def write_bundle(site: Path, out: Path, *, scorm: bool = False, front: str | None = None) -> Path:
    """Write the zip.

    Parameters
    ----------
    site : Path
        A folder that `write_site` has filled.
    out : Path
        The zip.
    scorm : bool
        Pack it for a learning platform, with an imsmanifest.xml of SCORM 1.2.
    front : str, optional
        A front page in place of the site's own: it leads to nothing that stays behind.

    Raises
    ------
    LtvizError
        Where there is no site, or it or a page of it is too large for a class.
    """
    files = dict(_files(site))
    if front is not None:
        files["index.html"] = front.encode()
    if "index.html" not in files or not any(name.startswith("explore/") for name in files):
        raise LtvizError(f"{site} holds no site to pack; write one first: ltviz site --out {site}")
    heavy = [name for name, data in files.items() if len(data) > PAGE]
    if heavy:
        raise LtvizError(f"a page for a class has at most {PAGE / 1e6:.0f} MB; these have more: {', '.join(heavy)}")
    content = packed(files, manifest(files) if scorm else None)
    if len(content) > MOST:
        largest = max(files, key=lambda name: len(files[name]))
        raise LtvizError(
            f"the zip would have {len(content) / 1e6:.1f} MB; a class takes at most {MOST / 1e6:.0f} MB: write a "
            f"smaller site with --only; the largest page is {largest} ({len(files[largest]) / 1e6:.1f} MB)"
        )
    return write_bytes(out, content)


def _files(site: Path) -> Iterator[tuple[str, bytes]]:
    for pattern in PAGES:
        for path in sorted(site.glob(pattern)):
            yield path.relative_to(site).as_posix(), path.read_bytes()


def packed(files: Mapping[str, bytes], manifest: bytes | None = None) -> bytes:
    """Return a zip of these files: the same bytes whenever the files are the same."""
    named = (
        {f"{ROOT}/{name}": data for name, data in files.items()}
        if manifest is None
        else {"imsmanifest.xml": manifest, **files}
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(named):
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, named[name])
    return whole.getvalue()


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the imsmanifest.xml of SCORM 1.2: each page an item, in the order in which a class meets them."""
    pages = sorted((name for name in files if name.endswith(".html")), key=_place)
    items = "".join(
        f'<item identifier={quoteattr(f"ITEM-{k}")} identifierref={quoteattr(f"RES-{k}")} isvisible="true">'
        f"<title>{escape(_title(files[page], page))}</title></item>"
        for k, page in enumerate(pages)
    )
    others = sorted({*files} - {*pages})
    shared = "".join(f"<file href={quoteattr(each)}/>" for each in others)
    resources = "".join(
        f'<resource identifier={quoteattr(f"RES-{k}")} type="webcontent" adlcp:scormtype="asset" '
        f"href={quoteattr(page)}><file href={quoteattr(page)}/>{shared}</resource>"
        for k, page in enumerate(pages)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest identifier="ltviz" version="1.1" xmlns="{IMS}" xmlns:adlcp="{ADL}">'
        "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
        f'<organizations default="ORG"><organization identifier="ORG"><title>{escape(TITLE)}</title>{items}'
        f"</organization></organizations><resources>{resources}</resources></manifest>\n"
    ).encode()


def _place(page: str) -> tuple[int, str]:
    """Return the place of a page in a class: the door, the five minutes, lessons, explorers, the pulse."""
    first = ("index.html", "class.html", "script.html")
    if page in first:
        return first.index(page), page
    return (3 if page.startswith("lessons/") else 4 if page.startswith("explore/") else 5), page


def _title(page: bytes, name: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page.decode("utf-8", "replace"), re.DOTALL)
    return html.unescape(found[1]).removesuffix(" - ltviz") if found else name
