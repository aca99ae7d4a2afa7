"""QTI: items of both generations, packages with pictures and stimuli, and what must do no harm."""

from __future__ import annotations

import io
import zipfile

import pytest

from question_bank.content import Media
from question_bank.formats import BankFile, Record, Refused, read
from question_bank.model import BlankKey, Question, TextKey, letters
from tests.unit.question_bank.test_reading_lines import PNG

TWO = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"'
THREE = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'


def item(declared: str, body: str, rest: str = "") -> str:
    """An item of QTI 2.2."""
    return (
        f'<assessmentItem {TWO} identifier="i" title="题" adaptive="false" timeDependent="false">'
        f"{declared}<itemBody>{body}</itemBody>{rest}</assessmentItem>"
    )


def declaration(values: list[str], cardinality: str = "single", name: str = "RESPONSE") -> str:
    said = "".join(f"<value>{each}</value>" for each in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="identifier">'
        f"<correctResponse>{said}</correctResponse></responseDeclaration>"
    )


def choices(*texts: str, most: int = 1) -> str:
    inside = "".join(
        f'<simpleChoice identifier="C{n}">{text}</simpleChoice>' for n, text in enumerate(texts)
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}">'
        f"<prompt>哪个？</prompt>{inside}</choiceInteraction>"
    )


def record(xml: str) -> Record:
    (found,) = read(xml.encode(), "a.xml").records
    return found


def question(xml: str) -> Question:
    found = record(xml)
    assert found.question is not None, found
    return found.question


def codes(found: Record) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_a_choice_of_the_second_generation() -> None:
    hint = '<feedbackInline outcomeIdentifier="F" identifier="C1">对了</feedbackInline>'
    told = (
        '<modalFeedback outcomeIdentifier="F" identifier="x" showHide="show">因为</modalFeedback>'
    )
    xml = item(declaration(["C1"]), f"<p>引子</p>{choices('甲', '乙' + hint)}", told)
    found = question(xml)
    assert (found.type, letters(found)) == ("single", "B")
    assert found.stem.plain == "引子\n哪个？"
    assert [o.content.plain for o in found.options] == ["甲", "乙"]
    assert found.explanation.plain == "因为\nB：对了"


def test_a_choice_of_the_third_generation() -> None:
    xml = (
        f'<qti-assessment-item {THREE} identifier="i" title="题"><qti-response-declaration '
        'identifier="RESPONSE" cardinality="multiple" base-type="identifier"><qti-correct-response>'
        "<qti-value>a</qti-value><qti-value>c</qti-value></qti-correct-response>"
        "</qti-response-declaration><qti-item-body><qti-choice-interaction "
        'response-identifier="RESPONSE" max-choices="0"><qti-prompt>哪些？</qti-prompt>'
        '<qti-simple-choice identifier="a">甲</qti-simple-choice>'
        '<qti-simple-choice identifier="b">乙</qti-simple-choice>'
        '<qti-simple-choice identifier="c">丙</qti-simple-choice></qti-choice-interaction>'
        "</qti-item-body></qti-assessment-item>"
    )
    found = question(xml)
    assert (found.type, letters(found), found.stem.plain) == ("multiple", "AC", "哪些？")


def test_true_and_false_are_seen_in_a_choice() -> None:
    found = question(item(declaration(["C0"]), choices("错误", "正确")))
    assert (found.type, letters(found)) == ("true_false", "B")


def test_entries_are_blanks_where_they_stand() -> None:
    first = declaration(["三"], name="R1")
    second = (
        '<responseDeclaration identifier="R2" cardinality="single" baseType="string"><mapping>'
        '<mapEntry mapKey="二" mappedValue="1"/><mapEntry mapKey="贰" mappedValue="0.5"/>'
        '<mapEntry mapKey="一" mappedValue="0"/></mapping></responseDeclaration>'
    )
    body = (
        '<p>第<textEntryInteraction responseIdentifier="R1"/>条第'
        '<textEntryInteraction responseIdentifier="R2"/>款</p>'
    )
    doubted = record(item(first + second, body))
    assert codes(doubted) == ["partial_credit"]
    found = question(item(first + second, body))
    assert found.stem.plain == "第____条第____款"
    assert found.key == BlankKey((("三",), ("二",)))


def test_an_inline_choice_and_an_essay() -> None:
    inline = (
        '<p>由<inlineChoiceInteraction responseIdentifier="RESPONSE"><inlineChoice identifier="C0">'
        '甲</inlineChoice><inlineChoice identifier="C1">乙</inlineChoice></inlineChoiceInteraction>'
        "负责</p>"
    )
    found = question(item(declaration(["C1"]), inline))
    assert found.stem.plain == "由____负责" and letters(found) == "B"
    rubric = '<rubricBlock view="scorer"><p>要有依据</p></rubricBlock>'
    asked = '<p>谈谈</p><extendedTextInteraction responseIdentifier="RESPONSE"/>'
    essay = question(item("", f"{rubric}{asked}"))
    assert (essay.stem.plain, essay.key) == ("谈谈", TextKey("要有依据"))
    assert codes(record(item("", asked))) == ["no_answer"]


@pytest.mark.parametrize(
    "body",
    [
        '<orderInteraction responseIdentifier="RESPONSE"><simpleChoice identifier="a">甲'
        "</simpleChoice></orderInteraction>",
        '<matchInteraction responseIdentifier="RESPONSE"/>',
        choices("甲", "乙") + choices("丙", "丁"),
        choices("甲", "乙") + '<extendedTextInteraction responseIdentifier="R2"/>',
        "<p>只有文字</p>",
    ],
)
def test_what_we_have_no_type_for_is_kept_as_text(body: str) -> None:
    found = record(item(declaration(["a"]), body))
    assert (found.type, str(found.outcome)) == (None, "not_understood")
    assert codes(found) == ["type_not_supported"]


def test_a_key_that_only_marks_tell_and_a_template_are_left_for_a_person() -> None:
    mapped = (
        '<responseDeclaration identifier="RESPONSE" cardinality="multiple"><mapping>'
        '<mapEntry mapKey="C0" mappedValue="1"/><mapEntry mapKey="C1" mappedValue="-1"/>'
        "</mapping></responseDeclaration>"
    )
    assert codes(record(item(mapped, choices("甲", "乙", most=0)))) == ["key_from_mapping"]
    template = '<templateDeclaration identifier="T" cardinality="single" baseType="integer"/>'
    doubted = record(item(declaration(["C0"]) + template, choices("甲", "乙")))
    assert codes(doubted) == ["template_item"]


def package(members: dict[str, bytes | str], manifest: bool = True) -> bytes:
    resources = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p2" href="{name}"/>'
        for n, name in enumerate(members)
        if name.startswith("items/")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if manifest:
            archive.writestr(
                "imsmanifest.xml", f"<manifest><resources>{resources}</resources></manifest>"
            )
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def packed(members: dict[str, bytes | str], manifest: bool = True) -> BankFile:
    return read(package(members, manifest), "a.zip")


PICTURED = item(
    declaration(["C0"]), f'<p>见图<img src="../images/a.png" alt="图"/></p>{choices("甲", "乙")}'
)


@pytest.mark.parametrize("manifest", [True, False])
def test_a_package_brings_its_pictures(manifest: bool) -> None:
    found = packed({"items/1.xml": PICTURED, "images/a.png": PNG}, manifest)
    (only,) = found.records
    assert only.question is not None
    (picture,) = [each for each in only.question.stem.pieces if isinstance(each, Media)]
    assert found.media[picture.sha256].data == PNG
    assert only.where.item == "items/1.xml"


@pytest.mark.parametrize(
    "source",
    ["../../etc/passwd", "http://x/a.png", "//x/a.png", "/images/no.png", "images/none.png"],
)
def test_a_picture_outside_the_package_is_not_fetched(source: str) -> None:
    xml = PICTURED.replace("../images/a.png", source)
    (only,) = packed({"items/1.xml": xml, "images/a.png": PNG}).records
    assert only.question is not None
    assert only.question.stem.plain.startswith("见图[图]")


def test_items_share_a_stimulus() -> None:
    stimulus = f"<assessmentStimulus {TWO}><stimulusBody><p>某甲一案</p></stimulusBody></assessmentStimulus>"
    reference = '<assessmentStimulusRef identifier="s" href="../s/1.xml"/>'
    xml = item(declaration(["C0"]) + reference, choices("甲", "乙"))
    found = packed({"items/1.xml": xml, "items/2.xml": xml, "s/1.xml": stimulus})
    passages = [each.question.passage for each in found.records if each.question]
    assert [each and each.plain for each in passages] == ["某甲一案", "某甲一案"]


def test_an_item_that_cannot_be_read_is_told_and_the_others_come() -> None:
    good = item(declaration(["C0"]), choices("甲", "乙"))
    found = packed({"items/1.xml": "<broken", "items/2.xml": good})
    assert [codes(each) for each in found.records] == [
        ["item_unreadable", "type_not_supported"],
        [],
    ]


def refusal(data: bytes, name: str = "a.xml") -> str:
    with pytest.raises(Refused) as refused:
        read(data, name)
    return refused.value.code


def test_what_would_do_harm_is_refused_or_made_harmless() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>'
    assert refusal((bomb + item("", "<p>&y;</p>")).encode()) == "broken_file"
    deep = "<div>" * 100_000 + "</div>" * 100_000
    assert refusal(item("", deep).encode()) == "broken_file"
    assert refusal(b"<assessmentTest/>") == "no_questions"
    assert refusal(package({"items/1.xml": PICTURED})[:200], "a.zip") == "broken_file"
    script = item(
        declaration(["C0"]), f"<p onclick='x()'>甲<script>x()</script></p>{choices('一', '二')}"
    )
    assert question(script).stem.plain == "甲\n哪个？"
