"""Names are spelt, sorted and searched by one rule, however they were typed."""

from __future__ import annotations

import pytest
from pypinyin import lazy_pinyin

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people import names
from learnapp.domain.people.names import (
    clean_code,
    clean_login,
    clean_name,
    name_key,
    search_key,
    search_words,
    sort_key,
)
from learnapp.domain.people.people import clean_login_name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("张　三", "张三"),
        (" 欧阳 修 ", "欧阳修"),
        ("阿不都·热合曼", "阿不都·热合曼"),
        ("Ann   Lee", "Ann Lee"),
        ("ＡＮＮ", "ANN"),
        ("李\u200b四\ufeff", "李四"),
        ("派出所（城关）", "派出所（城关）"),
    ],
)
def test_a_name_is_stored_without_stray_spaces(typed, stored):
    assert clean_name(typed) == stored
    assert clean_name(stored) == stored


@pytest.mark.parametrize(
    "typed", ["police-110", "ＰＯＬＩＣＥ–１１０", " police—110 ", "Police－110", "po lice‑110"]
)
def test_a_login_name_is_one_whatever_dash_and_width_it_was_typed_with(typed):
    assert clean_login_name(typed) == "police-110"


@pytest.mark.parametrize("card", ["110101199003077758", "１１０１０１１９９００３０７７７５Ｘ"])
def test_an_identity_card_is_no_login_name_in_any_width(card):
    with pytest.raises(RuleBroken) as broken:
        clean_login_name(card)
    assert broken.value.code == "identity_card"


@pytest.mark.parametrize(
    "typed", ["AB23-CD45-EF67", "ab23–cd45—ef67", "ＡＢ２３ ＣＤ４５－ＥＦ６７"]
)
def test_a_one_time_code_is_one_whatever_it_was_typed_with(typed):
    assert clean_code(typed) == "AB23CD45EF67"


def test_units_are_compared_without_width_space_and_brackets():
    assert name_key("派出所（城关）") == name_key("派出所 (城关)")
    assert name_key("城关派出所") != name_key("城东派出所")


def test_a_surname_sorts_by_its_own_reading():
    assert sort_key("曾育才") == "zeng yu cai"
    assert sort_key("单雄信") == "shan xiong xin" and sort_key("单于飞") == "chan yu fei"
    assert sorted(["曾育才", "陈桐", "周晓岚"], key=sort_key) == ["陈桐", "曾育才", "周晓岚"]


def test_the_table_of_surnames_says_only_what_the_library_does_not_know():
    for name, reading in names._SURNAMES.items():
        assert " ".join(lazy_pinyin(name)) != reading or name == "单于"


@pytest.mark.parametrize("typed", ["曾育", "zengyu", "Zeng Yu", "zyc", "曾 育才", "ＺＹＣ"])
def test_a_person_is_found_by_name_pinyin_and_initials(typed):
    assert search_words(typed) in search_key("曾育才")


def test_dots_of_a_chinese_keyboard_and_unseen_characters_do_no_harm_in_a_login_name():
    assert clean_login("Zhang．San。Feng＿1") == "zhang.san.feng_1"
    assert clean_login("ab\u200bc\u00ad\u2060d\ufeff") == "abcd"
    for dash in "‐‑‒–—―−﹘﹣－":
        assert clean_login(f"a{dash}b") == "a-b"


def test_a_name_of_latin_words_keeps_single_spaces_and_full_width_signs_stay():
    assert clean_name("Ａｎｎ　１") == "Ann 1"
    assert clean_name("派出所（一）＆") == "派出所（一）＆"
    assert clean_name("𠀀 三") == "𠀀三" and clean_name("㐀 三") == "㐀三"


def test_case_width_and_spaces_make_no_difference_to_the_key():
    assert name_key("ANN  lee") == name_key("annlee") == "annlee"
    assert name_key("（一）") == "(一)"


def test_keys_are_lower_case_and_of_bounded_length():
    assert sort_key("Ann张") == "ann zhang"
    assert len(sort_key("张" * 300)) == 200 and len(sort_key("曾" + "张" * 300)) == 200
    assert len(search_key("张" * 300)) == 400


def test_a_search_key_holds_the_name_its_pinyin_and_its_initials():
    assert search_key("曾育才") == "曾育才\x1fzengyucai\x1fzyc"
    assert search_words("Xi'an 市") == "xian市"


@pytest.mark.parametrize(("name", "reading"), names._SURNAMES.items())
def test_readings_of_surnames_are_lower_case_pinyin(name, reading):
    assert sort_key(name) == reading
    assert reading.replace(" ", "").isalpha() and reading.isascii() and reading.islower()
