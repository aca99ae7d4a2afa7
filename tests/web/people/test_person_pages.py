"""李某调动、借调、请假、离退，来了新人: each by a page that says what it changes before it does."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.notices.models import Notice
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence, Grant, Membership, Person
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.db.progress.models import Standing
from learnapp.db.study.models import Completion, Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.exams.exams import Channel
from learnapp.domain.people.people import UnitKind
from learnapp.services.operations import verify
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW

TODAY = local_day(NOW)


@pytest.fixture
def office(home):
    """The house with a second unit below, everybody's counters, and the admin at work."""
    with home.database.writing() as session:
        caller = Caller(session, SYSTEM, NOW)
        unit = people.add_unit(caller, "城关法庭", UnitKind.COURT, 2)
        people.place_unit(caller, default_line(session).id, home.unit_id, unit.id, date(2026, 1, 1))
        counters.refresh(session, home.clock.now())
        home.court_id = unit.id
    home.enter("admin")
    home.officer_id = home.people["officer"]
    home.page = f"/people/{home.officer_id}"
    return home


def _post(home, path: str, **fields: str):
    return home.post(f"{home.page}{path}", **fields)


def _rows(home, row, **where) -> list:
    with home.database.reading() as session:
        found = list(session.scalars(select(row).filter_by(**where).order_by(row.id)))
        session.expunge_all()
        return found


def _unit_of_counter(home) -> set[int]:
    with home.database.reading() as session:
        rows = select(Standing.unit_id).where(Standing.person_id == home.officer_id)
        return set(session.scalars(rows))


def _agrees(home) -> bool:
    with home.database.writing() as session:
        return verify.differences(session, home.clock.now()) == []


def _posting(home, **other: str) -> dict[str, str]:
    usual = {
        "unit": str(home.court_id),
        "basis": "establishment",
        "category": "judge",
        "from_day": str(TODAY - timedelta(days=7)),
    }
    return usual | other


def test_a_transfer_backdated_shows_what_it_changes_and_only_then_does_it(office):
    shown = _post(office, "/transfer", do="preview", **_posting(office))
    assert shown.status_code == 200
    assert "城关法庭" in shown.text and "云岭市委政法委" in shown.text and "7 天补记" in shown.text
    assert _unit_of_counter(office) == {office.unit_id}
    assert len(_rows(office, Membership, person_id=office.officer_id)) == 1
    done = _post(office, "/transfer", do="confirm", **_posting(office))
    assert done.status_code == 303 and done.headers["Location"].endswith("#told")
    assert _unit_of_counter(office) == {office.court_id}
    page = office.client.get(office.page).text
    assert "已调动" in page and "法官" in page and "已结束" in page
    again = _post(office, "/transfer", do="confirm", **_posting(office))
    assert again.status_code == 422 and "已在这个单位" in again.text
    assert _agrees(office)


def test_going_back_to_the_form_keeps_what_was_typed(office):
    form = _post(office, "/transfer", do="edit", **_posting(office, category="contract"))
    assert form.status_code == 200
    assert re.search(r'<option selected value="contract"', form.text)
    assert f'value="{TODAY - timedelta(days=7)}"' in form.text


@pytest.mark.parametrize(
    ("basis", "until", "counts_at_court"),
    [("seconded", "", True), ("seconded", "2027-01-31", False), ("tasked", "", False)],
)
def test_a_second_posting_counts_where_the_rule_says(office, basis, until, counts_at_court):
    about = _posting(office, basis=basis, from_day=str(TODAY), to_day=until)
    shown = _post(office, "/posting", do="preview", **about)
    assert ("在那边计数" in shown.text) == counts_at_court
    assert _post(office, "/posting", do="confirm", **about).status_code == 303
    expected = office.court_id if counts_at_court else office.unit_id
    assert _unit_of_counter(office) == {expected}
    assert _agrees(office)


def test_a_long_secondment_ends_at_the_own_unit_again(office):
    end = TODAY + timedelta(days=300)
    about = _posting(office, basis="stationed", from_day=str(TODAY), to_day=str(end))
    assert _post(office, "/posting", do="confirm", **about).status_code == 303
    counting = [
        (row.unit_id, row.valid_from, row.valid_to)
        for row in _rows(office, Membership, person_id=office.officer_id, counts=True)
    ]
    assert (office.court_id, TODAY, end) in counting
    assert (office.unit_id, end, None) in counting


def test_a_posting_that_does_not_count_is_ended_and_the_counting_one_is_not(office):
    about = _posting(office, basis="concurrent", from_day=str(TODAY - timedelta(days=3)))
    _post(office, "/posting", do="confirm", **about)
    page = office.client.get(office.page).text
    (end,) = set(re.findall(rf'href="{office.page}(/postings/\d+/end)"', page))
    assert _post(office, end, ends_on=str(TODAY)).status_code == 303
    assert "任职已结束" in office.client.get(office.page).text
    home_row = _rows(office, Membership, person_id=office.officer_id, counts=True)[0]
    assert office.client.get(f"{office.page}/postings/{home_row.id}/end").status_code == 404


def test_who_retires_is_out_of_figures_and_sign_in_and_comes_back_without_roles(office):
    with office.database.writing() as session:
        line = default_line(session).id
        caller = Caller(session, SYSTEM, NOW)
        roles.grant(caller, office.officer_id, NewGrant(Role.MARKER, office.unit_id, line, TODAY))
    shown = _post(office, "/retire", do="preview").text
    assert "不计入" in shown and _unit_of_counter(office)
    assert _post(office, "/retire", do="confirm").status_code == 303
    assert not _unit_of_counter(office)
    page = office.client.get(office.page).text
    assert "离退" in page and "撤回离退" in page and "停用" not in page
    office.enter("officer")
    assert office.client.get("/week").status_code == 302
    office.enter("admin")
    assert _post(office, "/return").status_code == 303
    assert "没有离退" not in office.client.get(office.page).text
    assert _unit_of_counter(office) == {office.unit_id}
    with office.database.reading() as session:
        assert grants_of(session, office.officer_id, TODAY) == ()
    assert _agrees(office)


def test_the_last_admin_does_not_retire_by_a_page(office):
    office.page = f"/people/{office.people['admin']}"
    assert office.client.get(f"{office.page}/retire").status_code == 403


def test_a_name_is_put_right_or_changed_and_the_old_one_stays_readable(office):
    about = {"name": "李　思", "kind": "change", "from_day": str(TODAY)}
    assert _post(office, "/name", **about).status_code == 303
    page = office.client.get(office.page).text
    assert "李思" in page and "officer甲" in page and "姓名已改" in page
    assert office.client.get("/people?q=lisi").text.count("李思") >= 1
    late = _post(office, "/name", **about | {"from_day": str(TODAY + timedelta(days=1))})
    assert late.status_code == 422
    assert _post(office, "/name", **about | {"name": "  "}).status_code == 422
    assert len(_rows(office, Person, name="李思")) == 1


def test_a_login_name_is_added_ended_and_never_the_last_nor_one_of_somebody_else(office):
    taken = _post(office, "/logins", kind="mobile", login_name="other")
    assert taken.status_code == 422 and "已有人使用" in taken.text
    assert _post(office, "/logins", kind="mobile", login_name="13900000001").status_code == 303
    page = office.client.get(office.page).text
    ends = re.findall(rf'action="{office.page}(/logins/\d+/end)"', page)
    assert len(ends) == 2
    assert _post(office, ends[0]).status_code == 303
    assert office.enter("officer").status_code != 303
    assert office.enter("13900000001").status_code == 303
    office.enter("admin")
    _post(office, ends[1])
    assert "唯一的登录名" in office.client.get(office.page).text


def test_a_role_is_given_from_to_over_a_unit_once(office):
    about = {
        "role": "liaison",
        "unit": str(office.court_id),
        "reach": "alone",
        "from_day": str(TODAY),
        "to_day": str(TODAY + timedelta(days=30)),
    }
    assert _post(office, "/grants", **about).status_code == 303
    assert _post(office, "/grants", **about).status_code == 303
    (row,) = _rows(office, Grant, person_id=office.officer_id)
    assert (row.line_id, row.valid_to) == (None, TODAY + timedelta(days=30))
    assert "联络员 · 城关法庭" in office.client.get(office.page).text
    past = _post(office, "/grants", **about | {"from_day": "2026-01-01"})
    assert past.status_code == 422


def test_an_absence_shows_what_it_defers_is_recorded_by_a_head_and_cancelled(office):
    office.enter("head")
    about = {
        "kind": "long_leave",
        "first_day": str(TODAY - timedelta(days=14)),
        "last_day": str(TODAY + timedelta(days=30)),
        "effect": "",
        "reason": "家事",
    }
    shown = _post(office, "/absences", do="preview", **about).text
    assert "免除：" in shown and not _rows(office, Absence)
    assert _post(office, "/absences", do="confirm", **about).status_code == 303
    page = office.client.get(f"{office.page}/absences").text
    assert "家事" in page
    with office.database.reading() as session:
        row = session.scalars(select(Standing).filter_by(person_id=office.officer_id)).first()
        assert row.excused > 0
    office.enter("admin")
    assert "家事" not in office.client.get(f"{office.page}/absences").text
    office.enter("head")
    (cancel,) = re.findall(rf'action="{office.page}(/absences/\d+/cancel)"', page)
    _post(office, cancel)
    assert "已撤销" in office.client.get(f"{office.page}/absences").text
    _post(office, cancel)
    assert [row.cancelled for row in _rows(office, Absence)] == [False, True]
    assert _agrees(office)


@pytest.mark.parametrize("effect", ["defers", "excuses", "none"])
def test_training_has_the_effect_that_was_chosen(office, effect):
    day = str(TODAY)
    about = {"kind": "training", "first_day": day, "last_day": day, "effect": effect}
    assert _post(office, "/absences", do="confirm", **about).status_code == 303
    assert [(row.kind, row.effect) for row in _rows(office, Absence)] == [("training", effect)]


def test_a_completion_is_withdrawn_with_a_reason_that_its_person_reads(office):
    with office.database.writing() as session:
        item = session.scalars(select(Item).where(Item.portion_id.is_not(None))).first()
        completions.complete(
            Caller(session, SYSTEM, NOW),
            NewCompletion(office.officer_id, item.id, Channel.ONLINE, {}, "read:1"),
        )
        made = session.scalars(select(Completion.id)).one()
        title = item.title
    page = office.client.get(f"{office.page}/learning").text
    assert title in page and f"/completions/{made}" in page
    assert "请写明理由" in _post(office, f"/completions/{made}", reason=" ").text
    assert _post(office, f"/completions/{made}", reason="抄的答案").status_code == 303
    told = office.client.get(f"{office.page}/learning").text
    assert "已退回" in told and "完成记录 1 条" in told and "完成的 1 项" not in told
    _post(office, f"/completions/{made}", reason="再退一次")
    assert len(_rows(office, Notice, person_id=office.officer_id)) == 1
    office.enter("officer")
    week = office.client.get("/week").text
    assert "被退回补学：抄的答案" in week


def test_marks_are_on_the_page_for_who_may_release_them_alone(office):
    office.enter("officer")
    path = office.post(f"/windows/{office.window_id}/start").headers["Location"]
    office.post(f"{path}/submit", do="submit", confirmed="1")
    office.enter("marker")
    assert office.client.get(f"{office.page}/learning").status_code == 403
    office.enter("head")
    page = office.client.get(f"{office.page}/learning").text
    assert "周测" in page and " 分<" not in page


def test_a_newcomer_gets_a_code_at_once_and_is_refused_whole_when_something_is_wrong(office):
    about = {
        "name": "新来的",
        "kind": "badge",
        "login_name": "officer",
        "unit": str(office.court_id),
        "category": "police_officer",
        "basis": "establishment",
        "from_day": str(TODAY),
    }
    refused = office.post("/people/new", **about)
    assert refused.status_code == 422 and "已有人使用" in refused.text
    assert not _rows(office, Person, name="新来的")
    made = office.post("/people/new", **about | {"login_name": "700001"})
    assert made.status_code == 303 and "新来的" in office.client.get(made.headers["Location"]).text
    (person,) = _rows(office, Person, name="新来的")
    with office.database.reading() as session:
        row = session.scalars(select(Standing).filter_by(person_id=person.id)).first()
        assert row is not None and row.unit_id == office.court_id
    assert 'name="another"' not in office.client.get("/people/new").text
    namesake = about | {"login_name": "700002"}
    asked = office.post("/people/new", **namesake)
    assert asked.status_code == 422 and 'name="another"' in asked.text and "700001" in asked.text
    assert office.post("/people/new", **namesake, another="y").status_code == 303
    future = office.post(
        "/people/new", **about | {"login_name": "700003", "from_day": "2027-06-01"}
    )
    assert future.status_code == 422
    assert _agrees(office)


def test_a_deed_on_oneself_is_not_offered(office):
    page = office.client.get(f"/people/{office.people['admin']}").text
    assert "/transfer" not in page and "/retire" not in page and "/name" not in page


def test_who_comes_from_the_figures_finds_back_to_them_from_a_persons_pages(office):
    office.enter("head")
    for path, back in (("/learning", "/progress"), ("/absences", f"{office.page}/learning")):
        page = office.client.get(f"{office.page}{path}").text
        assert f'class="crumb" href="{back}"' in page
        assert re.search(r'href="/progress" aria-current="page"', page)
    office.enter("admin")
    page = office.client.get(f"{office.page}/learning").text
    assert f'class="crumb" href="{office.page}"' in page
    assert re.search(r'href="/people" aria-current="page"', page)


def test_what_is_due_and_not_done_is_counted_as_in_the_figures(office):
    office.clock.instant = NOW + timedelta(days=8)  # the exam is over, nobody sat it
    with office.database.writing() as session:
        counters.refresh(session, office.clock.now())
    office.enter("head")
    unit = f"/progress/stages/{office.stage_id}/units/{office.unit_id}/people"
    behind = re.search(
        rf'href="{office.page}/learning">.*?<td[^>]*num[^>]*>.*?</td>\s*<td[^>]*>(\d+)</td>',
        office.client.get(unit).text,
        re.S,
    )
    said = re.search(r"其中 (\d+) 项到期未完成", office.client.get(f"{office.page}/learning").text)
    assert behind and said and int(said[1]) == int(behind[1]) > 0
