"""New codes for many: who is meant, who is left out and why, then the deed as it was previewed."""

from __future__ import annotations

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.services.accounts import code_choice, code_sheets
from learnapp.services.accounts.code_choice import AccountState, RecipientChoice
from tests.services.accounts.branches import Town
from tests.services.refusals import refused
from tests.small_office import NOW

SEAL = Seal(b"k" * 64)


@pytest.fixture
def town(office):
    """The office with two branches below it."""
    return Town(office.session)


@pytest.fixture
def chosen(office):
    """(how many are meant, who is left out) when an actor looks at a choice."""

    def preview(actor, **choice):
        found = code_choice.preview(Caller(office.session, actor, NOW), RecipientChoice(**choice))
        return len(found.people), found.left_out

    return preview


def test_people_are_chosen_by_unit_with_all_below_it_or_by_ticking_them(town, chosen):
    east, west = town.branch["东城分局"], town.branch["西城分局"]
    assert chosen(town.admin, account=AccountState.ALL)[0] == len(town.staff) + 6
    assert chosen(town.admin, unit_id=town.top, account=AccountState.WITHOUT)[0] == 6
    assert chosen(town.admin, unit_id=east)[0] == 3
    ticked = tuple(town.people["西城分局"])
    assert chosen(town.admin, people=ticked, unit_id=west)[0] == 2


def test_an_admin_of_a_branch_chooses_there_alone_and_never_themselves(town, chosen):
    east = town.admins["东城分局"]
    assert chosen(east, unit_id=town.branch["东城分局"]) == (2, {"own_case": 1})
    assert chosen(east, people=tuple(town.people["西城分局"])) == (0, {})
    with refused("not_found"):
        chosen(east, unit_id=town.branch["西城分局"])


def test_people_are_chosen_by_whether_their_code_was_used(office, town, chosen):
    assert chosen(town.admin, account=AccountState.UNUSED)[0] == 0
    (one, _) = town.people["西城分局"]
    code_sheets.issue_to_one(Caller(office.session, town.admin, NOW), SEAL, one)
    assert chosen(town.admin, account=AccountState.UNUSED)[0] == 1


def test_codes_are_issued_to_those_who_were_previewed_or_to_nobody(office, town):
    choice, admin = (
        RecipientChoice(unit_id=town.branch["东城分局"]),
        Caller(office.session, town.admin, NOW),
    )
    seen = code_choice.preview(admin, choice).fingerprint
    town.join(office.session, town.branch["东城分局"], "新来的")
    with refused("choice_changed"):
        code_choice.meant(admin, choice, seen)
    seen = code_choice.preview(admin, choice).fingerprint
    assert len(code_choice.meant(admin, choice, seen)) == 4
    with refused("nobody_chosen"):
        code_choice.meant(admin, RecipientChoice(people=(town.admin.person_id,)), "")
