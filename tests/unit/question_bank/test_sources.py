"""Sources in fields: a law, its article and the text it is cited by, read and written as a line."""

from __future__ import annotations

import pytest
import yaml

from question_bank.formats.exchange.yaml_bank import read_yaml, write_yaml
from question_bank.sources import LawSource, joined, laws_in

CRIMINAL = LawSource("刑法", "第十七条之一、第二十条第三款", "2023年修正，依2026年1月文本")
RULES = LawSource("信访工作条例", "第三章", "2022年施行")
QUESTION = "- {type: true_false, stem: 甲说, answer: true, source: %s}"


@pytest.mark.parametrize(
    "sources", [[CRIMINAL], [CRIMINAL, RULES], [LawSource("宪法")], [LawSource("宪法", "第五条")]]
)
def test_a_line_of_laws_gives_the_laws_back(sources: list[LawSource]) -> None:
    assert laws_in(joined(sources)) == sources


def test_laws_that_share_a_date_each_have_it() -> None:
    found = laws_in(
        "《法官法》第七条、《检察官法》第五条，《监察法》（2024年修正）；《宪法》第三条"
    )
    assert found == [
        LawSource("法官法", "第七条", "2024年修正"),
        LawSource("检察官法", "第五条", "2024年修正"),
        LawSource("监察法", "", "2024年修正"),
        LawSource("宪法", "第三条"),
    ]


def test_a_text_is_kept_beside_laws_and_names_none() -> None:
    assert (
        joined(["公开材料（2021年）", RULES])
        == "公开材料（2021年）；《信访工作条例》第三章（2022年施行）"
    )
    assert laws_in("教材第三章") == []


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("《刑法》第一条", "《刑法》第一条"),
        ("{law: 刑法, article: 第一条, law_as_of: 2023年修正}", "《刑法》第一条（2023年修正）"),
        ("[公开材料, {law: 宪法}]", "公开材料；《宪法》"),
    ],
)
def test_a_source_is_read_from_fields_and_from_a_line(written: str, line: str) -> None:
    (record,) = read_yaml((QUESTION % written).encode()).records
    assert record.question is not None and record.question.source == line


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{article: 第一条}", "source_without_law"),
        ("{law: 刑法, artikel: 第一条}", "field_unknown"),
        ("{law: [刑法]}", "not_text"),
    ],
)
def test_a_source_in_wrong_fields_is_to_be_confirmed(written: str, code: str) -> None:
    (record,) = read_yaml((QUESTION % written).encode()).records
    assert record.question is None and [each.code for each in record.reasons] == [code]


def test_dated_laws_are_written_as_fields_and_anything_else_as_a_line() -> None:
    lines = [
        joined([CRIMINAL]),
        joined([CRIMINAL, RULES]),
        "《刑法》第一条",
        "公开材料；《宪法》（2018年）",
    ]
    bank = "\n".join(QUESTION % f'"{line}"' for line in lines).encode()
    questions = [each.question for each in read_yaml(bank).records if each.question]
    written = write_yaml(questions)
    fields = {"law": "刑法", "article": CRIMINAL.article, "law_as_of": CRIMINAL.law_as_of}
    sources = [each["source"] for each in yaml.safe_load(written)]
    assert sources[0] == fields and sources[1][0] == fields and sources[2:] == lines[2:]
    read = [each.question.source for each in read_yaml(written).records if each.question]
    assert read == lines
