"""The demonstration's logins: who may sign in by one press, in an installation that holds nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from learnapp.services.operations import installation

PASSWORD = "demo-learn-2026"
"""Everybody's in the demonstration; it is printed at its start, and opens nothing else."""
_SETTING = "demo"


@dataclass(frozen=True)
class Login:
    """Who can sign in to the demonstration."""

    role_zh: str
    name: str
    login_name: str


def is_there(session: Session) -> bool:
    """Whether this installation is a demonstration."""
    return bool(installation.setting(session, _SETTING))


def logins(session: Session) -> list[Login]:
    """The demonstration's logins; none where it is not loaded."""
    return [
        Login(each["role_zh"], each["name"], each["login_name"])
        for each in installation.setting(session, _SETTING) or []
    ]


def label(session: Session, found: list[Login]) -> None:
    """Make the installation a demonstration with these logins, for good."""
    installation.set_setting(session, _SETTING, [vars(each) for each in found])
