"""Attempts made with a pen: drawn for a person, entered by one, verified by another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import PaperEntry
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.exams import AttemptState, Channel
from learnapp.services.exams import (
    paper_entry,
)
from tests.services.conftest import EARLY, ExamFixture

TWENTY = timedelta(minutes=20)


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
    clerk, checker, officer = ground.appoint(Role.PROCTOR), ground.admin, ground.officer()
    with ground.database.writing() as session:
        begins, about = Caller(session, clerk, EARLY), (ground.window_id, officer.person_id)
        public_id = paper_entry.begin(begins, *about, "5eed")
        assert paper_entry.begin(begins, *about, "0ther") == public_id
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
        first = paper_entry.script(checks, public_id).mark
        with pytest.raises(RuleBroken) as same:
            paper_entry.verify(enters, public_id, first, True)
        assert same.value.code == "same_person"
        with pytest.raises(RuleBroken):
            paper_entry.verify(checks, public_id, first, False)
        paper_entry.verify(checks, public_id, first, False, "第 3 题看错")
        paper_entry.enter(enters, public_id, sheet, EARLY + TWENTY)
        paper_entry.verify(checks, public_id, paper_entry.script(checks, public_id).mark, True)
    with ground.database.reading() as session:
        head = attempt_papers.head_of(session, public_id, officer.person_id)
        assert (head.state, head.channel) == (AttemptState.SUBMITTED, Channel.PAPER)
        assert head.submitted_at == EARLY + TWENTY
        # All but the two short answers.
        assert attempt_papers.result_of(session, head.id).awarded == 8000


def test_who_saw_the_first_entry_does_not_verify_the_second(ground: ExamFixture):
    clerk, officer = ground.appoint(Role.PROCTOR), ground.officer()
    with ground.database.writing() as session:
        enters, checks = Caller(session, clerk, EARLY), Caller(session, ground.admin, EARLY)
        public_id = paper_entry.begin(enters, ground.window_id, officer.person_id, "5eed")
        paper_entry.enter(enters, public_id, {}, EARLY)
        first = paper_entry.script(checks, public_id).mark
        paper_entry.verify(checks, public_id, first, False, "第 3 题看错")
        paper_entry.enter(enters, public_id, {}, EARLY)
        for agrees in (True, False):
            with pytest.raises(RuleBroken, match="changed_since_seen"):
                paper_entry.verify(checks, public_id, first, agrees, "第 3 题看错")
        assert paper_entry.script(checks, public_id).waits_for_verifying


def test_the_database_itself_wants_two_people(ground: ExamFixture):
    clerk, officer = ground.appoint(Role.PROCTOR), ground.officer()
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
    clerk, officer = ground.appoint(Role.PROCTOR), ground.officer()
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
