"""Item statistics: what first sittings say of a question, counted by the marks as they are now."""

from __future__ import annotations

import random
import uuid
from dataclasses import asdict
from functools import partial

import pytest
from sqlalchemy import select

from learnapp.db.bank.item_uses import to_look_at
from learnapp.db.bank.models import Bank, ItemFigures, QuestionVersion
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.exams import attempt_papers, current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.attempts import answers_of
from learnapp.db.exams.first_attempts import is_first_attempt
from learnapp.db.exams.models import Exam
from learnapp.db.operations import background_jobs
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.operations.background_jobs import WorkState
from learnapp.services.bank import item_statistics
from learnapp.services.exams import attempt_start, attempts, key_correction
from question_bank.statistics import Concern, ItemResponse, concerns
from question_bank.statistics import item_statistics as statistics_of
from tests.rulings import KEEPS, VOID_FULL
from tests.small_office import NOW


@pytest.fixture
def bank(office):
    """The office's bank."""
    return office.session.scalars(select(Bank)).one()


@pytest.fixture
def one_is_enough(monkeypatch):
    """One use of a question is enough to speak against it."""
    monkeypatch.setattr(item_statistics, "concerns", partial(concerns, enough=1))


def refresh(office, now, bank):
    """The bank's statistics as a job counts them; how many versions."""
    del bank
    return _counted(office, now)[-1]


def _counted(office, now, cursor=None):
    """Each part's cursor as it was written, then how many versions."""
    session = office.session
    job = item_statistics.ask(office.caller(now=now), 1)
    job.state, job.cursor = WorkState.RUNNING, cursor
    work, cursors = item_statistics.StatisticsWork(session, now, job), []
    while (part := work.read(session)) is not None:
        assert background_jobs.advance(session, now, job.id, part)
        cursors.append(part.cursor)
    result = work.result(session)
    background_jobs.finish(session, now, job.id, result)
    return [*cursors, result["versions"]]


def _used(office, type_="single"):
    """The versions of a type that papers have."""
    wanted = select(PaperQuestion.version_id).where(PaperQuestion.type == type_)
    return set(office.session.scalars(wanted))


def _statistics(office, version_id):
    version = version_in_reach(office.caller(), version_id, Permission.BANK_READ)
    return item_statistics.of_version(office.session, version)


def test_a_question_that_nobody_met_has_no_statistics(office, bank):
    assert refresh(office, NOW, bank) == 0
    assert _statistics(office, 1).found.uses == 0 and _statistics(office, 1).concerns == []


@pytest.mark.usefixtures("one_is_enough")
def test_a_question_that_everybody_fails_is_to_be_looked_at(office, bank):
    for login in ("officer", "other", "head"):
        office.hand_in(login)
    used = _used(office)
    found = [_statistics(office, each) for each in used]
    assert sum(each.found.uses for each in found) == 3 * 2  # two of each type on a paper
    assert all(Concern.TOO_HARD in each.concerns for each in found)
    every = office.session.scalars(select(PaperQuestion.version_id).distinct()).all()
    assert refresh(office, NOW, bank) == len(every)
    assert used <= {each.version.id for each in to_look_at(office.session, bank.id, 99)}


@pytest.mark.usefixtures("one_is_enough")
def test_what_was_counted_is_kept_until_it_is_counted_again(office, bank):
    office.hand_in("officer")
    refresh(office, NOW, bank)
    office.hand_in("other")
    first = to_look_at(office.session, bank.id, 99)
    assert first and {each.figures.as_of for each in first} == {NOW}
    refresh(office, office.early, bank)
    again = to_look_at(office.session, bank.id, 99)
    assert {each.figures.as_of for each in again} == {office.early}


def test_a_question_that_was_used_a_few_times_is_not_spoken_against(office, bank):
    office.hand_in("officer")
    refresh(office, NOW, bank)
    assert to_look_at(office.session, bank.id, 99) == []


def test_a_second_sitting_says_nothing_of_how_hard_a_question_is(office):
    office.session.get_one(Exam, office.exam_id).tries = 2
    office.hand_in("officer")
    before = sum(_statistics(office, each).found.uses for each in _used(office))
    office.hand_in("officer")
    assert sum(_statistics(office, each).found.uses for each in _used(office)) == before == 2


# ---- beside the definition, one attempt after another ----


def _answered(office, login, chance):
    """An attempt with choices by chance, some changed or cleared again."""
    caller = office.caller(login, office.early)
    public_id = attempt_start.start(caller, office.window_id, uuid.UUID(int=3).hex).public_id
    places = office.session.execute(
        select(PaperQuestion.ordinal, QuestionVersion.options)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .where(Attempt.public_id == public_id, PaperQuestion.type.in_(("single", "multiple")))
    ).all()
    events = []
    for seq in range(1, 12):
        ordinal, options = chance.choice(places)
        given = {"options": [chance.choice(options)["id"]]} if chance.random() < 0.8 else None
        events.append(AnswerEvent(str(uuid.UUID(int=chance.getrandbits(64))), seq, ordinal, given))
    attempts.submit(caller, public_id, events)
    office.session.flush()


def _by_definition(office, version_id):
    """A version's figures with a look at each attempt by itself."""
    session = office.session
    places = session.execute(
        select(PaperQuestion, Mark)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Mark, current_marks.of_place())
        .where(
            PaperQuestion.version_id == version_id,
            is_first_attempt(),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .order_by(PaperQuestion.attempt_id.desc())
        .limit(item_statistics.MOST)
    ).all()
    found = []
    for place, mark in places:
        marks = attempt_papers.marks_of(session, place.attempt_id).values()
        answer = answers_of(session, place.attempt_id).get(place.ordinal)
        response = (answer.response if answer is not None else None) or {}
        rest = sum(each.awarded for each in marks) - mark.awarded
        chosen = tuple(response.get("options", ()))
        found.append(ItemResponse(mark.awarded, place.marks, rest, chosen))
    options = session.get_one(QuestionVersion, version_id).options
    return asdict(statistics_of(found, [each["id"] for each in options]))


@pytest.mark.parametrize(("most", "at_once"), [(5_000, 20_000), (2, 9)])
def test_the_figures_are_those_of_the_definition(office, monkeypatch, most, at_once):
    monkeypatch.setattr(item_statistics, "MOST", most)
    monkeypatch.setattr(item_statistics, "AT_ONCE", at_once)
    chance = random.Random(11)
    office.session.get_one(Exam, office.exam_id).tries = 2
    logins = ("officer", "other", "head", "marker", "officer", "other")
    for login in logins:
        _answered(office, login, chance)
    voided = min(_used(office))
    key_correction.revise(office.caller(now=office.early), voided, VOID_FULL, KEEPS)
    cursors = _counted(office, NOW)[:-1]
    kept = office.session.execute(select(ItemFigures.version_id, ItemFigures.figures)).all()
    assert len(kept) > 10 and len(cursors) >= (1 if most > 2 else 5)
    for version_id, figures in kept:
        assert figures == _by_definition(office, version_id)


def test_counting_goes_on_behind_the_last_version_that_was_written(office, monkeypatch):
    monkeypatch.setattr(item_statistics, "VERSIONS_AT_ONCE", 3)
    office.hand_in("officer")
    cursors = _counted(office, NOW)[:-1]
    again = _counted(office, office.early, cursors[0])
    assert again[:-1] == cursors[1:]
    as_of = dict(office.session.execute(select(ItemFigures.version_id, ItemFigures.as_of)).all())
    assert {at for each, at in as_of.items() if each <= cursors[0]} == {NOW}
    assert {at for each, at in as_of.items() if each > cursors[0]} == {office.early}
