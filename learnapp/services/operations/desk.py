"""工作台: what waits for a member of staff today, from a registry that features add to.

A task is a right and a function that counts in SQL what that right reaches. A feature with something
to wait for adds a line to TASKS, and its words and place in `learnapp/web/operations/desk.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from learnapp.db.accounts import separation
from learnapp.db.accounts import waiting as accounts
from learnapp.db.bank import question_reports
from learnapp.db.core.caller import Caller
from learnapp.db.core.waiting import Waiting
from learnapp.db.exams import dispensations
from learnapp.db.exams import waiting as exams
from learnapp.db.exams.answers_to_mark import MOST_COUNTED
from learnapp.db.files import waiting as files
from learnapp.db.notices import findings
from learnapp.db.operations import background_lists, feedback, setup_progress
from learnapp.db.people import leave_reports
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress import waiting as progress
from learnapp.db.study import reworks, roll_sheets
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.operations.background_jobs import PERMISSION as BACKGROUND
from learnapp.domain.operations.background_jobs import WorkKind
from learnapp.services.bank import question_tasks, reviews
from learnapp.services.exams import grading
from learnapp.services.files.staged_imports import PERMISSION
from learnapp.services.operations import backups, retention

P = Permission


@dataclass(frozen=True)
class Task:
    """Something that may wait for who holds the right."""

    code: str
    permission: Permission
    count: Callable[[Caller], Waiting]


def _imports(code: str, of: Callable[[Caller, Permission, str], Waiting]) -> list[Task]:
    """A task for each kind of import."""
    return [
        Task(f"{code}_{kind}", right, partial(_of_kind, of, right, kind))
        for kind, right in PERMISSION.items()
    ]


def _of_kind(
    of: Callable[[Caller, Permission, str], Waiting],
    right: Permission,
    kind: ImportKind,
    caller: Caller,
) -> Waiting:
    return of(caller, right, str(kind))


def _to_mark(caller: Caller) -> Waiting:
    """Short answers, counted as far as a marker needs to know."""
    found = grading.count_waiting(caller)
    return Waiting(min(found, MOST_COUNTED), more=found > MOST_COUNTED)


def _roles_to_confirm(caller: Caller) -> int:
    """Roles that somebody else asked for and for somebody else."""
    reach = units_in_scope(caller.actor, Permission.ROLE_CONFIRM, local_day(caller.now))
    own_id = caller.actor.own_id()
    return separation.count_waiting(caller.session, reach, own_id, MOST_COUNTED)


def _number(count: Callable[[Caller], int]) -> Callable[[Caller], Waiting]:
    return lambda caller: Waiting(count(caller))


def _failed(kind: WorkKind) -> Task:
    return Task(
        f"failed_{kind}", BACKGROUND[kind], lambda caller: background_lists.failed(caller, kind)
    )


# The most pressing first: what an exam waits for, then people, then what was begun and left.
TASKS: tuple[Task, ...] = (
    Task("short_window", P.EXAM_EDIT, exams.short_windows),
    Task(
        "retention_late",
        P.CLOCK_CONFIRM,
        _number(lambda caller: retention.days_late(caller.session, caller.now)),
    ),
    Task(
        "backup_late",
        P.SYSTEM_READ,
        _number(lambda caller: backups.days_late(caller.session, caller.now)),
    ),
    Task("to_mark", P.ANSWER_MARK, _to_mark),
    Task("being_sat", P.ATTEMPT_WATCH, exams.being_sat),
    Task("roll_sheet", P.SESSION_HOLD, roll_sheets.to_verify),
    Task("rework_overdue", P.REWORK_ORDER, reworks.overdue),
    Task("finding_overdue", P.FINDING_READ, findings.overdue),
    Task("finding", P.FINDING_ANSWER, findings.to_answer),
    Task("finding_answered", P.FINDING_WRITE, findings.to_review),
    Task("role_waiting", P.ROLE_CONFIRM, _number(_roles_to_confirm)),
    Task("dispensation", P.DISPENSATION_DECIDE, _number(dispensations.waiting)),
    Task("report", P.BANK_EDIT, _number(question_reports.count_open)),
    Task("question_task", P.BANK_IMPORT, _number(question_tasks.count_owed)),
    Task("review", P.BANK_REVIEW, _number(reviews.count_waiting)),
    Task("leave_reports", P.ABSENCE_RECORD, leave_reports.count_waiting),
    Task("feedback", P.ABSENCE_RECORD, feedback.count_open),
    Task("behind", P.PROGRESS_READ, progress.people_behind),
    Task("lacking_blueprint", P.EXAM_EDIT, exams.lacking_blueprints),
    *_imports("refused", files.refused_imports),
    *(_failed(kind) for kind in WorkKind),
    *_imports("import", files.open_imports),
    Task(
        "doubt",
        PERMISSION[ImportKind.QUESTIONS],
        partial(
            _of_kind, files.doubtful_records, PERMISSION[ImportKind.QUESTIONS], ImportKind.QUESTIONS
        ),
    ),
    Task(
        "without_account",
        P.PEOPLE_READ,
        lambda caller: accounts.count_people(
            caller, P.PEOPLE_READ, accounts.without_account(caller)
        ),
    ),
    Task(
        "unused_code",
        P.PEOPLE_READ,
        lambda caller: accounts.count_people(
            caller, P.PEOPLE_READ, accounts.with_unused_code(caller)
        ),
    ),
    Task(
        "without_programme",
        P.PEOPLE_READ,
        lambda caller: accounts.count_people(caller, P.PEOPLE_READ, progress.without_programme()),
    ),
)


def is_staff(actor: Actor) -> bool:
    """Whether any task can wait for the actor."""
    return any(actor.may(task.permission) for task in TASKS)


def tasks_of(caller: Caller, without: frozenset[str] = frozenset()) -> list[tuple[str, Waiting]]:
    """What may wait for the actor by code, with how much does; `without` these codes, which are not
    counted. Forbidden for who is no staff."""
    if not is_staff(caller.actor):
        raise Forbidden()
    return [
        (task.code, task.count(caller))
        for task in TASKS
        if caller.actor.may(task.permission) and task.code not in without
    ]


# What an installation needs before anybody learns, in this order, each with how many make it done.
STEPS = (
    ("units", 2),
    ("people", 1),
    ("questions", 1),
    ("readings", 1),
    ("programmes", 1),
    ("published", 1),
)


def steps_of(caller: Caller) -> list[tuple[str, int, bool]]:
    """(step, how many there are, whether it is done) of setting up; none once all is done, and for
    who may not set up."""
    if not caller.actor.may(Permission.ROSTER_IMPORT):
        return []
    found = setup_progress.there_is(caller)
    steps = [(name, found[name], found[name] >= needed) for name, needed in STEPS]
    return [] if all(done for _, _, done in steps) else steps
