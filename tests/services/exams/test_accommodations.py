"""Batches by duty roster, further time from the start, networks, late events admitted, paper attempts."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, extra_times, late_events, windows
from learnapp.db.exams.attempt_models import Attempt, PaperEntry
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.people.models import LoginName
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor, Permission, Role
from learnapp.domain.exams.answers import GRACE, AnswerEvent
from learnapp.domain.exams.exams import AttemptState, Channel, parse_networks, within
from learnapp.services.exams import (
    accommodations,
    attempt_start,
    attempts,
    exams,
    late_answers,
    paper_entry,
)
from learnapp.services.people import choices, roles
from learnapp.services.people.roles import NewGrant
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

TWENTY = timedelta(minutes=20)


def login_of(ground: ExamFixture, officer: Actor) -> str:
    with ground.database.reading() as session:
        return session.scalar(
            select(LoginName.name).where(LoginName.person_id == officer.person_id)
        )


def staff(ground: ExamFixture, role: Role) -> Actor:
    officer = ground.officer()
    with ground.database.writing() as session:
        assert officer.person_id
        roles.grant(
            Caller(session, SYSTEM, NOW),
            officer.person_id,
            NewGrant(role, ground.unit_id, ground.line_id, date(2026, 1, 1)),
        )
        return Actor(officer.person_id, grants_of(session, officer.person_id, local_day(NOW)))


def test_a_batch_is_for_those_on_its_list_and_the_others_do_not_see_it(ground: ExamFixture):
    listed, other = ground.officer(), ground.officer()
    names = login_of(ground, listed)
    with ground.database.writing() as session:
        window = session.get_one(ExamWindow, ground.window_id)
        chosen = choices.people_named(
            Caller(session, ground.admin, NOW), Permission.EXAM_EDIT, names
        )
        accommodations.limit_to_people(Caller(session, ground.admin, NOW), window, chosen)
        assert windows.batch_size(session, ground.window_id) == 1
    with ground.database.reading() as session:
        assert exams.sittable(session, listed.person_id, EARLY)
        assert exams.sittable(session, other.person_id, EARLY) == []
    with pytest.raises(Conflict) as shut:
        ground.start(other, EARLY)
    assert shut.value.code == "not_in_batch"
    assert ground.start(listed, EARLY)
    with ground.database.writing() as session, pytest.raises(Conflict):
        window = session.get_one(ExamWindow, ground.window_id)
        accommodations.limit_to_people(Caller(session, ground.admin, EARLY), window, [])


def test_a_login_name_that_means_nobody_is_told(ground: ExamFixture):
    with ground.database.reading() as session, pytest.raises(RuleBroken) as broken:
        choices.people_named(
            Caller(session, ground.admin, NOW), Permission.EXAM_EDIT, "officer、nobody1\nnobody2"
        )
    assert broken.value.params["names"] == "nobody1、nobody2"


def test_further_time_holds_from_the_start_and_gives_nobody_else_any(ground: ExamFixture):
    slow, other = ground.officer(), ground.officer()
    with ground.database.writing() as session:
        with pytest.raises(RuleBroken):
            accommodations.give_extra_time(
                Caller(session, ground.admin, NOW), ground.exam_id, [slow.person_id], 600, " "
            )
        accommodations.give_extra_time(
            Caller(session, ground.admin, NOW), ground.exam_id, [slow.person_id], 600, "手部受伤"
        )
        given = extra_times.given_in(Caller(session, ground.admin, EARLY), ground.exam_id)
        assert [each.seconds for each in given] == [600]
    for officer, minutes in ((slow, 30), (other, 20)):
        public_id = ground.start(officer, EARLY)
        with ground.database.reading() as session:
            head = attempt_papers.head_of(session, public_id, officer.person_id)
            assert head.deadline == EARLY + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("networks", "address", "inside"),
    [
        ([], None, True),
        (["10.3.0.0/16"], "10.3.7.9", True),
        (["10.3.0.0/16"], "10.4.7.9", False),
        (["10.3.0.0/16"], "::ffff:10.3.7.9", True),
        (["fd00::/8"], "fd12::7", True),
        (["10.3.0.0/16"], "nonsense", False),
        (["10.3.0.0/16"], None, False),
    ],
)
def test_an_address_lies_in_a_network_or_does_not(networks, address, inside):
    assert within(networks, address) is inside


def test_networks_are_read_as_people_write_them():
    assert parse_networks("10.3.0.1/16，10.4.1.7 ") == ["10.3.0.0/16", "10.4.1.7/32"]
    with pytest.raises(RuleBroken) as broken:
        parse_networks("10.3.0.0/16, 三楼机房")
    assert broken.value.params["value"] == "三楼机房"


def test_an_exam_of_certain_networks_starts_there_only(ground: ExamFixture):
    officer = ground.officer()
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).networks = ["10.3.0.0/16"]

    def start(address):
        with ground.database.writing() as session:
            return attempt_start.start(
                Caller(session, officer, EARLY), ground.window_id, "5eed", address
            )

    for address in ("10.9.0.1", None):
        with pytest.raises(Conflict) as outside:
            start(address)
        assert outside.value.code == "outside_the_networks"
    assert start("10.3.0.1")


def _one(ground: ExamFixture, public_id: str, right: bool) -> AnswerEvent:
    """An answer to the first single choice."""
    with ground.database.reading() as session:
        attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
        place = next(p for p in attempt_papers.paper_of(session, attempt_id) if p.type == "single")
        key = next(
            k for k in attempt_papers.keys_of(session, attempt_id) if k.ordinal == place.ordinal
        )
    wrong = next(o for o in place.option_order if [o] != key.key["options"])
    options = key.key["options"] if right else [wrong]
    return AnswerEvent(str(uuid.uuid4()), 1, place.ordinal, {"options": options})


def test_a_late_event_counts_when_a_person_admits_it_and_not_before(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    after = EARLY + TWENTY + GRACE + timedelta(seconds=5)
    with ground.database.writing() as session:
        assert attempts.submit_if_ran_out(session, after, public_id, officer.person_id)
    event = _one(ground, public_id, right=True)
    with ground.database.writing() as session:
        attempts.receive(Caller(session, officer, after), public_id, [event])

    def mark() -> int:
        with ground.database.reading() as session:
            attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
            return attempt_papers.marks_of(session, attempt_id)[event.question].awarded

    assert mark() == 0
    with ground.database.writing() as session:
        (told,) = late_events.late_in(Caller(session, ground.admin, after), ground.window_id)
        assert (told.event_id, told.question) == (event.event_id, event.question)
        with pytest.raises(RuleBroken):
            late_answers.accept_late_answer(
                Caller(session, ground.admin, after), public_id, event.event_id, ""
            )
        late_answers.accept_late_answer(
            Caller(session, ground.admin, after), public_id, event.event_id, "基站故障"
        )
        assert late_events.late_in(Caller(session, ground.admin, after), ground.window_id) == []
        with pytest.raises(Conflict):
            late_answers.accept_late_answer(
                Caller(session, ground.admin, after), public_id, event.event_id, "再来一次"
            )
    assert mark() == 1000
    with ground.database.writing() as session, pytest.raises(NotFound):
        late_answers.accept_late_answer(
            Caller(session, ground.admin, after), "nobody's", event.event_id, "x"
        )


def typed(found: paper_entry.PaperAttempt, right: bool, keys) -> dict:
    """What a clerk types who reads the sheet: letters, signs, words."""
    letters = "ABCDEFGH"
    given = {}
    for place in found.places:
        key = keys[place.ordinal]
        if place.type == "fill_blank":
            given[place.ordinal] = [each[0] if right else "记不清" for each in key["blanks"]]
        elif place.type == "short_answer":
            given[place.ordinal] = ""
        elif place.type == "true_false":
            said_true = key["options"] == [place.options[0]["id"]]
            given[place.ordinal] = "√" if said_true is right else "×"
        else:
            chosen = [letters[list(place.option_order).index(o)] for o in key["options"]]
            wrong = [c for c in letters[: len(place.option_order)] if [c] != chosen]
            given[place.ordinal] = "、".join(c.lower() for c in chosen) if right else wrong[0]
    return given


def test_a_paper_attempt_is_entered_by_one_and_verified_by_another(ground: ExamFixture):
    clerk, checker, officer = staff(ground, Role.PROCTOR), ground.admin, ground.officer()
    with ground.database.writing() as session:
        begins, about = Caller(session, clerk, EARLY), (ground.window_id, officer.person_id)
        public_id = paper_entry.begin(begins, *about, "5eed")
        again = paper_entry.begin(begins, *about, "0ther")
        assert again == public_id
    with pytest.raises(Conflict) as online:
        ground.start(officer, EARLY)
    assert online.value.code == "on_paper"
    later = EARLY + timedelta(days=1)
    ground.work(later)  # the scheduler leaves it open, as is asserted below: it has no clock
    with ground.database.writing() as session:
        enters, checks = Caller(session, clerk, later), Caller(session, checker, later)
        found = paper_entry.script(enters, public_id)
        assert found.attempt.state == AttemptState.OPEN
        keys = {k.ordinal: k.key for k in attempt_papers.keys_of(session, found.attempt.id)}
        sheet = typed(found, True, keys)
        bad = sheet | {found.places[0].ordinal: "Z"}
        with pytest.raises(RuleBroken) as unread:
            paper_entry.enter(enters, public_id, bad, EARLY + TWENTY)
        assert unread.value.code == "answer_unread"
        with pytest.raises(RuleBroken):
            paper_entry.enter(enters, public_id, sheet, later + TWENTY)
        paper_entry.enter(enters, public_id, sheet, EARLY + TWENTY)
        with pytest.raises(Conflict):
            paper_entry.enter(enters, public_id, sheet, EARLY + TWENTY)
        with pytest.raises(RuleBroken) as same:
            paper_entry.verify(enters, public_id, True)
        assert same.value.code == "same_person"
        with pytest.raises(RuleBroken):
            paper_entry.verify(checks, public_id, False)
        paper_entry.verify(checks, public_id, False, "第 3 题看错")
        paper_entry.enter(enters, public_id, sheet, EARLY + TWENTY)
        paper_entry.verify(checks, public_id, True)
    with ground.database.reading() as session:
        head = attempt_papers.head_of(session, public_id, officer.person_id)
        assert (head.state, head.channel) == (AttemptState.SUBMITTED, Channel.PAPER)
        assert head.submitted_at == EARLY + TWENTY
        # All but the two short answers.
        assert attempt_papers.result_of(session, head.id).awarded == 8000


def test_the_database_itself_wants_two_people(ground: ExamFixture):
    clerk, officer = staff(ground, Role.PROCTOR), ground.officer()
    with ground.database.writing() as session:
        public_id = paper_entry.begin(
            Caller(session, clerk, EARLY), ground.window_id, officer.person_id, "5eed"
        )
        paper_entry.enter(Caller(session, clerk, EARLY), public_id, {}, EARLY)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(
                update(PaperEntry).values(verified_by=clerk.person_id, outcome="verified")
            )


def test_nobody_enters_their_own_paper_and_an_online_attempt_is_not_one(ground: ExamFixture):
    clerk, officer = staff(ground, Role.PROCTOR), ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        with pytest.raises(NotFound):
            paper_entry.script(Caller(session, clerk, EARLY), public_id)
        with pytest.raises(Conflict):
            paper_entry.begin(
                Caller(session, clerk, EARLY), ground.window_id, officer.person_id, "5eed"
            )
        with pytest.raises(Forbidden) as own:
            paper_entry.begin(
                Caller(session, clerk, EARLY), ground.window_id, clerk.person_id, "5eed"
            )
        assert own.value.code == "own_case"
        mine = paper_entry.begin(
            Caller(session, ground.admin, EARLY), ground.window_id, clerk.person_id, "5eed"
        )
        with pytest.raises(Forbidden):
            paper_entry.script(Caller(session, clerk, EARLY), mine)
