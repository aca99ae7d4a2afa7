"""The home of who answers for units: a stage now and since the last Friday, and who needs what."""

from __future__ import annotations

from datetime import timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.exams import Channel
from learnapp.services.progress import figures, head_home
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW

LATER = NOW + timedelta(days=6)  # the Sunday on which the week's reading falls due
NEXT = NOW + timedelta(days=7, hours=2)


def _stage(office):
    return figures.stage_for(office.session, office.stage_id)


def _complete(office, login, item_id, at):
    caller = Caller(office.session, office.system(at).actor, at)
    done = NewCompletion(office.staff[login], item_id, Channel.PAPER, {}, "home")
    assert completions.complete(caller, done)


def test_a_stage_says_what_it_is_now_and_what_changed_since_friday(office):
    stage, head = _stage(office), office.caller("head", NEXT)
    counters.refresh_stale(office.session, NEXT)
    before = head_home.stage_now(head, stage, office.unit_id)
    assert before.change is not None and before.change.day.isoformat() == "2026-11-27"
    assert before.change.done == 0 and before.unit_name
    work = head_home.to_do(head, stage, office.unit_id)
    for login in ("officer", "other"):
        _complete(office, login, work[0].item_id, NEXT)
    after = head_home.stage_now(head, stage, office.unit_id)
    assert after.change is not None and after.change.done == 2
    assert after.counts.done == before.counts.done + 2
    assert after.counts == figures.unit_figures(head, stage, office.unit_id).top
    assert after.judged == figures.unit_figures(head, stage, office.unit_id).rows[0].judged


def test_who_needs_what_names_them_by_what_falls_due_first_and_leaves_names_out_for_exams(office):
    head, stage = office.caller("head", NEXT), _stage(office)
    counters.refresh_stale(office.session, NEXT)
    work = head_home.to_do(head, stage, office.unit_id)
    assert [each.due_at for each in work] == sorted(each.due_at for each in work)
    (read,) = [each for each in work if each.names]
    (exam,) = [each for each in work if not each.names]
    assert len(read.names) == read.waiting and exam.waiting == read.waiting
    assert all(each.is_overdue for each in work)
    _complete(office, "officer", read.item_id, NEXT)
    again = {each.item_id: each for each in head_home.to_do(head, stage, office.unit_id)}
    assert again[read.item_id].waiting == read.waiting - 1
    assert "officer甲" in read.names and "officer甲" not in again[read.item_id].names


def test_nothing_is_compared_with_a_friday_before_the_stage_began(office):
    first = _stage(office).first_day
    early = NOW - timedelta(days=(local_day(NOW) - first).days)
    found = head_home.stage_now(office.caller("head", early), _stage(office), office.unit_id)
    assert found.change is None and found.judged is None
