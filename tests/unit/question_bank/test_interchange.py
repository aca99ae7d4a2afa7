"""GIFT, Moodle XML and Aiken: samples of each kind, and round trips over all that they carry."""

from __future__ import annotations

import base64
import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.content import Content, Media, Paragraph, Text
from question_bank.formats import BankFile, Outcome, Refused, read
from question_bank.formats.writers import WRITERS, unwritable
from question_bank.inspection import inspect_json
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Question, TextKey, letters, make_options
from tests.unit.question_bank.banks import questions
from tests.unit.question_bank.test_reading_lines import PNG


def gift(text: str) -> BankFile:
    return read(text.encode(), "a.gift")


def one(found: BankFile) -> Question:
    (record,) = found.records
    assert record.question is not None, record
    return record.question


def told(found: BankFile) -> list[tuple[str | None, str, list[str]]]:
    return [(r.type, str(r.outcome), [e.code for e in r.reasons]) for r in found.records]


def test_gift_choices_have_one_or_several_right_answers() -> None:
    found = gift(
        "// a remark\n$CATEGORY: $course$/top/刑法/总则\n\n::标题::谁签字？{\n=法官#对\n~书记员#不对\n}\n\n"
        "哪些？{~%50%甲 ~%50%乙 ~%-100%丙}\n\n"
    )
    first, second = (r.question for r in found.records)
    assert first and second
    assert (first.type, letters(first), first.category) == ("single", "A", ("刑法", "总则"))
    assert first.explanation.plain == "A：对\nB：不对"
    assert (second.type, letters(second)) == ("multiple", "AB")


def test_gift_words_fill_a_gap_where_the_braces_stand() -> None:
    middle = one(gift("第{=三 =3}条"))
    assert middle.stem.plain == "第____条" and middle.key == BlankKey((("三", "3"),))
    assert one(gift("第_____条 {=三}")).stem.plain == "第____条"
    assert one(gift("Who?{=Grant}")).stem.plain == "Who?____"


def test_gift_true_false_essay_and_missing_word() -> None:
    assert letters(one(gift("甲说{F#wrong#right####因为}"))) == "B"
    assert told(gift("谈谈。{}")) == [("short_answer", "to_confirm", ["no_answer"])]
    chosen = one(gift("由{=甲 ~乙}负责"))
    assert chosen.type is QuestionType.SINGLE and chosen.stem.plain == "由 ____ 负责"


def test_gift_signs_that_are_escaped_are_text() -> None:
    found = one(gift(r"1 \{x\} \= 2 \~ 3 \# 4 \: 5{=甲\=乙 ~丙\}}"))
    assert found.stem.plain == "1 {x} = 2 ~ 3 # 4 : 5"
    assert [o.content.plain for o in found.options] == ["甲=乙", "丙}"]


def test_gift_what_cannot_be_carried_is_told() -> None:
    found = gift(
        "配对{=甲 -> 一 =乙 -> 二}\n\n多少？{#3.14:0.01}\n\n多少？{#3}\n\n近似{=%100%甲 =%50%乙}\n\n"
        "只是说明\n\n没有关上{=甲"
    )
    assert told(found) == [
        (None, "not_understood", ["type_not_supported"]),
        ("fill_blank", "to_confirm", ["number_with_tolerance"]),
        ("fill_blank", "ready", []),
        ("fill_blank", "to_confirm", ["partial_credit"]),
        ("fill_blank", "to_confirm", ["brace_open"]),
    ]
    assert [note.code for note in found.notes] == ["text_outside"]


def test_gift_titles_part_questions_where_the_empty_line_was_forgotten() -> None:
    found = gift("::a::甲{T}\n::b::乙{\n=一\n~二\n}\n::c::丙{F}\n")
    assert [r.type for r in found.records] == ["true_false", "single", "true_false"]
    assert [r.where.first for r in found.records] == [1, 2, 6]


def test_gift_html_is_read_as_text_without_what_could_act() -> None:
    found = one(gift("[html]<p>甲<br>乙</p><script>x()</script>{=是 ~否}"))
    assert found.stem.plain == "甲\n乙" and found.type is QuestionType.TRUE_FALSE


def test_gift_and_aiken_are_known_in_a_text_file() -> None:
    assert read("::a::甲{T}\n\n乙{=一 ~二}".encode(), "a.txt").format == "gift"
    assert read("甲\nA. 一\nB. 二\nANSWER: A\n".encode(), "a.txt").format == "aiken"
    assert read("1.甲{一}\nA.一\nB.二\n答案：A".encode(), "a.txt").format == "txt"


def test_aiken_is_read_with_its_faults_told() -> None:
    found = read(
        "甲\nA. 一\nB) 二\nANSWER: B\n\n乙\nA. 一\nB. 二\nANSWER: C\n\n丙\nA. 一\nB. 二\n".encode(),
        "a.aiken",
    )
    assert told(found) == [
        ("single", "ready", []),
        ("single", "to_confirm", ["key_beyond_options", "no_answer"]),
        ("single", "to_confirm", ["no_answer"]),
    ]


def moodle(*inside: str) -> BankFile:
    return read(f"<?xml version='1.0'?><quiz>{''.join(inside)}</quiz>".encode(), "a.xml")


def asked(kind: str, text: str, rest: str) -> str:
    body = f"<questiontext format='html'><text><![CDATA[{text}]]></text></questiontext>"
    return f"<question type='{kind}'><name><text>n</text></name>{body}{rest}</question>"


def answer(fraction: float, text: str) -> str:
    return f"<answer fraction='{fraction}'><text>{text}</text></answer>"


def test_moodle_questions_of_every_kind_are_read() -> None:
    found = moodle(
        "<question type='category'><category><text>$course$/top/甲</text></category></question>",
        asked(
            "multichoice",
            "<p>问</p>",
            "<single>true</single>" + answer(100, "一") + answer(0, "二"),
        ),
        asked(
            "multichoice",
            "问",
            "<single>false</single>" + answer(50, "一") + answer(50, "二") + answer(-100, "三"),
        ),
        asked("truefalse", "问", answer(0, "true") + answer(100, "false")),
        asked("shortanswer", "问", answer(100, "一") + answer(100, "壹")),
        asked(
            "numerical",
            "问",
            "<answer fraction='100'><text>3</text><tolerance>0.1</tolerance></answer>",
        ),
        asked("essay", "问", "<graderinfo format='html'><text>要点</text></graderinfo>"),
        asked("cloze", "甲{1:SHORTANSWER:=一~=壹}乙{1:SA:=二}", ""),
        asked("cloze", "由{1:MULTICHOICE:甲~=乙}负责", ""),
        asked("matching", "配对", "<subquestion><text>甲</text></subquestion>"),
        asked("description", "说明", ""),
    )
    assert told(found) == [
        ("single", "ready", []),
        ("multiple", "ready", []),
        ("true_false", "ready", []),
        ("fill_blank", "ready", []),
        ("fill_blank", "to_confirm", ["number_with_tolerance"]),
        ("short_answer", "ready", []),
        ("fill_blank", "ready", []),
        ("single", "ready", []),
        (None, "not_understood", ["type_not_supported"]),
    ]
    blanks = found.records[6].question
    assert blanks and blanks.key == BlankKey((("一", "壹"), ("二",)))
    assert blanks.stem.plain == "甲____乙____" and blanks.category == ("甲",)
    assert [note.code for note in found.notes] == ["heading", "text_outside"]


def test_moodle_pictures_come_along_and_scripts_do_not() -> None:
    file = f"<file name='a.png' encoding='base64'>{base64.b64encode(PNG).decode()}</file>"
    text = (
        "<p>图<img src='@@PLUGINFILE@@/a.png' onerror='x()'><img src='http://x/y.png' alt='远'></p>"
    )
    inside = f"<text><![CDATA[{text}<script>x()</script>]]></text>{file}"
    body = f"<questiontext format='html'>{inside}</questiontext>"
    found = moodle(
        f"<question type='truefalse'>{body}{answer(100, 'true')}{answer(0, 'false')}</question>"
    )
    question = one(found)
    pieces = list(question.stem.pieces)
    assert [type(each) for each in pieces] == [Text, Media, Text]
    assert isinstance(pieces[1], Media) and pieces[1].sha256 in found.media
    assert question.stem.plain == "图[远]"


# What a format carries, as questions that have nothing else.
def carried(question: Question, form: str) -> Question:
    lacks = WRITERS[form].lacks
    empty = {"explanation": Content(), "source": "", "category": (), "difficulty": None}
    bare: dict[str, object] = {field: empty[field] for field in empty if field in lacks}
    if "category" not in lacks:
        # A slash at the end of a name is lost, as the writer says.
        names = (each.strip("/ ") for each in question.category)
        bare["category"] = tuple(filter(None, names))
    return dataclasses.replace(question, **bare)  # type: ignore[arg-type]


def again(some: list[Question], form: str, name: str) -> list[Question | None]:
    if not some:
        return []
    found = read(WRITERS[form].write(some, {}), name)
    assert all(r.outcome is Outcome.READY for r in found.records), told(found)
    return [record.question for record in found.records]


@pytest.mark.parametrize(
    ("form", "name"),
    [(form, f"a.{form}") for form in ("gift", "aiken", "xml", "docx", "zip", "xlsx", "yaml")],
)
@given(st.lists(questions(), min_size=1, max_size=4))
def test_what_is_written_reads_the_same(form: str, name: str, some: list[Question]) -> None:
    fit = [carried(each, form) for each in some if WRITERS[form].fits(each)]
    if form == "aiken":
        fit = [each for each in fit if not any("\n" in o.content.plain for o in each.options)]
    if form == "docx":
        fit.sort(key=lambda each: list(QuestionType).index(each.type))
    assert again(fit, form, name) == fit


@pytest.mark.parametrize(
    ("form", "name"), [(form, f"a.{form}") for form in WRITERS if form != "aiken"]
)
def test_pictures_are_carried(form: str, name: str) -> None:
    sha256 = hashlib.sha256(PNG).hexdigest()
    stem = Content((Paragraph((Text("见图"), Media(sha256))),))
    options = make_options([Content((Paragraph((Media(sha256),)),)), Content.from_text("乙")])
    key = ChoiceKey(frozenset({options[0].id}))
    question = Question(QuestionType.SINGLE, stem, options, key)
    found = read(WRITERS[form].write([question], {sha256: PNG}), name)
    assert [r.question for r in found.records] == [question]
    assert found.media[sha256].data == PNG


def test_an_old_picture_beside_a_moodle_text_belongs_to_the_stem() -> None:
    coded = base64.b64encode(PNG).decode()
    data = (
        '<quiz><question type="truefalse"><questiontext><text>见图</text></questiontext>'
        f"<image>a.png</image><image_base64>{coded}</image_base64>"
        '<answer fraction="100"><text>true</text></answer><answer><text>false</text></answer>'
        "</question></quiz>"
    )
    (record,) = (found := read(data.encode(), "a.xml")).records
    assert record.question
    assert [
        found.media[piece.sha256].data
        for piece in record.question.stem.pieces
        if isinstance(piece, Media)
    ] == [PNG]


def test_a_cloze_of_several_choices_is_a_text_that_its_gaps_share() -> None:
    asked = (
        "由{1:MULTICHOICE:=值班员~访客}填写，每班{2:SA:=两}人，须{3:MULTIRESPONSE:=登记~=核对~唱歌}"
    )
    data = (
        '<quiz><question type="cloze"><questiontext><text>'
        f"{asked}</text></questiontext></question></quiz>"
    )
    told = inspect_json(read(data.encode(), "a.xml"), "a.xml")["records"]
    assert [(each["type"], each["answer"], each["reasons"]) for each in told] == [
        ("single", "A", ["cloze_parted"]),
        ("fill_blank", ["两"], ["cloze_parted"]),
        ("multiple", "AB", ["cloze_parted"]),
    ]
    assert {each["passage"] for each in told} == {"由（1）____填写，每班（2）____人，须（3）____"}


def test_what_a_format_cannot_carry_is_counted() -> None:
    blanks = Question(
        QuestionType.FILL_BLANK,
        Content.from_text("____和____", blanks=True),
        (),
        BlankKey((("甲",), ("乙",))),
        difficulty=3,
    )
    essay = Question(QuestionType.SHORT_ANSWER, Content.from_text("谈谈"), (), TextKey("略"))
    pictured = dataclasses.replace(essay, stem=Content((Paragraph((Text("图"), Media("0" * 64))),)))
    assert unwritable([blanks, essay, pictured], "gift") == {"question": 1}
    assert unwritable([pictured], "aiken") == {"question": 1}
    assert unwritable([blanks, essay], "aiken") == {"question": 2}
    assert unwritable([blanks, essay, pictured], "xml") == {}
    assert unwritable([blanks], "xlsx") == {}


def test_yaml_lists_by_name_are_read_as_sheets() -> None:
    statement = "{type: true_false, stem: 甲说, answer: true}"
    found = read(f"01_a:\n  - {statement}\n02_b:\n  - {statement}\n  - 乙\n".encode(), "a.yaml")
    assert [(r.where.sheet, r.where.row, r.outcome) for r in found.records] == [
        ("01_a", 1, Outcome.READY),
        ("02_b", 1, Outcome.READY),
        ("02_b", 2, Outcome.NOT_UNDERSTOOD),
    ]


@pytest.mark.parametrize("text", ["{}", "[]", "甲: 乙", "甲: []", "甲: [{stem: 问}]\n乙: 丙", "甲"])
def test_yaml_of_another_shape_holds_no_questions(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text.encode(), "a.yaml")
    assert refused.value.code == "no_questions"
