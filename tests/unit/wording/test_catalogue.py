"""The two languages and the catalogue behind the second."""

from __future__ import annotations

import pytest

from learnapp.wording.catalogue import (
    LANGUAGES,
    Lenient,
    counted,
    in_a_row,
    language_of,
    translated,
)
from learnapp.wording.questions import questions_label


def test_chinese_is_the_source_and_english_comes_from_the_catalogue():
    assert translated("zh", "本周的都完成了。") == "本周的都完成了。"
    assert translated("en", "没有必学必考任务。") == "There are no required tasks."


def test_values_stand_where_the_sentence_names_them():
    assert translated("zh", "复制 %(n)s 次", n=3) == "复制 3 次"
    assert "3" in translated("en", "复制 %(n)s 次", n=3)


def test_a_text_without_values_keeps_its_percent_sign():
    assert translated("zh", "合格线（%）") == "合格线（%）"


def test_a_text_that_nobody_translated_stays_chinese():
    assert translated("en", "没有这样一句话") == "没有这样一句话"


@pytest.mark.parametrize(("count", "english"), [(1, "1 minute"), (2, "2 minutes")])
def test_english_has_a_plural(count, english):
    one = "%(num)s 分钟"
    assert counted("zh", one, one, count) == f"{count} 分钟"
    assert counted("en", one, one, count) == english


def test_a_locale_of_english_is_english_and_everything_else_chinese():
    found = {code: language_of(code) for code in ("en", "en_GB", "en-US", "zh", "zh_CN", "fr", "")}
    assert found == {
        "en": "en", "en_GB": "en", "en-US": "en", "zh": "zh", "zh_CN": "zh", "fr": "zh", "": "zh"
    }  # fmt: skip
    assert list(LANGUAGES) == ["zh", "en"]


def test_a_value_that_is_not_there_reads_as_a_dash():
    values = Lenient(who="张三")
    assert (values["who"], values["what"]) == ("张三", "—")


def test_sentences_in_a_row_are_parted_in_english_alone():
    assert in_a_row("zh", "应考 3 人。", "", "免考 1 人。") == "应考 3 人。免考 1 人。"
    assert in_a_row("en", "3 expected.", "", "1 excused.") == "3 expected. 1 excused."


def test_one_question_is_no_plural():
    assert questions_label("en", 1) == "1 question"
    assert questions_label("en", 2) == "2 questions" and questions_label("zh", 1) == "1 题"
