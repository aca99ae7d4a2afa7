"""命题回避: who was shown the keys of questions does not sit an exam that may have them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import KeyExposure
from learnapp.services.bank.key_exposure import record_key_exposure
from learnapp.services.exams import attempt_start
from tests.services.bank.questions import first_version
from tests.services.refusals import refused
from tests.small_office import NOW


def test_who_saw_a_key_is_recused_from_the_exam_and_others_are_not(office):
    record_key_exposure(office.caller("officer"), [first_version(office.session).id])
    early = office.early
    with refused("recused"):
        attempt_start.start(office.caller("officer", early), office.window_id, "5eed")
    assert attempt_start.start(office.caller("other", early), office.window_id, "5eed")


def test_a_key_is_recorded_as_seen_once_when_it_was_seen_first(office):
    version = first_version(office.session).id
    for now in (NOW, office.early):
        record_key_exposure(office.caller("officer", now), [version, version])
    (seen,) = office.session.scalars(select(KeyExposure)).all()
    assert (seen.person_id, seen.version_id, seen.seen_at) == (
        office.staff["officer"],
        version,
        NOW,
    )


@pytest.mark.parametrize("versions", [[], [1]])
def test_the_installation_itself_sees_nothing(office, versions):
    record_key_exposure(office.system(), versions)
    record_key_exposure(office.caller(), [])
    assert office.session.scalars(select(KeyExposure)).all() == []
