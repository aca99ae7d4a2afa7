"""The ways a rule can say no; entry points translate the codes, nothing here is shown to a person."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Any refusal by a rule of the installation; carries a code and its parameters, never a sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class RuleBroken(DomainError):
    """Input that breaks a rule; `field` names where (HTTP 422)."""

    def __init__(self, field: str, code: str, **params: Any) -> None:
        super().__init__(code, **params)
        self.field = field


class NotFound(DomainError):
    """Nothing there, or nothing that this person may know of (HTTP 404)."""

    def __init__(self, code: str = "not_found", **params: Any) -> None:
        super().__init__(code, **params)


class Forbidden(DomainError):
    """The person is known and the thing too, but the role does not allow it (HTTP 403)."""

    def __init__(self, code: str = "forbidden", **params: Any) -> None:
        super().__init__(code, **params)


class TooMuch(DomainError):
    """More than a person may write in a day (HTTP 429)."""


class Conflict(DomainError):
    """The thing has moved on: another state than the caller thought (HTTP 409)."""
