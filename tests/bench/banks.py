"""How many questions a second are read, written to files, staged and brought into a bank.

5,000 questions made of law's words; CPU seconds of this process on one core, the database's own not
counted apart. Memory is that of the command line, inspecting a workbook of 50 MB.
"""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import xlsxwriter
from docx import Document

from learnapp.db.bank.models import Bank
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.files.models import ImportJob, StoredFile
from learnapp.db.migrate import upgrade
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.bank import banks, question_entry, question_imports
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from question_bank.content import Content
from question_bank.formats import BankFile, read
from question_bank.formats.office.xlsx_bank import TYPE_NAMES, answer_text
from question_bank.formats.writers import WRITERS
from question_bank.model import (
    LETTERS,
    TRUE_FALSE_OPTIONS,
    BlankKey,
    ChoiceKey,
    Question,
    QuestionType,
    TextKey,
    make_options,
)
from tests.small_office import NOW, build

QUESTIONS = 5_000
WORDS = (
    "人民法院公安机关检察院证据程序行政处罚法律规定当事人申请复议期限依法作出决定执行管辖回避审查"
)
Value = TypeVar("Value")


def questions(count: int) -> list[Question]:
    """So many questions, the same each time."""
    chance = random.Random(7)
    kinds = chance.choices(list(QuestionType), [5, 3, 2, 1, 1], k=count)
    return [_question(kind, chance) for kind in kinds]


def _question(kind: QuestionType, chance: random.Random) -> Question:
    def text(fewest: int, most: int) -> str:
        return "".join(chance.choice(WORDS) for _ in range(chance.randint(fewest, most)))

    stem = Content.from_text(f"{text(15, 60)}（　　）。")
    about = {"explanation": Content.from_text(text(20, 60)), "category": ("刑法", "总则")}
    match kind:
        case QuestionType.TRUE_FALSE:
            key = ChoiceKey(frozenset({chance.choice(["true", "false"])}))
            return Question(kind, stem, TRUE_FALSE_OPTIONS, key, **about)
        case QuestionType.FILL_BLANK:
            stem = Content.from_text(f"{text(8, 20)}____{text(4, 10)}", blanks=True)
            return Question(kind, stem, (), BlankKey(((text(2, 4),),)), **about)
        case QuestionType.SHORT_ANSWER:
            stem = Content.from_text(f"简述{text(8, 20)}。")
            return Question(kind, stem, (), TextKey(text(40, 120)), **about)
    options = make_options([Content.from_text(text(4, 18)) for _ in range(4)])
    right = chance.sample(options, 1 if kind is QuestionType.SINGLE else chance.randint(2, 4))
    return Question(kind, stem, options, ChoiceKey(frozenset(o.id for o in right)), **about)


def lines(some: list[Question]) -> list[str]:
    """The questions as an admin types them."""
    told = []
    order = list(QuestionType)
    section, number = None, 0
    for each in sorted(some, key=lambda question: order.index(question.type)):
        if each.type is not section:
            section, number = each.type, 0
            told.append(f"一、{TYPE_NAMES[section]}")
        number += 1
        told.append(f"{number}.{each.stem.plain}")
        if each.type is not QuestionType.TRUE_FALSE:
            marks = zip(LETTERS, each.options, strict=False)
            told += [f"{letter}.{option.content.plain}" for letter, option in marks]
        told += [f"答案：{answer_text(each)}", f"解析：{each.explanation.plain}"]
    return told


def _rate(name: str, deed: Callable[[], Value], count: int = QUESTIONS, least: int = 0) -> Value:
    started = time.process_time()
    value = deed()
    rate = count / (time.process_time() - started)
    asked = f"   asked: {least:,}" if least else ""
    print(f"  {name:<34}{rate:>10,.0f} questions/s{asked}")
    return value


def _files(some: list[Question]) -> None:
    text = "\n".join(lines(some)).encode()
    document = Document()
    for line in lines(some):
        document.add_paragraph(line)
    word = io.BytesIO()
    document.save(word)
    _rate("text parsed", lambda: read(text, "a.txt"), least=3_000)
    _rate("Word as typed parsed", lambda: read(word.getvalue(), "a.docx"), least=2_000)
    for form in WRITERS:
        _there_and_back(form, [each for each in some if WRITERS[form].fits(each)])


def _there_and_back(form: str, fit: list[Question]) -> None:
    least = {"gift": 2_000, "xlsx": 3_000, "docx": 2_000}.get(form, 0)
    data = _rate(f"{form} written", lambda: WRITERS[form].write(fit, {}), len(fit), least=2_000)
    _rate(f"{form} parsed", lambda: read(data, f"a.{form}"), len(fit), least)


def _staged(caller: Caller, into: Bank, file: StoredFile, found: BankFile) -> ImportJob:
    staging = question_imports.Staging(question_imports.known_of(caller.session, into.id))
    rows = staging.rows(found.records)
    return question_imports.stage(caller, question_imports.begin(caller, into, file), found, rows)


def _entered(caller: Caller, job: ImportJob) -> int:
    question_entry.confirm(caller, job.public_id)
    while (part := question_entry.next_part(caller.session, job.id)) is not None:
        question_entry.enter_part(caller.session, caller.now, part)
    return int(job.counts["added"])


def _database(some: list[Question], url: str) -> None:
    database = Database(make_engine(url))
    upgrade(database.engine)
    with database.writing() as session:
        staff, unit_id, *_rest = build(session)
        admin = Actor(staff["admin"], grants_of(session, staff["admin"], local_day(NOW)))
        made = banks.add_bank(Caller(session, admin, NOW), unit_id, "五千", "public").id
    data = WRITERS["xlsx"].write(some, {})
    found = read(data, "a.xlsx")
    with database.writing() as session:
        file = staged_imports.keep_file(
            Caller(session, admin, NOW), unit_id, NewFile("0" * 64, len(data), "a.xlsx", "x")
        )
        into = session.get_one(Bank, made)
        job = _rate(
            "staged beside their twins",
            lambda: _staged(Caller(session, admin, NOW), into, file, found),
        )
        _rate(
            "written into the bank",
            lambda: _entered(Caller(session, admin, NOW), job),
            least=2_000,
        )
    database.engine.dispose()


def _workbook(path: Path, size: int) -> None:
    """A workbook of at least `size` bytes, of text that does not compress away."""
    chance = random.Random(1)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("题库")
    sheet.write_row(0, 0, ["题型", "题干", "正确答案", "A", "B", "C", "D", "解析"])
    letters = "".join(chr(code) for code in range(0x4E00, 0x9F00))
    row = 0
    for row in range(1, size // 560):
        stem = "".join(chance.choices(letters, k=90))
        options = ["".join(chance.choices(letters, k=25)) for _ in range(4)]
        sheet.write_row(row, 0, ["单选题", stem, chance.choice("ABCD"), *options, stem[::-1]])
    book.close()


def _memory() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        _workbook(path, 50_000_000)
        command = [sys.executable, "-m", "question_bank", "inspect", "--json", str(path)]
        started = time.perf_counter()
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"  inspect --json of a workbook of {path.stat().st_size / 1e6:.0f} MB: "
            f"{json.loads(told)['total']:,} questions in {spent:.0f} s, "
            f"peak {peak:.0f} MB (asked: 300)"
        )


def main() -> None:
    """Measure all, and print it."""
    some = questions(QUESTIONS)
    print(f"question files, {QUESTIONS:,} questions, one core")
    _files(some)
    with tempfile.TemporaryDirectory() as folder:
        _database(some, f"sqlite:///{folder}/bench.sqlite3")
    _memory()


if __name__ == "__main__":
    main()
