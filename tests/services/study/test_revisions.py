"""A draft beside the revision in force: stages that are new, changed and gone, and the lines of each."""

from __future__ import annotations

from datetime import timedelta

from learnapp.services.study import programmes
from learnapp.services.study.revisions import revision_ahead
from tests.small_office import NOW


def test_a_draft_begins_as_what_is_in_force_and_its_seal_follows_each_change(office):
    draft = programmes.revise(office.caller(), office.programme_id)
    ahead = revision_ahead(office.caller(), office.programme_id)
    (stage,) = ahead.stages
    assert stage.after == stage.published and len(stage.after) == 2
    new, old = ahead.duties()
    assert [each.item_id for each in new] == [each.item_id for each in old]
    before = ahead.seal()
    assert revision_ahead(office.caller(), office.programme_id).seal() == before
    draft.stage.name = "另一名称"
    assert revision_ahead(office.caller(), office.programme_id).seal() != before


def test_what_a_draft_lacks_of_the_past_is_restored(office):
    programmes.revise(office.caller(), office.programme_id)
    (now,) = revision_ahead(office.caller(), office.programme_id).stages
    for row, _ in now.draft:
        office.session.delete(row)
    office.session.flush()
    later = office.caller(now=NOW + timedelta(days=2))
    (stage,) = revision_ahead(later, office.programme_id).stages
    assert {row.item_id for row, _ in stage.restored} == set(stage.published)
    assert stage.after == stage.published
