"""Compare what every page says between two checkouts: `python -m tests.crawl.visible_text OTHER`.

The pages are those of the crawl: all that its people meet by links, by routes and by posts. Text is
compared as a reader sees it: a run of white space is one space, none is left at the edge of a block;
so a line break that a template puts between two Chinese words is a difference. Attributes that are
read out or shown count as text.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import re
import secrets
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from flask import Flask, Response, request, request_finished
from lxml import html

ROOT = Path(__file__).parents[2]
_SHOWN = ("alt", "aria-label", "placeholder", "title")
_UNSEEN = {"script", "style", "template", "meta", "link"}
# Elements that begin and end a line: white space beside them is never drawn.
_BLOCKS = set(
    """
    address article aside blockquote body br caption dd details dialog div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html label legend li main
    nav ol option optgroup p pre section select summary svg table tbody td template textarea
    tfoot th thead title tr ul
    """.split()  # noqa: SIM905
)
# Classes of the style sheet that lay out each child by itself, or that keep white space.
_APART = set(
    """
    actions by-unit choose choose-one face facts figure-bar foot-bar form-grid notice
    on-phones option-line outcome-word page-head pick q-head record-actions record-body row
    row-text said sheet-head slip-row tabs-line told-apart x-bar x-foot x-state
    """.split()  # noqa: SIM905
)
_AS_WRITTEN = {"kept"}
_SPACE = re.compile(r"[ \t\r\n\f]+")


def lines_of(page: str) -> list[str]:
    """Return what a page shows, one block a line, in the order of the document."""
    text = "".join(
        _pieces(html.document_fromstring(page.encode(), html.HTMLParser(encoding="utf-8")))
    )
    lines = (_SPACE.sub(" ", line).strip(" ") for line in text.split("\x00"))
    return [line for line in lines if line]


def _pieces(element: html.HtmlElement, apart: bool = False, written: bool = False) -> Iterator[str]:
    """Text in turn, with a NUL at each edge of a line; apart: the parent lays it out by itself."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    classes = set((element.get("class") or "").split())
    written = written or bool(classes & _AS_WRITTEN)
    lays_out = bool(classes & _APART)
    edge = "\x00" if apart or element.tag in _BLOCKS else ""
    inside = "\x00" if edge or lays_out else ""
    yield edge
    for name in _SHOWN:
        if element.get(name):
            yield f"{inside}[{name}: {element.get(name)}]{inside}"
    yield _marked(element.text, written)
    for child in element:
        yield from _pieces(child, lays_out, written)
        yield _marked(child.tail, written)
    yield edge


def _marked(text: str | None, written: bool) -> str:
    """Text whose white space is drawn as written gets marks in its place."""
    return _SPACE.sub(lambda run: "␣" * len(run[0]), text or "") if written else text or ""


@contextmanager
def _same_draws() -> Iterator[None]:
    """Tokens, codes and ids that are the same in each run, so that two runs can be compared."""
    drawn = random.Random(0)
    with (
        mock.patch.object(secrets, "token_bytes", lambda size=None: drawn.randbytes(size or 32)),
        mock.patch.object(secrets, "choice", drawn.choice),
        mock.patch.object(uuid, "uuid4", lambda: uuid.UUID(bytes=drawn.randbytes(16), version=4)),
    ):
        yield


def gather(folder: Path) -> dict[str, list[list[str]]]:
    """Walk this process's checkout; return per person and address the texts of its answers, in turn."""
    from tests.crawl import discovery, world

    found: dict[str, list[list[str]]] = {}

    def note(sender: Flask, response: Response, **_more: object) -> None:
        if response.mimetype != "text/html" or response.is_streamed:
            return
        walk = Path(str(sender.extensions["learnapp.database"].engine.url.database)).parent.name
        key = f"{walk} {request.method} {request.full_path.rstrip('?')}"
        found.setdefault(key, []).append(lines_of(response.get_data(as_text=True)))

    with _same_draws():
        made = world.build(folder / "world")
        with request_finished.connected_to(note):
            discovery.walk(made, folder / "walks")
    return found


def gather_from(checkout: Path) -> dict[str, list[list[str]]]:
    """Return the texts of a checkout, which is read by a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "texts.json"
        command = [sys.executable, "-P", str(Path(__file__).resolve()), "--write", str(target)]
        environment = os.environ | {"PYTHONPATH": str(checkout.resolve())}
        subprocess.run(command, cwd=checkout, env=environment, check=True)
        return dict(json.loads(target.read_text(encoding="utf-8")))


def differences(
    before: dict[str, list[list[str]]], after: dict[str, list[list[str]]]
) -> tuple[list[str], Counter[str]]:
    """Return the addresses whose text differs, and how often each line was taken out (-) or put in (+)."""
    changed, lines = [], Counter[str]()
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, []), after.get(key, [])
        if old == new:
            continue
        changed.append(key)
        flat = ([line for page in pages for line in page] for pages in (old, new))
        lines.update(
            line
            for line in difflib.unified_diff(*flat, n=0, lineterm="")
            if line[:1] in "+-" and not line.startswith(("---", "+++"))
        )
    return changed, lines


def _read(source: Path) -> dict[str, list[list[str]]]:
    """Texts from a checkout or from a file that --write made."""
    if source.is_dir():
        return gather_from(source)
    return dict(json.loads(source.read_text(encoding="utf-8")))


def main(arguments: list[str]) -> int:
    """Compare two checkouts (or written texts), or write the texts of one; 1 when they differ."""
    parser = argparse.ArgumentParser(prog="tests.crawl.visible_text", description=__doc__)
    parser.add_argument("before", type=Path, nargs="?", help="a checkout, or a file of texts")
    parser.add_argument("after", type=Path, nargs="?", default=ROOT, help="by default this one")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write this checkout's texts")
    given = parser.parse_args(arguments)
    if given.write:
        with tempfile.TemporaryDirectory() as name:
            texts = gather(Path(name))
        given.write.write_text(json.dumps(texts, ensure_ascii=False, indent=0), encoding="utf-8")
        return 0
    if given.before is None:
        parser.error("name a checkout or a file of texts")
    before, after = _read(given.before), _read(given.after)
    changed, lines = differences(before, after)
    for line, count in lines.most_common():
        print(f"{count:5} {line}")
    for key in changed:
        print(f"differs: {key}")
    print(f"{len(before)} addresses before, {len(after)} after, {len(changed)} differ")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
