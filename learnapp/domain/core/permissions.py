"""Who may do what: one table from permission to roles, and the actor who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from learnapp.domain.core.errors import Forbidden


class Role(StrEnum):
    """What a grant lets a person do; see permissions.ROLES."""

    OFFICER = "officer"
    UNIT_HEAD = "unit_head"
    LIAISON = "liaison"
    QUESTION_EDITOR = "question_editor"
    REVIEWER = "reviewer"
    MARKER = "marker"
    PROCTOR = "proctor"
    TEST_OWNER = "test_owner"
    ADMIN = "admin"
    INSPECTOR = "inspector"


class Permission(StrEnum):
    """scope:resource:action; each is held through a grant, over the units of that grant."""

    PROGRESS_READ = "units:progress:read"
    ABSENCE_RECORD = "units:absences:record"
    COMPLETION_WITHDRAW = "units:completions:withdraw"
    REMIND = "units:people:remind"
    DISPLAY_MANAGE = "units:displays:manage"
    CHASE_DRAFT = "units:chases:draft"
    CHASE_APPROVE = "units:chases:approve"
    FINDING_READ = "units:findings:read"
    FINDING_WRITE = "units:findings:write"
    FINDING_ANSWER = "units:findings:answer"
    VISIT_READ = "units:visits:read"
    BRIEFING_EDIT = "units:briefings:edit"
    SESSION_HOLD = "units:sessions:hold"
    FILES_MAKE = "units:files:make"
    ELECTIVE_OFFER = "units:electives:offer"
    REPORT_COMMENT = "units:reports:comment"
    REPORT_SIGN = "units:reports:sign"
    ROSTER_IMPORT = "units:roster:import"
    PEOPLE_READ = "units:people:read"
    PEOPLE_ACTIVATE = "units:people:activate"
    PEOPLE_DISABLE = "units:people:disable"
    GRANT_END = "units:grants:end"
    BANK_READ = "bank:questions:read"
    BANK_IMPORT = "bank:questions:import"
    BANK_EDIT = "bank:questions:edit"
    BANK_REVIEW = "bank:questions:review"
    BANK_RELEASE = "bank:questions:release"
    BANK_EXPORT = "bank:questions:export"
    QUESTION_TASK_SET = "bank:tasks:set"
    MARKING_LAPSE = "bank:markings:lapse"
    KEY_REVISE = "bank:keys:revise"
    READING_EDIT = "study:readings:edit"
    PROGRAMME_EDIT = "study:programmes:edit"
    PROGRAMME_PUBLISH = "study:programmes:publish"
    EXAM_EDIT = "exams:exams:edit"
    ATTEMPT_WATCH = "exams:attempts:watch"
    ATTEMPT_VOID = "exams:attempts:void"
    ATTEMPT_REOPEN = "exams:attempts:reopen"
    ALLOWANCE_GRANT = "exams:allowances:grant"
    ANNOUNCE = "exams:announcements:write"
    ANSWER_ADMIT = "exams:answers:admit"
    ANSWER_ENTER = "exams:answers:enter"
    ANSWER_MARK = "exams:answers:mark"
    SIGNALS_READ = "exams:signals:read"
    MARKS_RELEASE = "exams:marks:release"
    MARKS_READ = "exams:marks:read"
    DISPENSATION_ASK = "exams:dispensations:ask"
    DISPENSATION_DECIDE = "exams:dispensations:decide"
    AUDIT_READ = "operations:audit:read"
    CLOCK_CONFIRM = "operations:clock:confirm"
    SYSTEM_READ = "operations:system:read"
    SECURITY_SET = "operations:security:set"


P, R = Permission, Role

ROLES: dict[Permission, frozenset[Role]] = {
    P.PROGRESS_READ: frozenset({R.UNIT_HEAD, R.LIAISON, R.INSPECTOR, R.ADMIN}),
    P.ABSENCE_RECORD: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.COMPLETION_WITHDRAW: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.REMIND: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.DISPLAY_MANAGE: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.CHASE_DRAFT: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.CHASE_APPROVE: frozenset({R.UNIT_HEAD, R.ADMIN}),
    P.FINDING_READ: frozenset({R.INSPECTOR, R.UNIT_HEAD, R.LIAISON}),
    P.FINDING_WRITE: frozenset({R.INSPECTOR}),
    P.FINDING_ANSWER: frozenset({R.UNIT_HEAD, R.LIAISON}),
    P.VISIT_READ: frozenset({R.INSPECTOR}),
    P.BRIEFING_EDIT: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.SESSION_HOLD: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.FILES_MAKE: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.ELECTIVE_OFFER: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN}),
    P.REPORT_COMMENT: frozenset({R.UNIT_HEAD, R.LIAISON}),
    P.REPORT_SIGN: frozenset({R.UNIT_HEAD}),
    P.ROSTER_IMPORT: frozenset({R.ADMIN}),
    P.PEOPLE_READ: frozenset({R.ADMIN}),
    P.PEOPLE_ACTIVATE: frozenset({R.ADMIN}),
    P.PEOPLE_DISABLE: frozenset({R.ADMIN}),
    P.GRANT_END: frozenset({R.ADMIN}),
    P.BANK_READ: frozenset({R.ADMIN, R.QUESTION_EDITOR, R.REVIEWER}),
    P.BANK_IMPORT: frozenset({R.ADMIN, R.QUESTION_EDITOR}),
    P.BANK_EDIT: frozenset({R.ADMIN, R.QUESTION_EDITOR}),
    P.BANK_REVIEW: frozenset({R.ADMIN, R.REVIEWER}),
    P.BANK_RELEASE: frozenset({R.ADMIN}),
    P.BANK_EXPORT: frozenset({R.ADMIN, R.QUESTION_EDITOR}),
    P.QUESTION_TASK_SET: frozenset({R.ADMIN}),
    P.MARKING_LAPSE: frozenset({R.ADMIN}),
    P.KEY_REVISE: frozenset({R.ADMIN, R.TEST_OWNER}),
    P.READING_EDIT: frozenset({R.ADMIN}),
    P.PROGRAMME_EDIT: frozenset({R.ADMIN}),
    P.PROGRAMME_PUBLISH: frozenset({R.ADMIN}),
    P.EXAM_EDIT: frozenset({R.ADMIN, R.TEST_OWNER}),
    P.ATTEMPT_WATCH: frozenset({R.ADMIN, R.TEST_OWNER, R.PROCTOR}),
    P.ATTEMPT_VOID: frozenset({R.ADMIN, R.PROCTOR}),
    P.ATTEMPT_REOPEN: frozenset({R.ADMIN, R.PROCTOR}),
    P.ALLOWANCE_GRANT: frozenset({R.ADMIN, R.PROCTOR}),
    P.ANNOUNCE: frozenset({R.ADMIN, R.PROCTOR}),
    P.ANSWER_ADMIT: frozenset({R.ADMIN, R.TEST_OWNER}),
    P.ANSWER_ENTER: frozenset({R.ADMIN, R.PROCTOR}),
    P.ANSWER_MARK: frozenset({R.MARKER}),
    P.SIGNALS_READ: frozenset({R.ADMIN, R.TEST_OWNER}),
    P.MARKS_RELEASE: frozenset({R.ADMIN, R.TEST_OWNER}),
    P.MARKS_READ: frozenset({R.ADMIN, R.TEST_OWNER}),
    P.DISPENSATION_ASK: frozenset({R.UNIT_HEAD, R.LIAISON, R.TEST_OWNER, R.ADMIN}),
    P.DISPENSATION_DECIDE: frozenset({R.TEST_OWNER, R.ADMIN}),
    P.AUDIT_READ: frozenset({R.ADMIN}),
    P.CLOCK_CONFIRM: frozenset({R.ADMIN}),
    P.SYSTEM_READ: frozenset({R.ADMIN}),
    P.SECURITY_SET: frozenset({R.ADMIN}),
}


@dataclass(frozen=True)
class ActiveGrant:
    """A grant in force: a role over a unit, alone or with all below it on a line."""

    role: Role
    unit_id: int
    line_id: int | None  # None: the unit alone


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the grants in force now; `person_id` None is the system itself."""

    person_id: int | None
    grants: tuple[ActiveGrant, ...] = field(default=())

    def own_id(self) -> int:
        """The acting person's id, for what only a person can do or own.

        Raises Forbidden for the system, which is nobody.
        """
        if self.person_id is None:
            raise Forbidden(permission="person")
        return self.person_id

    def may(self, permission: Permission) -> bool:
        """True if any grant carries the permission, over any units."""
        return self.person_id is None or bool(self.over(permission))

    def over(self, permission: Permission) -> tuple[ActiveGrant, ...]:
        """The grants that carry the permission: the units it reaches, to be scoped in SQL."""
        return tuple(held for held in self.grants if held.role in ROLES[permission])

    def must(self, permission: Permission) -> None:
        """Raise Forbidden unless the actor may."""
        if not self.may(permission):
            raise Forbidden(permission=str(permission))


SYSTEM = Actor(person_id=None)
