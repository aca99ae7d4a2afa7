"""Pages are compiled with the sentences of one language in them; names of mappings are their keys."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from learnapp.web.core import page_environment
from learnapp.web.core.page_environment import PageEnvironment


@pytest.fixture(scope="module")
def environment() -> PageEnvironment:
    app = Flask("pages")
    page_environment.install(app)
    made = app.jinja_env
    assert isinstance(made, PageEnvironment)
    made.add_extension("jinja2.ext.i18n")
    made.install_gettext_callables(_asked_late, _asked_late, newstyle=True)  # type: ignore[attr-defined]
    return made


def _asked_late(text: str, *_: object) -> str:
    return f"[{text}]"


@pytest.mark.parametrize(
    ("spoken", "drawn"),
    [("zh", "<p>保存</p><p>没有这句</p>"), ("en", "<p>Save</p><p>没有这句</p>")],
)
def test_a_sentence_without_values_is_in_the_compiled_page(environment, spoken, drawn):
    page = environment.in_language(spoken).from_string(
        "<p>{{ _('保存') }}</p>{% set other = _('没有这句') %}<p>{{ other }}</p>"
    )
    assert page.render() == drawn


def test_a_sentence_with_values_or_that_is_not_a_literal_is_looked_up_when_it_is_drawn(environment):
    page = environment.in_language("en").from_string(
        "{{ _('第 %(n)s 题', n=3) }}{{ _(given) }}{{ ngettext('一', '多', 2) }}"
    )
    assert page.render(given="保存") == "[第 3 题][保存][一]"


def test_a_sentence_is_markup_as_when_it_is_looked_up(environment):
    words = environment.in_language("zh")._parse("{{ _('甲 & 乙 100%%') }}", None, None)
    assert words.body[0].nodes[0].value == Markup("甲 & 乙 100%")


def test_outside_of_any_language_nothing_is_replaced(environment):
    assert environment.from_string("{{ _('保存') }}").render() == "[保存]"


def test_a_name_of_a_mapping_is_its_key_before_its_method(environment):
    page = environment.from_string("{{ d.items }} {{ d.get('n') }} {{ d.lacking }}")
    assert page.render(d={"items": "三项", "n": 1}) == "三项 1 "
