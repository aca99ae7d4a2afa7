"""Every reader under mutated files: nothing comes out but a bank or the reader's own refusal.

A short round each time; `make fuzz` runs a long one (LEARNAPP_FUZZ inputs for each reader).
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable

import pytest

from question_bank import messages, sample
from question_bank.formats import Declared, Refused, read
from question_bank.formats.taught_files import learned
from question_bank.formats.writers import WRITERS
from question_bank.inspection import inspect_pieces
from tests.pace import cpu_since
from tests.unit.question_bank.banks import docx, paragraphs_xml
from tests.unit.question_bank.pdf import pdf
from tests.unit.question_bank.test_containers import ARCHIVE, OBJECTS, OLD_WORD
from tests.unit.question_bank.test_reading_lines import LETTER_FILE, PNG
from tests.unit.question_bank.test_reading_tables import HEADER, ROW, workbook
from tests.unit.question_bank.test_teaching import ROWS, example, text_of
from tests.unit.question_bank.test_unusual_sources import OLD_WORKBOOK

ROUNDS = int(os.environ.get("LEARNAPP_FUZZ", "150"))
SLOWEST_S = 5.0
_WORDS = re.compile(r"(?<=[>\"])([^<>\"]+)(?=[<\"])")
# What breaks readers more often than noise does.
TOKENS = [
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"{", b"}"),
    *(
        b"=",
        b"~",
        b"#",
        b"\\",
        b"\n\n",
        b"\t",
        b",",
        b'"',
        b"%%",
        b"::",
        b"->",
        b"A.",
        b"1.",
        b"____",
    ),
    *(
        "答案：".encode(),
        "一、单选题".encode(),
        "（A）".encode(),
        "【材料】".encode(),
        b"9" * 40,
        b"-1",
    ),
    *(b"<w:p>", b"</w:p>", b"<question type='cloze'>", b"{1:SA:=a}", b"&#xFFFF;", b"\xed\xa0\x80"),
    *(
        b"[tag:",
        b"$CATEGORY:",
        b"- &a *a",
        b"!!python/object:os.system",
        b"ANSWER: Z",
        b"\xe2\x80\x8b",
    ),
]


def _seeds() -> dict[str, bytes]:
    few = sample.load()[::8]
    seeds = {form: writer.write(few, {}) for form, writer in WRITERS.items()}
    seeds["txt"] = LETTER_FILE.encode()
    seeds["md"] = f"# 题\n\n{LETTER_FILE}".encode()
    seeds["csv"] = "\n".join(",".join(row) for row in (HEADER, ROW)).encode()
    seeds["plain.docx"] = docx(paragraphs_xml(*LETTER_FILE.split("\n")), word__media__a_dot_png=PNG)
    seeds["plain.xlsx"] = workbook(("一", [HEADER, ROW]), ("二", [ROW]))
    rows = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in (HEADER, ROW))
    seeds["json"] = json.dumps(OBJECTS, ensure_ascii=False).encode()
    seeds["pdf"] = pdf(LETTER_FILE.split("\n")[:30])
    seeds["doc"] = OLD_WORD.encode()
    seeds["mht"] = ARCHIVE.encode()
    seeds["sheet.xml"] = OLD_WORKBOOK.encode()
    seeds["html"] = f"<html><body><table>{rows}</table></body></html>".encode()
    return seeds


SEEDS = _seeds()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes after a few random changes: flipped, cut, doubled, moved, spiked with tokens."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(6):
            case 0 if out:
                out[at % len(out)] = chance.randrange(256)
            case 1:
                del out[at : at + chance.randrange(1, 60)]
            case 2:
                piece = bytes(out[at : at + chance.randrange(1, 200)])
                out[at:at] = piece * chance.randint(1, 20)
            case 3:
                out[at:at] = chance.choice(TOKENS) * chance.randint(1, 4)
            case 4:
                del out[at:]
            case _:
                other = chance.randrange(len(out) + 1)
                piece = bytes(out[at : at + 50])
                out[other:other] = piece
    return bytes(out)


def reworded(data: bytes, chance: random.Random) -> bytes:
    """The text after changes that keep it text, and XML mostly well formed: inside its words."""
    text = data.decode("utf-8", "replace")
    spans = [found.span(1) for found in _WORDS.finditer(text)] if text.startswith("<") else []
    for _ in range(chance.randint(1, 4)):
        start, end = chance.choice(spans) if spans else (0, len(text))
        at = chance.randint(start, end)
        piece = chance.choice(TOKENS).decode("utf-8", "ignore")
        match chance.randrange(5):
            case 0:
                text = text[:at] + piece + text[at:]
            case 1:
                text = text[:at] + text[min(end, at + chance.randrange(1, 20)) :]
            case 2:
                text = text[:at] + text[start:end][:300] * chance.randint(1, 3) + text[at:]
            case 3:
                text = text[:start] + piece + text[end:] if spans else piece + text
            case _:
                other = chance.randint(start, end)
                text = text[:at] + text[other : other + 80] + text[at:]
        if spans:
            spans = [found.span(1) for found in _WORDS.finditer(text)] or [(0, len(text))]
    return text.encode("utf-8", "surrogatepass")


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A package of which one member was mutated, so that the damage reaches past the zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    victim = chance.choice(sorted(members))
    change = reworded if chance.random() < 0.7 and _is_text(members[victim]) else mutated
    members[victim] = change(members[victim], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def attacked(data: bytes, chance: random.Random) -> bytes:
    """One input: a package is damaged from within three times out of four."""
    if data.startswith(b"PK") and chance.random() < 0.75:
        return repacked(data, chance)
    return (
        reworded(data, chance)
        if _is_text(data) and chance.random() < 0.7
        else mutated(data, chance)
    )


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("name", SEEDS)
def test_a_reader_gives_a_bank_or_refuses(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(f"{name}-{os.environ.get('LEARNAPP_FUZZ_SEED', '1')}")
    ending = name.rsplit(".", 1)[-1]
    tally: Counter[str] = Counter()
    for _ in range(ROUNDS):
        data = attacked(SEEDS[name], chance)
        started = time.process_time()
        try:
            "".join(inspect_pieces(read(data, f"a.{ending}"), "a"))
            tally["read"] += 1
        except Refused as refused:
            assert refused.code in messages.CODES
            tally["refused"] += 1
        assert cpu_since(started) < SLOWEST_S
    record_property("tried", f"{name}: {tally['read']} read, {tally['refused']} refused")


@pytest.mark.parametrize("name", ROWS)
def test_a_taught_layout_reads_any_text_and_any_text_teaches_or_is_refused(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(f"{name}-{os.environ.get('LEARNAPP_FUZZ_SEED', '1')}")
    text, marked = text_of(ROWS[name], 30).encode(), [example(1), example(2)]
    layout = learned("txt", text, marked).to_json()
    tally: Counter[str] = Counter()
    for _ in range(ROUNDS // 3):
        data = attacked(text, chance)
        started = time.process_time()
        for teach in (lambda: layout, lambda data=data: learned("txt", data, marked).to_json()):
            try:
                "".join(inspect_pieces(read(data, "a.md", declared=Declared(layout=teach())), "a"))
                tally["read"] += 1
            except Refused as refused:
                assert refused.code in messages.CODES
                tally["refused"] += 1
        assert cpu_since(started) < SLOWEST_S
    record_property("tried", f"{name}: {tally['read']} read, {tally['refused']} refused")
