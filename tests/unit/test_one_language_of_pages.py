"""What a page says in another language than its own is found; content and names are left out."""

from __future__ import annotations

from tests.crawl.languages import chinese_in, latin_in, without_chinese


def test_chinese_is_found_in_text_attributes_and_what_scripts_are_given():
    page = (
        '<html lang="en"><p title="全部">All</p><p>Two 条</p><script>{"n": "未答"}</script></html>'
    )
    assert chinese_in(page) == ["全部", "Two 条", "未答"]


def test_content_and_what_is_typed_as_it_is_are_no_faults():
    bare = without_chinese("云岭市") + without_chinese(r"\u4e91")
    page = (
        f'<html lang="en"><p>{bare}</p><p lang="zh-CN">正文</p><p>Letters, as in “正确”</p></html>'
    )
    assert chinese_in(page) == []


def test_signs_stay_different_where_content_is_taken_away():
    assert without_chinese("甲") != without_chinese("乙") and len(without_chinese("甲乙")) == 2
    assert without_chinese("a, b") == "a, b"


def test_words_in_latin_letters_are_found_but_names_codes_and_addresses():
    page = (
        '<html lang="zh-CN"><p>officer</p><p>Excel 文件，编号 a1b2cdef</p><script>let x</script>'
        '<input type="radio" value="single"><img alt="picture"><p>http://localhost/here</p></html>'
    )
    assert latin_in(page) == ["officer", "picture"]
