"""How people studied, as facts have it: of themselves at once, of a unit without the newest week."""

from __future__ import annotations

from datetime import timedelta

from learnapp.db.bank.models import KeyRevision, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.db.exams.models import ExamWindow
from learnapp.db.progress import figure_facts
from learnapp.db.study.models import CheckAnswer, Item, Portion, ReadingPlace
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.domain.progress.quality import (
    LEAST_OWN_CASES,
    RECALL_AFTER,
    QualitySign,
    SignCounts,
    chance_of,
)
from learnapp.services.progress import figures, quality
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.services.conftest import EARLY
from tests.small_office import NOW

LATER = NOW + timedelta(days=8)


def _stage(office):
    return figures.stage_for(office.session, office.stage_id)


def _read(office, login, at, seconds):
    """The reading's portion, completed after so many seconds."""
    duties = figure_facts.duties_in_force(office.session, [_stage(office)])[_stage(office).id]
    (duty,) = [each for each in duties if not each.by_window]
    item = office.session.get(Item, duty.item_id)
    place = {"person_id": office.staff[login], "portion_id": item.portion_id}
    opened = {"opened_at": at - timedelta(seconds=seconds), "updated_at": at}
    office.session.add(ReadingPlace(**place, section=1, furthest=1, **opened))
    new = NewCompletion(office.staff[login], item.id, Channel.ONLINE, {}, "read:0")
    completions.complete(Caller(office.session, SYSTEM, at), new)
    return office.session.get(Portion, item.portion_id)


def _found(office, logins, until):
    asked = quality.asked_by(office.session, _stage(office))
    people = [office.staff[each] for each in logins]
    return quality.signs_of_people(office.session, asked, people, until, LATER)


def test_portions_and_first_answers_are_counted_of_the_time_that_is_asked(office):
    portion = _read(office, "officer", NOW, 10)
    _read(office, "other", NOW + timedelta(days=2), 600)
    question = (
        office.session.query(QuestionVersion).filter(QuestionVersion.type == "single").first()
    )
    portion.check_version_id = question.id
    key = office.session.query(KeyRevision).filter_by(version_id=question.id).first()
    for right in (False, True):  # the second try counts for nothing
        answer = {"portion_id": portion.id, "key_revision_id": key.id, "response": ["A"]}
        office.session.add(
            CheckAnswer(person_id=office.staff["officer"], right=right, recorded_at=NOW, **answer)
        )
        office.session.flush()
    found = _found(office, ["officer", "other", "head"], LATER)
    assert found.people == 3
    assert found.of(QualitySign.TOO_FAST) == SignCounts(2, 1)
    assert found.of(QualitySign.LAST_HOUR) == SignCounts(2, 0)
    chance = 1000 // len(question.options)
    assert found.of(QualitySign.GUESSING) == SignCounts(1, 0, chance)
    early = _found(office, ["officer", "other"], NOW + timedelta(days=1))
    assert early.of(QualitySign.TOO_FAST) == SignCounts(1, 1)


def test_exam_answers_on_what_was_read_two_weeks_before_are_recall_once_keys_are_open(office):
    office.hand_in("officer")
    rows = office.session.query(PaperQuestion, QuestionVersion).join(
        QuestionVersion, QuestionVersion.id == PaperQuestion.version_id
    )
    _, question = rows.filter(
        QuestionVersion.type == "single", QuestionVersion.source != ""
    ).first()
    alike = rows.filter(QuestionVersion.source == question.source).all()
    portion = _read(office, "officer", EARLY - RECALL_AFTER, 600)
    portion.check_version_id = question.id
    office.session.flush()
    assert _found(office, ["officer"], LATER).of(QualitySign.NO_RECALL) == SignCounts()
    office.session.get(ExamWindow, office.window_id).keys_shown_at = LATER
    office.session.flush()
    chances = [chance_of(each.type, len(each.options)) for _, each in alike]
    known = [each for each in chances if each is not None]
    found = _found(office, ["officer"], LATER).of(QualitySign.NO_RECALL)
    assert found == SignCounts(len(known), 0, sum(known)) and known


def test_a_few_cases_are_no_word_to_anybody(office):
    _read(office, "officer", NOW, 1)
    assert quality.own_signs(office.caller("officer", LATER)) == [] and LEAST_OWN_CASES > 1
