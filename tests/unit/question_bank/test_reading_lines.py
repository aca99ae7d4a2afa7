"""Reading .txt, .md and .docx: layouts as found in the wild, in a few lines of our own."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from question_bank.content import Media
from question_bank.formats import BankFile, Outcome, Record, Refused, read
from question_bank.model import BlankKey, QuestionType, TextKey, letters
from tests.pace import cpu_since
from tests.unit.question_bank.banks import docx, paragraphs_xml

LETTER_FILE = """某单位练习题
一、单项选择题（每题1分）
1.案卷由谁保管（ ）。
A.甲室
B.乙室
答案：B
答案解析：见规定。
1. 这一条是说明的一部分。
2.下列哪一年正确？
A.2.1938年 B.1949年C.1950年
答案：A
二、多项选择题
1、会议应当有（ ）参加
A、甲
B、乙
C、丙
参考答案：A、C
三、判断题
1．记录可以补签。（×）
2．记录应当签名。
答案：对
四、填空题
1.第____条第____款
答案：三；二
五、简答题
1.简述要求。
参考答案：
1.要全。
2.要准。
解析：略
2.说明理由。
答：理由充分。
"""


def txt(text: str, name: str = "a.txt") -> BankFile:
    return read(text.encode(), name)


def only(text: str) -> Record:
    (record,) = txt(text).records
    return record


def codes(record: Record) -> list[str]:
    return [reason.code for reason in record.reasons]


def test_sections_set_the_type_and_restart_the_numbers() -> None:
    found = txt(LETTER_FILE)
    assert [r.outcome for r in found.records] == [Outcome.READY] * 8
    questions = [r.question for r in found.records if r.question]
    assert [str(q.type) for q in questions] == [
        *("single", "single", "multiple", "true_false", "true_false"),
        *("fill_blank", "short_answer", "short_answer"),
    ]
    assert [letters(q) for q in questions][:5] == ["B", "A", "AC", "B", "A"]
    assert [o.content.plain for o in questions[1].options] == ["2.1938年", "1949年", "1950年"]
    assert questions[0].explanation.plain == "见规定。\n1. 这一条是说明的一部分。"
    assert questions[5].key == BlankKey((("三",), ("二",)))
    assert questions[6].key == TextKey("1.要全。\n2.要准。")
    assert questions[7].key == TextKey("理由充分。")
    assert [n.code for n in found.notes] == ["text_outside", *["heading"] * 5]


@pytest.mark.parametrize(
    "mark",
    [
        "A.甲\nB.乙",
        "A、甲 B、乙",
        "(A)甲(B)乙",
        "A．甲B．乙",
        "A：甲\nB：乙",
        "A 甲\nB 乙",
        "[A]甲 [B]乙",
        "A甲\nB乙",
        "Ａ．甲　Ｂ．乙",
    ],
)
def test_options_are_found_by_any_mark(mark: str) -> None:
    record = only(f"1.问题是什么\n{mark}\n答案：B")
    assert record.question is not None, record
    assert [o.content.plain for o in record.question.options] == ["甲", "乙"]
    assert letters(record.question) == "B"


@pytest.mark.parametrize(
    "answer",
    [
        "答案：B",
        "答案:B",
        "正确答案：Ｂ",
        "参考答案 B",
        "【答案】B",
        "答案是B",
        "答案为：B",
        "[答案] B",
        "我的答案：A 正确答案：B",
        "标准答案：B。",
    ],
)
def test_an_answer_line_is_found_by_any_mark(answer: str) -> None:
    record = only(f"1.问题是什么\nA.甲\nB.乙\n{answer}")
    assert record.question is not None and letters(record.question) == "B"


@pytest.mark.parametrize("bracket", ["（B）", "( B )", "（ Ｂ　）", "(\u00a0B\u00a0)"])
def test_an_answer_in_the_stems_bracket_is_taken_out_of_it(bracket: str) -> None:
    record = only(f"1.应当是{bracket}。\nA.甲\nB.乙")
    assert record.question is not None and letters(record.question) == "B"
    assert record.question.stem.plain == "应当是（　　）。"


@pytest.mark.parametrize("stem", ["应当依（1）是", "按(SP)办", "本条（略）"])
def test_a_bracket_that_holds_no_answer_stays(stem: str) -> None:
    record = only(f"1.{stem}\nA.甲\nB.乙\n答案：A")
    assert record.question is not None and record.question.stem.plain == stem


def test_questions_without_numbers_are_told_apart() -> None:
    found = txt(
        "甲问？\nA.一\nB.二\n答案：A\n乙问？\nA.三\nB.四\n答案：B\n解析：无\n丙问？\nA.五\nB.六\n答案：A"
    )
    assert [r.question.stem.plain for r in found.records if r.question] == [
        "甲问？",
        "乙问？",
        "丙问？",
    ]


def test_an_answer_may_stand_before_the_options_or_behind_the_last() -> None:
    found = txt("7\n甲问\n正确答案：B\nA：一\nB：二\n8\n乙问\nA.三 B.四 答案：A 解析：无")
    assert [letters(r.question) for r in found.records if r.question] == ["B", "A"]
    assert found.records[1].question and found.records[1].question.explanation.plain == "无"


def test_a_letter_of_a_true_false_question_is_resolved_through_its_text() -> None:
    found = txt("1.甲说\nA：对 B：错\n答案：A\n2.乙说\nA．错误 B．正确\n答案：A")
    keys = [r.question and letters(r.question) for r in found.records]
    assert keys == ["A", "B"]
    assert all(r.question and r.question.type is QuestionType.TRUE_FALSE for r in found.records)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.问\nA.甲\nB.乙", "no_answer"),
        ("1.问\nA.甲\nB.乙\n答案：C", "key_beyond_options"),
        ("一、单选题\n1.问\nA.甲\nB.乙\n答案：AB", "type_disagrees"),
        ("一、多选题\n1.问\nA.甲\nB.乙\n答案：A", "one_answer_for_multiple"),
        ("1.问（A）\nA.甲\nB.乙\n答案：B", "answers_differ"),
        ("1.问\nA.甲\nB.乙\nA.丙\nB.丁\n答案：B", "duplicate_letters"),
        ("1.问\nA.甲,A：丙\nB.乙,B：丁\n答案：B", "duplicate_letters"),
        ("1.问\nA.甲\nC.乙\n答案：A", "letters_out_of_order"),
        ("1.问\nA.甲\nB.乙\n答案：见书", "answer_not_letters"),
        ("一、判断题\n1.问\n答案：A", "answer_not_true_false"),
        ("一、填空题\n1.第____条____款\n答案：三", "blank_count"),
        ("1.问\n答案：一段话", "type_unknown"),
        ("1.问\nA.甲\nB.甲\n答案：B", "same_option_text"),
        ("1.问\nA.甲\nB.乙\n答案：B\n不知何处的话", "text_after_answer"),
    ],
)
def test_what_is_doubtful_is_left_for_a_person_with_the_reason(text: str, code: str) -> None:
    record = only(text)
    assert record.outcome is Outcome.TO_CONFIRM
    assert code in codes(record)
    assert record.question is not None or (record.draft and "said" in record.draft)


def test_a_number_with_nothing_else_is_not_understood() -> None:
    record = txt("1.甲问\nA.一\nB.二\n答案：A\n2.\n3.丙问\nA.一\nB.二\n答案：A").records[1]
    assert record.outcome is Outcome.NOT_UNDERSTOOD
    assert record.where.to_json() == {"paragraph": 5}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_gives_the_same(encoding: str) -> None:
    found = read(LETTER_FILE.replace("\n", "\r\n").encode(encoding), "题库.TXT")
    assert [r.question for r in found.records] == [r.question for r in txt(LETTER_FILE).records]


def test_two_byte_order_marks_and_kangxi_radicals_do_no_harm() -> None:
    data = b"\xef\xbb\xbf" * 2 + "1.⽴案\nA.⽤\nB.不用\n答案：A".encode()
    (record,) = read(data, "a.txt").records
    assert record.question and record.question.stem.plain == "立案"
    assert record.question.options[0].content.plain == "用"


def test_markdown_loses_its_signs() -> None:
    found = txt("## 单选题\n\n**1. 问** 什么\n- A. 甲\n- B. 乙\n\n**答案：B**\n", "a.md")
    (record,) = found.records
    assert record.question and record.question.stem.plain == "问 什么"
    assert [o.content.plain for o in record.question.options] == ["甲", "乙"]


def test_rows_of_tabs_in_a_text_file_are_cells() -> None:
    found = txt("11\t甲问\t正确答案：A\tA.一\tB.二C.三\n12\t乙问\t正确答案：C\tA.一B.二\tC.三\n")
    assert [r.question and letters(r.question) for r in found.records] == ["A", "C"]


def test_a_word_file_gives_what_its_text_gives() -> None:
    found = read(docx(paragraphs_xml(*LETTER_FILE.splitlines())), "题库.docx")
    assert [r.question for r in found.records] == [r.question for r in txt(LETTER_FILE).records]
    assert found.records[0].where.to_json() == {"paragraph": 3, "until": 8}


NUMBERING = """<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/>
<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>"""


def test_words_automatic_numbers_count() -> None:
    def auto(number: int, text: str) -> str:
        used = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        return f"<w:p><w:pPr>{used}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    body = (
        auto(1, "甲问") + auto(2, "一") + auto(2, "二") + paragraphs_xml("答案：B", "2.乙问（对）")
    )
    found = read(docx(body, word__numbering_dot_xml=NUMBERING), "a.docx")
    assert [r.question and letters(r.question) for r in found.records] == ["B", "A"]


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(out, "PNG")
    return out.getvalue()


PNG = png()


def test_pictures_and_underlined_gaps_of_a_word_file_are_kept() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="image" Target="media/1.png"/></Relationships>'
    )
    picture = (
        "<w:p><w:r><w:t>1.见图</w:t></w:r><w:r><w:drawing><a:blip "
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="r1"/>'
        "</w:drawing></w:r></w:p>"
    )
    gap = (
        '<w:p><w:r><w:t>2.第</w:t></w:r><w:r><w:rPr><w:u w:val="single"/></w:rPr>'
        '<w:t xml:space="preserve">    </w:t></w:r><w:r><w:t>条</w:t></w:r></w:p>'
    )
    body = picture + paragraphs_xml("A.甲", "B.乙", "答案：A") + gap + paragraphs_xml("答案：三")
    members = {"word__media__1_dot_png": PNG, "word___rels__document_dot_xml_dot_rels": relations}
    found = read(docx(body, **members), "a.docx")
    first, second = (record.question for record in found.records)
    assert first is not None and second is not None
    (media,) = [piece for piece in first.stem.pieces if isinstance(piece, Media)]
    assert found.media[media.sha256].data == PNG
    assert second.type is QuestionType.FILL_BLANK and second.stem.blanks == 1


def test_a_table_of_questions_in_a_word_file_is_read_by_its_header() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{paragraphs_xml(c)}</w:tc>" for c in cells) + "</w:tr>"

    table = f"<w:tbl>{row('题干', '答案', 'A', 'B')}{row('甲问', 'B', '一', '二')}</w:tbl>"
    found = read(docx(paragraphs_xml("1.前一题（对）") + table), "a.docx")
    assert [r.question and letters(r.question) for r in found.records] == ["A", "B"]


LONG = 19_900
LINES = [
    "甲" * 40,
    "A.",
    "1.甲",
    "（A）",
    "答案：",
    "A.A.A.A.",
    "（" * 200,
    "_" * 300,
    "A股涨",
    "第一章",
]
RUNS = [
    f"1.甲{' ' * LONG}乙（A）",
    f"1.甲\n答案：{' A' * (LONG // 2)}!",
    f"1.（{'A、' * (LONG // 2)}",
    f"一、填空题\n1.{'____' * 3}\n答案：甲{' ' * LONG}乙",
    f"A.{'B.' * (LONG // 2)}",
]


@pytest.mark.parametrize("text", [f"{line}\n" * 3000 for line in LINES] + RUNS)
def test_hostile_text_takes_no_more_than_linear_time(text: str) -> None:
    start = time.process_time()
    try:
        read(text.encode(), "a.txt")
    except Refused as refused:
        assert refused.code == "no_questions"
    assert cpu_since(start) < 3
