"""A page speaks one language: no Chinese in its English but what is typed or quoted, no English but names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.one_language import CHINESE, LATIN, NAMES, TYPED

ROOT = Path(__file__).resolve().parents[3]
PO = ROOT / "learnapp/translations/en/LC_MESSAGES/messages.po"
PLACEHOLDERS = re.compile(r"%\(\w+\)s|\{\w+\}")
NOT_SHOWN = re.compile(
    r"\{#.*?#\}|\b(?:_|ngettext)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", re.DOTALL
)
# Drawn when nothing else can be: it asks for no language.
PLAIN = "templates/core/errors/plain.html"
# Calls that put a sentence into a language, and those that read what people typed.
_SAYS = {"_", "gettext", "lazy_gettext", "ngettext", "N_", "translated", "counted"}
_READS = {"replace", "split", "compile"}
# What stands as it is in every language: words in files, marks in documents, the name of an issuer.
AS_IT_IS = {
    "单选题",
    "多选题",
    "判断题",
    "填空题",
    "简答题",
    "日学周测月考",
    "中文",
    '">〔F',
    "〕</a>",
}
TEMPLATES = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*.html")
)


def _sentences() -> list[tuple[str, list[str]]]:
    """Each Chinese sentence of the catalogue with its English ones."""
    with PO.open("rb") as file:
        found = [each for each in read_po(file, locale="en") if each.id]
    return [
        (
            each.id if isinstance(each.id, str) else each.id[0],
            [each.string] if isinstance(each.string, str) else list(each.string),
        )
        for each in found
    ]


def test_the_english_of_no_sentence_has_chinese_but_what_is_typed():
    wrong = [
        english
        for _, texts in _sentences()
        for english in texts
        if CHINESE.search(TYPED.sub("", english))
    ]
    assert wrong == []


def test_no_chinese_sentence_has_english_but_names():
    wrong = [
        chinese
        for chinese, _ in _sentences()
        if LATIN.search(NAMES.sub("", PLACEHOLDERS.sub("", chinese)))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [each for each in TEMPLATES if each != PLAIN])
def test_a_template_has_chinese_in_sentences_alone(name):
    text = NOT_SHOWN.sub("", (ROOT / name).read_text(encoding="utf-8"))
    assert [line.strip() for line in text.splitlines() if CHINESE.search(line)] == []


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _spoken(tree: ast.AST) -> Iterator[str]:
    """Chinese literals that a page may show: no docstring, none in a call that translates or reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and _called(node) in _SAYS | _READS:
            yield from _spoken(node.func)
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from [node.value] if CHINESE.search(node.value) else []
        yield from _spoken(node)


@pytest.mark.parametrize(
    "text, found",
    [
        ('_("条")\n"""条"""\nx = gettext("（%(n)s）", n="条")', []),
        ('f"{name}（{login}）"', ["（", "）"]),
        ('label("条") + "、".join(x)', ["条", "、"]),
    ],
)
def test_chinese_that_no_call_translates_is_seen(text, found):
    assert list(_spoken(ast.parse(text))) == found


@pytest.mark.parametrize("name", ["web", "wording"])
def test_code_of_pages_says_nothing_in_one_language_alone(name):
    wrong = {
        f"{path.relative_to(ROOT)}: {text}"
        for path in (ROOT / "learnapp" / name).rglob("*.py")
        for text in _spoken(ast.parse(path.read_text("utf-8")))
        if text not in AS_IT_IS and path.name not in {"dates.py"}
    }
    assert wrong == set()


def test_fields_of_several_choices_refuse_in_the_readers_language():
    """WTForms has no Chinese for a choice that is not offered: SeveralField has."""
    users = [
        path.name
        for path in (ROOT / "learnapp/web").rglob("*.py")
        if "SelectMultipleField" in path.read_text(encoding="utf-8")
    ]
    assert users == ["ticks_field.py"]
