"""督办: a letter first, an order approved by another, watched by the system."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.notices.models import Notice
from learnapp.db.progress import figure_facts
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.exams.exams import Channel
from learnapp.domain.notices.chases import (
    ChaseKind,
    ChaseState,
    ChaseStep,
    Condition,
    ConditionKind,
)
from learnapp.jobs import chases
from learnapp.services.notices import chasing
from learnapp.services.notices.chasing import NewChase
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import FIRST_DAY, NOW

LATER = NOW + timedelta(days=8)
TODAY = date(2026, 12, 1)
NOBODY = Condition(ConditionKind.BEHIND, 0)


@pytest.fixture
def branch(office):
    """A branch with somebody behind and a liaison who answers for it."""
    found = office.add_branch()
    grant = NewGrant(Role.LIAISON, found, office.line_id, FIRST_DAY)
    roles.grant(office.system(), office.staff["local"], grant)
    return found


def new(office, branch, kind=ChaseKind.LETTER, condition=NOBODY, days=2, owner="local"):
    due_on = TODAY + timedelta(days=days)
    owner_id = office.staff[owner]
    return NewChase(kind, office.stage_id, branch, owner_id, "请抓紧补学。", condition, due_on)


def told(office, code):
    rows = office.session.query(Notice).filter_by(code=code)
    return sorted(each.person_id for each in rows)


def watch(office, now):
    for chase_id in chasing.watched(office.session):
        step = chasing.step_due(office.session, now, chase_id)
        if step is not None:
            chasing.carry_out(office.session, now, chase_id, step)


def test_an_order_comes_after_a_letter_whose_day_is_over_and_is_approved_by_another(office, branch):
    head, order = office.caller("head", LATER), new(office, branch, ChaseKind.ORDER, days=20)
    with pytest.raises(Conflict, match="letter_first"):
        chasing.draft(head, order)
    letter = chasing.draft(head, new(office, branch))
    assert letter.state == ChaseState.ISSUED and told(office, "chase_issued") == [letter.owner_id]
    with pytest.raises(Conflict, match="letter_still_running"):
        chasing.draft(head, order)
    with pytest.raises(Conflict, match="chased"):
        chasing.draft(head, new(office, branch))
    over = office.caller("head", LATER + timedelta(days=3))
    row = chasing.draft(over, order)
    assert row.state == ChaseState.DRAFT and not chasing.may_approve(over, row)
    with pytest.raises(Forbidden, match="own_case"):
        chasing.approve(over, row.id)
    admin = office.caller("admin", LATER + timedelta(days=3))
    assert chasing.may_approve(admin, row) and chasing.approve(admin, row.id)
    assert not chasing.approve(admin, row.id)
    with pytest.raises(Conflict, match="chase_issued"):
        chasing.drop(admin, row.id)
    assert chasing.listed(over, PageSpan(1, 50)).orders_this_month == 1


def test_what_is_overdue_is_escalated_once_and_closed_when_its_condition_holds(office, branch):
    row = chasing.draft(office.caller("head", LATER), new(office, branch))
    watch(office, LATER + timedelta(days=1))
    assert row.escalated_at is None
    for days in (3, 4):
        watch(office, LATER + timedelta(days=days))
    # The owner and the author, who is also the head of the unit above.
    assert told(office, "chase_escalated") == sorted([office.staff["local"], office.staff["head"]])
    for duty in figure_facts.duties_of(office.session, [office.stage_id])[office.stage_id]:
        done = NewCompletion(office.staff["local"], duty.item_id, Channel.PAPER, {}, "c")
        completions.complete(Caller(office.session, SYSTEM, LATER), done)
    watch(office, LATER + timedelta(days=5))
    watch(office, LATER + timedelta(days=5))
    assert row.state == ChaseState.CLOSED and len(told(office, "chase_closed")) == 2


def test_a_chase_is_refused_that_asks_for_nothing_or_of_nobody(office, branch):
    head = office.caller("head", LATER)
    with pytest.raises(RuleBroken, match="owner_unknown"):
        chasing.draft(head, new(office, branch, owner="officer"))
    with pytest.raises(RuleBroken, match="condition_holds"):
        chasing.draft(head, new(office, branch, condition=Condition(ConditionKind.BEHIND, 1)))
    with pytest.raises(Forbidden, match="own_case"):
        chasing.draft(head, new(office, office.unit_id, owner="head"))
    with pytest.raises(NotFound):
        chasing.draft(office.caller("local", LATER), new(office, office.unit_id, owner="head"))


def test_a_chase_is_seen_by_those_above_and_by_whom_it_concerns(office, branch):
    row = chasing.draft(office.caller("head", LATER), new(office, branch))
    for login in ("head", "local", "admin"):
        assert chasing.one(office.caller(login, LATER), row.id)[0].chase is row
    with pytest.raises(NotFound):
        chasing.one(office.caller("marker", LATER), row.id)


def test_a_draft_is_dropped_once(office, branch):
    chasing.draft(office.caller("head", LATER), new(office, branch))
    over = office.caller("head", LATER + timedelta(days=3))
    row = chasing.draft(over, new(office, branch, ChaseKind.ORDER, days=9))
    assert chasing.may_drop(over, row) and chasing.drop(over, row.id)
    assert not chasing.drop(over, row.id)
    with pytest.raises(Conflict, match="chase_ended"):
        chasing.approve(office.caller("admin", LATER), row.id)


def test_an_overdue_chase_is_escalated_to_the_heads_above(office, branch):
    admin = office.appoint("admin", Role.LIAISON)
    chasing.draft(office.caller("admin", LATER), new(office, branch))
    watch(office, LATER + timedelta(days=3))
    assert office.staff["head"] in told(office, "chase_escalated")
    assert admin.actor.person_id in told(office, "chase_escalated")


def order_drafted(office, branch, days):
    chasing.draft(office.caller("head", LATER), new(office, branch))
    over = office.caller("head", LATER + timedelta(days=3))
    return chasing.draft(over, new(office, branch, ChaseKind.ORDER, days=days))


def test_an_order_whose_day_has_come_is_not_issued_any_more(office, branch):
    row = order_drafted(office, branch, days=4)
    with pytest.raises(Conflict, match="chase_too_late"):
        chasing.approve(office.caller("admin", LATER + timedelta(days=4)), row.id)


def test_a_chase_about_a_stage_in_force_no_more_is_listed_and_closed(office, branch, monkeypatch):
    row = order_drafted(office, branch, days=20)
    monkeypatch.setattr(figure_facts, "stages_in_force", lambda *_: [])
    now = LATER + timedelta(days=4)
    head = office.caller("head", now)
    assert {each.stage for each in chasing.listed(head, PageSpan(1, 50)).lines} == {"第一阶段"}
    assert chasing.one(head, row.id)[1] is None
    with pytest.raises(Conflict, match="chase_needless"):
        chasing.approve(office.caller("admin", now), row.id)
    watch(office, now)
    assert chasing.watched(office.session) == []
    assert len(told(office, "chase_closed")) == 2


def test_a_chase_that_cannot_be_watched_keeps_no_other_from_it(sqlite_url, monkeypatch):
    def broken(_session, _now, chase_id):
        if chase_id == 1:
            raise RuntimeError("a broken row")
        return ChaseStep.CLOSE

    done = []
    monkeypatch.setattr(chasing, "watched", lambda _: [1, 2])
    monkeypatch.setattr(chasing, "step_due", broken)
    monkeypatch.setattr(chasing, "carry_out", lambda *deed: done.append(deed[2:]) or True)
    database = Database(make_engine(sqlite_url))
    assert chases.watch(database, lambda: LATER) == 1
    database.engine.dispose()
    assert done == [(2, ChaseStep.CLOSE)]
