"""The page of figures: the verdict and the day it was judged by, what it says while people are counted,
and an older database whose counters are made again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from alembic import command

from learnapp.db import migrate
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.progress import counters, figure_facts, tally_store
from learnapp.db.progress.models import StageCounting
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.jobs.tick import tick
from learnapp.services.operations import verify
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.determined import SeededRandomness
from tests.small_office import NOW, build

SUNDAY = datetime(2026, 11, 29, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
MONDAY = SUNDAY + timedelta(minutes=2)


def _page(home) -> str:
    return home.client.get(f"/progress/stages/{home.stage_id}/units/{home.unit_id}").text


def _finish(home, at: datetime) -> None:
    """Everybody completes all that is asked."""
    with home.database.writing() as session:
        stages = figure_facts.stages_in_force(session)
        for duty in figure_facts.duties_in_force(session, stages)[home.stage_id]:
            for person_id in home.people.values():
                caller = Caller(session, SYSTEM, at)
                done = NewCompletion(person_id, duty.item_id, Channel.PAPER, {}, "x")
                completions.complete(caller, done)


def _tabs(home) -> list[str]:
    page = home.client.get("/me").text
    tabs = page[page.index('<nav class="tabs"') :]
    return re.findall(r'href="([^"]+)"', tabs[: tabs.index("</nav>")])


def test_on_a_phone_progress_is_a_tab_of_who_answers_for_units_and_practice_a_row_of_their_own_page(
    home,
):
    home.enter("officer")
    assert _tabs(home) == ["/week", "/exams", "/practice", "/me"]
    home.enter("head")
    assert _tabs(home) == ["/week", "/exams", "/progress", "/me"]
    rows = home.client.get("/me").text.partition('<section class="on-phones">')[2]
    assert 'href="/practice"' in rows.partition("</section>")[0]


def test_a_verdict_names_the_day_it_was_judged_by_and_there_is_none_before(home):
    home.enter("head")
    assert "未到考核点" in _page(home) and 'class="verdict' not in _page(home)
    home.clock.instant = SUNDAY
    home.enter("head")
    assert "未到考核点" in _page(home)
    home.clock.instant = MONDAY
    home.enter("head")
    page = _page(home)
    assert "11月29日" in page and "考核点" in page and "严重滞后" in page


def test_what_is_done_after_the_checkpoint_changes_the_figure_and_not_the_verdict(home):
    home.clock.instant = MONDAY
    home.enter("head")
    _finish(home, MONDAY)
    page = _page(home)
    assert "任务进度 100.0%" in page and "严重滞后" in page
    home.clock.instant = MONDAY + timedelta(days=7)
    home.enter("head")
    page = _page(home)
    assert "严重滞后" not in page and "超前" in page and "12月6日" in page


def test_a_page_says_that_figures_are_not_complete_while_many_wait(home, monkeypatch):
    monkeypatch.setattr(counters, "BATCH", 1)
    monkeypatch.setattr("learnapp.web.progress.figures._ROUNDS", 2)
    with home.database.writing() as session:
        session.get_one(StageCounting, home.stage_id).counted_to = 0
    home.enter("head")
    assert "正在重新统计" in _page(home)
    tick(home.database, home.clock.now(), SeededRandomness())
    assert "正在重新统计" not in _page(home)


def test_counters_of_an_older_database_are_made_anew(office_url):
    database = Database(make_engine(office_url))
    config = migrate._config()
    with database.writing() as session:
        *_, stage_id, _exam = build(session)
        counters.refresh(session, NOW)
        before = tally_store.sums(session, stage_id, NOW)
        assert sum(each.owed for each in before.values()) > 0
    for move, revision in ((command.downgrade, "0023"), (command.upgrade, "head")):
        with database.engine.connect() as plain:
            config.attributes["connection"] = plain.execution_options(writing=True)
            move(config, revision)
            config.attributes["connection"].commit()
    with database.reading() as session:
        assert counters.anybody_waits(session, NOW)
        assert verify.differences(session, NOW)
    tick(database, NOW, SeededRandomness())
    with database.reading() as session:
        assert verify.differences(session, NOW) == []
        assert tally_store.sums(session, stage_id, NOW) == before
    database.engine.dispose()


def test_the_home_of_a_head_says_each_running_stage_and_leads_to_who_needs_what(home):
    home.clock.instant = MONDAY
    home.enter("head")
    page = home.client.get("/progress").text
    assert "谁还差什么" in page and "等我办的" in page and "officer甲" in page
    assert f"/progress/stages/{home.stage_id}/units/{home.unit_id}/items/" in page
    chosen = home.client.get(f"/progress?stage={home.stage_id}")
    assert chosen.location == f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    home.clock.instant = MONDAY + timedelta(days=30)
    home.enter("head")
    later = home.client.get("/progress").text
    assert "现在没有进行中的阶段" in later and "已结束" in later
    home.enter("officer")
    assert home.client.get("/progress").status_code == 403
