"""New one-time codes for many: who is meant, who is left out and why, then the action as previewed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from learnapp.db.accounts import code_choice
from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.services.accounts import code_sheets

MOST_TICKED = 500


class AccountState(StrEnum):
    """Whose account is in which state."""

    WITHOUT = "without"  # no password yet
    UNUSED = "unused"  # a code was issued and not used
    ALL = "all"


@dataclass(frozen=True)
class RecipientChoice:
    """Who is meant: those ticked, else those of a unit with all below it whose account is so."""

    people: tuple[int, ...] = ()
    unit_id: int | None = None
    account: AccountState = AccountState.WITHOUT


@dataclass(frozen=True)
class Meant:
    """A person who would get a code."""

    person_id: int
    name: str
    login_name: str
    has_password: bool


@dataclass(frozen=True)
class ReissuePreview:
    """What reissuing would do: to whom, and how many are left out for which code of a refusal."""

    people: list[Meant]
    left_out: dict[str, int]

    @property
    def fingerprint(self) -> str:
        """Changes when other people are meant, or somebody has set a password since."""
        text = " ".join(f"{each.person_id}:{each.has_password:d}" for each in self.people)
        return sha256(text.encode()).hexdigest()[:16]


def preview(caller: Caller, choice: RecipientChoice) -> ReissuePreview:
    """Who would get a new code. Raises NotFound for a unit out of reach."""
    session, actor = caller.session, caller.actor
    actor.must(Permission.PEOPLE_ACTIVATE)
    today, units = local_day(caller.now), None
    ticked = choice.people[:MOST_TICKED] or None
    condition = None
    if ticked is None:
        if choice.unit_id is not None:
            require_scope(session, actor, Permission.PEOPLE_ACTIVATE, choice.unit_id, today)
            units = unit_trees.subtree(choice.unit_id, default_line(session).id, today)
        if choice.account is AccountState.WITHOUT:
            condition = ~code_choice.has_password()
        elif choice.account is AccountState.UNUSED:
            condition = code_choice.has_open_code(caller.now)
    found, left_out = [], dict.fromkeys(("own_case", "person_is_disabled", "person_above"), 0)
    whom = code_choice.Recipients(ticked, units, condition)
    for row in code_choice.chosen(session, actor, today, whom):
        if is_own(actor, row.id):
            left_out["own_case"] += 1
        elif row.disabled_at is not None:
            left_out["person_is_disabled"] += 1
        elif row.above and actor.person_id is not None:
            left_out["person_above"] += 1
        else:
            found.append(Meant(row.id, row.name, row.login_name or "", row.has_password))
    return ReissuePreview(found, {code: count for code, count in left_out.items() if count})


def meant(caller: Caller, choice: RecipientChoice, seen: str) -> list[tuple[int, int | None]]:
    """(person, unit) of those whom the preview showed, as their sheet has them; `seen` is its
    fingerprint.

    Raises Conflict("choice_changed") when others are meant by now, RuleBroken("people",
    "nobody_chosen").
    """
    found = preview(caller, choice)
    if not found.people:
        raise RuleBroken("people", "nobody_chosen")
    if seen != found.fingerprint:
        raise Conflict("choice_changed")
    ids = [each.person_id for each in found.people]
    return code_sheets.in_order(caller.session, caller.now, ids)
