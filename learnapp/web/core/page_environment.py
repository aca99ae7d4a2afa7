"""The environment in which pages are compiled: once for each language, with its sentences in them.

A page has a hundred sentences. Looked up at each drawing, they cost as much as its questions: so a
sentence without values is replaced by its words when the template is compiled.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from learnapp.web.core.language import language
from learnapp.wording.catalogue import Language, translated

_GETTEXT = ("_", "gettext")


class PageEnvironment(Environment):
    """Flask's environment; `in_language` is the same for pages in one language."""

    spoken: Language | None = None

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self._languages: dict[Language, PageEnvironment] = {}

    def in_language(self, spoken: Language) -> PageEnvironment:
        """The environment for pages in a language, made when it is first asked for: by then all
        that belongs to pages has been installed."""
        found = self._languages.get(spoken)
        if found is None:
            made: Any = self.overlay()
            made.spoken = spoken
            found = self._languages[spoken] = made
        return found

    def get_or_select_template(self, *named: Any, **options: Any) -> Template:
        """The template in the language of the request."""
        if self.spoken is None:
            return self.in_language(language()).get_or_select_template(*named, **options)
        return super().get_or_select_template(*named, **options)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A value of a mapping by its key first, which is what nearly all of a page's names are."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        return parsed if self.spoken is None else _Sentences(self.spoken).visit(parsed)


class _Sentences(NodeTransformer):
    """Puts the words of one language in the place of sentences that have no values."""

    def __init__(self, spoken: Language) -> None:
        self._spoken = spoken

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A call of gettext with one literal, and nothing else."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in _GETTEXT:
            return node
        if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
            return node
        (text,) = node.args
        if not isinstance(text, nodes.Const) or not isinstance(text.value, str):
            return node
        words = Markup(translated(self._spoken, text.value)) % {}
        return nodes.Const(words, lineno=node.lineno, environment=node.environment)


def install(app: Flask) -> None:
    """Let the application compile its pages here; before anything asks for its environment."""
    app.jinja_environment = PageEnvironment  # type: ignore[assignment]
