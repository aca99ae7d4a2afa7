"""Completions: each a fact that is recorded once, withdrawn by a decision or by a rule, and in the
figures at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.progress.standings import of_person
from learnapp.db.study.completions import Withdrawals, standing_completion, withdrawals_of
from learnapp.db.study.models import Item
from learnapp.domain.exams.exams import Channel
from learnapp.services.notices import inbox
from learnapp.services.people import people
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.services.refusals import refused
from tests.small_office import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def item(office):
    """The portion that the programme asks."""
    return office.session.scalars(select(Item.id).where(Item.portion_id.is_not(None))).first()


def _complete(office, item, source="paper:1", at=None, now=NOW):
    who, caller = office.staff["officer"], office.system(now)
    return completions.complete(caller, NewCompletion(who, item, Channel.PAPER, {}, source, at))


def _done(office):
    return of_person(office.session, office.staff["officer"], NOW)[office.stage_id].counts.done


def _standing(office, item):
    return standing_completion(office.session, office.staff["officer"], item)


def test_the_same_fact_is_recorded_once_and_counts_at_once(office, item):
    before = _done(office)
    made = _complete(office, item)
    assert _complete(office, item) is None
    assert _standing(office, item).id == made and _done(office) == before + 1


def test_a_completion_may_be_reported_late_but_not_ahead(office, item):
    _complete(office, item, at=NOW - timedelta(days=1))
    assert _standing(office, item).occurred_at == NOW - timedelta(days=1)
    with refused("in_the_future"):
        _complete(office, item, "paper:2", at=LATER)


def test_a_withdrawn_completion_is_owed_again_and_its_person_reads_why(office, item):
    before, made = _done(office), _complete(office, item)
    completions.withdraw(office.caller("head", LATER), made, " 代学 ")
    completions.withdraw(office.caller("head", LATER), made, "又一次")
    assert _standing(office, item) is None and _done(office) == before
    who = office.staff["officer"]
    assert withdrawals_of(office.session, who, item) == Withdrawals(1, LATER)
    office.session.flush()
    (told,) = inbox.notices_of(office.caller("officer", LATER))
    assert told.notice.code == "completion_withdrawn" and told.notice.params["reason"] == "代学"


def test_of_several_completions_the_next_holds_when_one_is_withdrawn(office, item):
    first, second = (_complete(office, item, source) for source in ("paper:1", "paper:2"))
    completions.withdraw(office.caller("head"), first, "代学")
    assert _standing(office, item).id == second


def test_a_rule_withdraws_without_a_notice(office, item):
    made = _complete(office, item)
    completions.withdraw_by_rule(office.session, LATER, made, "成绩更正")
    assert _standing(office, item) is None
    assert inbox.notices_of(office.caller("officer", LATER)) == []


def test_a_withdrawal_has_a_reason_and_comes_after_what_it_withdraws(office, item):
    made = _complete(office, item)
    with refused("reason_needed"):
        completions.withdraw(office.caller("head"), made, " ")
    with refused("out_of_order"):
        completions.withdraw(office.caller("head"), made, "代学", NOW - timedelta(hours=1))


def test_nobody_withdraws_their_own_or_one_beyond_their_reach(office, item):
    office.add_branch()
    made, head = _complete(office, item), office.staff["head"]
    own = completions.complete(office.system(), NewCompletion(head, item, Channel.PAPER, {}, "x"))
    for login, which, code in (
        ("head", own, "own_case"),
        ("local", made, "completion_unknown"),
        ("marker", made, "forbidden"),
    ):
        with refused(code):
            completions.withdraw(office.caller(login), which, "代学")


def test_a_completion_goes_with_its_person_to_another_unit(office, item):
    branch, made = office.add_branch(), _complete(office, item)
    post = people.MembershipSpec(branch, office.line_id)
    people.transfer(office.caller(), office.staff["officer"], post, NOW.date())
    office.session.flush()
    completions.withdraw(office.caller("local", LATER), made, "代学")
    assert _standing(office, item) is None
