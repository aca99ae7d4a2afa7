"""Every page that can be asked with GET and the ids of a filled office."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import BuildError

from learnapp.db.bank.models import BankQuestion, QuestionVersion
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import BlueprintRow
from learnapp.db.people.models import AuthorityLine, Membership
from learnapp.db.study.models import Item, Programme, Reading, Stage
from tests.scale.office import Grown

# Arguments of pages that a filled office does not have: of an import, a sheet of codes, one action of a
# person, a file. They page or show one thing.
OF_ONE_THING = {
    *("job", "sheet", "action_id", "action", "ordinal", "sha256", "form", "marking_id", "question"),
    *("completion_id", "grant_id", "membership_id", "answer_id", "requirement_id", "filename"),
    *("briefing_id", "chase_id", "session_id", "task_id", "layout_id", "dispensation_id"),
    *("issue_id", "identity", "identity_id", "thing_id", "file_id", "display_id"),
    *("token", "code", "which", "report_id", "notice_id", "name", "finding_id", "rework_id"),
}


def ids_of(grown: Grown, session: Session) -> dict[str, object]:
    """The arguments of addresses, by their names."""

    def newest(column: object) -> object:
        return session.scalar(select(func.max(column)))

    person_id = grown.people[5]
    unit = select(Membership.unit_id).where(Membership.person_id == person_id)
    return {
        "window_id": grown.window_id,
        "exam_id": grown.exam_id,
        "bank_id": grown.bank_id,
        "person_id": person_id,
        "unit_id": session.scalar(unit),
        "portion_id": grown.portion_id,
        "stage_id": newest(Stage.id),
        "programme_id": newest(Programme.id),
        "reading_id": newest(Reading.id),
        "item_id": newest(Item.id),
        "question_id": newest(BankQuestion.id),
        "version_id": newest(QuestionVersion.id),
        "blueprint_id": newest(BlueprintRow.id),
        "line_id": newest(AuthorityLine.id),
        "public_id": newest(Attempt.public_id),
        "attempt": newest(Attempt.public_id),
        "day": "2026-11-23",
        "kind": "weekly",
    }


def pages(grown: Grown) -> Iterator[tuple[str, str]]:
    """(rule, address) of every page; files, and pages of one thing that is not there, are left out.

    Raises ValueError for an argument that is known in neither of the two lists.
    """
    with grown.database.reading() as session:
        ids = ids_of(grown, session)
    addresses = grown.client.application.url_map
    for rule in sorted(addresses.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or rule.arguments & OF_ONE_THING:
            continue
        unknown = rule.arguments - ids.keys()
        if unknown:
            raise ValueError(f"{rule}: which ids are {unknown}?")
        try:
            yield (
                str(rule),
                addresses.bind("").build(rule.endpoint, {a: ids[a] for a in rule.arguments}),
            )
        except BuildError:
            continue
