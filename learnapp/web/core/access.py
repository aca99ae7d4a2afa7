"""Who may call a route: every view carries exactly one rule, and a test walks them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from learnapp.config import MOST_UPLOAD
from learnapp.domain.core.permissions import Permission

MOST_FORM = 2 * 1024 * 1024  # bytes of a form or of JSON

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """What a route asks of its caller, what it takes, whether it opens its transactions itself, and what
    a second press does: a post `makes` something once, or is `repeatable` for a reason. Whether it is for
    who has not proven their second factor yet, and whether it asks for a fresh proof."""

    permission: Permission | None
    signed_in: bool
    own_transactions: bool = False
    without_grants: bool = False
    most_bytes: int = MOST_FORM
    bare: bool = False
    makes: bool = False
    repeatable: str = ""
    before_second: bool = False
    steps_up: bool = False


def public(view: View) -> View:
    """Anybody may call."""
    return _with(view, Rule(None, signed_in=False))


def signed_in(view: View) -> View:
    """Anyone who is signed in may call, and meets only their own things."""
    return _with(view, Rule(None, signed_in=True))


def may(permission: Permission) -> Callable[[View], View]:
    """Only who holds the permission through some grant; the service scopes it by unit."""

    def mark(view: View) -> View:
        return _with(view, Rule(permission, signed_in=True))

    return mark


def own_transactions(view: View) -> View:
    """The view has slow work (a hash, a parse) that must not hold the write lock."""
    return _changed(view, own_transactions=True)


def without_grants(view: View) -> View:
    """The view asks for no right and draws no page: what the caller was granted is not looked up."""
    return _changed(view, without_grants=True)


def takes_files(view: View) -> View:
    """The route takes uploads: the only kind whose body may be long."""
    return _changed(view, most_bytes=MOST_UPLOAD)


def makes(view: View) -> View:
    """The post does something that is done once for each key of its form (`web/once.py`)."""
    return _changed(view, makes=True)


def repeatable(reason: str) -> Callable[[View], View]:
    """The post may come twice by itself: the reason, for who reads the code."""
    return lambda view: _changed(view, repeatable=reason)


def before_second(view: View) -> View:
    """Who signed in by password alone may call it although a second factor is wanting."""
    return _changed(view, before_second=True)


def steps_up(view: View) -> View:
    """What it does cannot be taken back: who has a second factor proves it again just before."""
    return _changed(view, steps_up=True)


def bare(view: View) -> View:
    """The view asks neither for a session nor for the database, and answers when both are away."""
    return _with(view, Rule(None, signed_in=False, bare=True))


def keeps_what_was_typed(draw: Callable[[], str]) -> Callable[[View], View]:
    """A post refused for its form token draws its page again, for whom is signed in; a sign-in that
    is over keeps the fields on a page of their own."""

    def mark(view: View) -> View:
        view.draw_again = draw  # type: ignore[attr-defined]
        return view

    return mark


def draw_again_of(view: Any) -> Callable[[], str] | None:
    """How a view's page is drawn again with what was typed, or None if it does not keep it."""
    return getattr(view, "draw_again", None)


def rule_of(view: Any) -> Rule | None:
    """The rule of a view function, or None if it carries none."""
    return getattr(view, "rule", None)


def _changed(view: View, **changes: Any) -> View:
    rule = rule_of(view)
    if rule is None:
        raise TypeError("a rule is changed by a decorator above it")
    return _with(view, replace(rule, **changes))


def _with(view: View, rule: Rule) -> View:
    view.rule = rule  # type: ignore[attr-defined]
    return view
