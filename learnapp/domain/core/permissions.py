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
    # In place of the admin, where roles are separated (learnapp/domain/accounts/separation.py).
    PROGRAMME_OWNER = "programme_owner"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


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
    REWORK_ORDER = "units:reworks:order"
    FILES_MAKE = "units:files:make"
    ELECTIVE_OFFER = "units:electives:offer"
    REPORT_COMMENT = "units:reports:comment"
    REPORT_SIGN = "units:reports:sign"
    ROSTER_IMPORT = "units:roster:import"
    PEOPLE_READ = "units:people:read"
    PEOPLE_ACTIVATE = "units:people:activate"
    PEOPLE_DISABLE = "units:people:disable"
    GRANT_END = "units:grants:end"
    ROLE_GIVE = "units:roles:give"
    ROLE_CONFIRM = "units:roles:confirm"
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
    P.PROGRESS_READ: frozenset({R.UNIT_HEAD, R.LIAISON, R.INSPECTOR, R.ADMIN, R.PROGRAMME_OWNER}),
    P.ABSENCE_RECORD: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.COMPLETION_WITHDRAW: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.REMIND: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.DISPLAY_MANAGE: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.CHASE_DRAFT: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.CHASE_APPROVE: frozenset({R.UNIT_HEAD, R.ADMIN, R.PROGRAMME_OWNER}),
    P.FINDING_READ: frozenset({R.INSPECTOR, R.UNIT_HEAD, R.LIAISON}),
    P.FINDING_WRITE: frozenset({R.INSPECTOR}),
    P.FINDING_ANSWER: frozenset({R.UNIT_HEAD, R.LIAISON}),
    P.VISIT_READ: frozenset({R.INSPECTOR}),
    P.BRIEFING_EDIT: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.SESSION_HOLD: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.ELECTIVE_OFFER: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.FILES_MAKE: frozenset({R.UNIT_HEAD, R.LIAISON, R.ADMIN, R.PROGRAMME_OWNER}),
    P.REWORK_ORDER: frozenset({R.UNIT_HEAD, R.ADMIN, R.PROGRAMME_OWNER}),
    P.REPORT_COMMENT: frozenset({R.UNIT_HEAD, R.LIAISON}),
    P.REPORT_SIGN: frozenset({R.UNIT_HEAD}),
    P.ROSTER_IMPORT: frozenset({R.ADMIN, R.SYSTEM_ADMIN}),
    P.PEOPLE_READ: frozenset({R.ADMIN, R.SYSTEM_ADMIN, R.SECURITY_ADMIN}),
    P.PEOPLE_ACTIVATE: frozenset({R.ADMIN, R.SYSTEM_ADMIN}),
    P.PEOPLE_DISABLE: frozenset({R.ADMIN, R.SYSTEM_ADMIN}),
    P.ROLE_GIVE: frozenset({R.ADMIN, R.SYSTEM_ADMIN, R.SECURITY_ADMIN}),
    P.ROLE_CONFIRM: frozenset({R.SECURITY_ADMIN}),
    P.GRANT_END: frozenset({R.ADMIN, R.SECURITY_ADMIN}),
    P.BANK_READ: frozenset({R.ADMIN, R.QUESTION_EDITOR, R.REVIEWER, R.PROGRAMME_OWNER}),
    P.BANK_IMPORT: frozenset({R.ADMIN, R.QUESTION_EDITOR, R.PROGRAMME_OWNER}),
    P.BANK_EDIT: frozenset({R.ADMIN, R.QUESTION_EDITOR, R.PROGRAMME_OWNER}),
    P.BANK_REVIEW: frozenset({R.ADMIN, R.REVIEWER, R.PROGRAMME_OWNER}),
    P.BANK_RELEASE: frozenset({R.ADMIN, R.PROGRAMME_OWNER}),
    P.BANK_EXPORT: frozenset({R.ADMIN, R.QUESTION_EDITOR, R.PROGRAMME_OWNER}),
    P.QUESTION_TASK_SET: frozenset({R.ADMIN, R.PROGRAMME_OWNER}),
    P.MARKING_LAPSE: frozenset({R.ADMIN, R.PROGRAMME_OWNER}),
    P.KEY_REVISE: frozenset({R.ADMIN, R.TEST_OWNER, R.PROGRAMME_OWNER}),
    P.READING_EDIT: frozenset({R.ADMIN, R.PROGRAMME_OWNER}),
    P.PROGRAMME_EDIT: frozenset({R.ADMIN, R.PROGRAMME_OWNER}),
    P.PROGRAMME_PUBLISH: frozenset({R.ADMIN, R.PROGRAMME_OWNER}),
    P.EXAM_EDIT: frozenset({R.ADMIN, R.TEST_OWNER, R.PROGRAMME_OWNER}),
    P.ATTEMPT_WATCH: frozenset({R.ADMIN, R.TEST_OWNER, R.PROCTOR, R.PROGRAMME_OWNER}),
    P.ATTEMPT_VOID: frozenset({R.ADMIN, R.PROCTOR, R.PROGRAMME_OWNER}),
    P.ATTEMPT_REOPEN: frozenset({R.ADMIN, R.PROCTOR, R.PROGRAMME_OWNER}),
    P.ALLOWANCE_GRANT: frozenset({R.ADMIN, R.PROCTOR, R.PROGRAMME_OWNER}),
    P.ANNOUNCE: frozenset({R.ADMIN, R.PROCTOR, R.PROGRAMME_OWNER}),
    P.ANSWER_ADMIT: frozenset({R.ADMIN, R.TEST_OWNER, R.PROGRAMME_OWNER}),
    P.ANSWER_ENTER: frozenset({R.ADMIN, R.PROCTOR, R.PROGRAMME_OWNER}),
    P.ANSWER_MARK: frozenset({R.MARKER}),
    P.SIGNALS_READ: frozenset({R.ADMIN, R.TEST_OWNER, R.PROGRAMME_OWNER}),
    P.MARKS_RELEASE: frozenset({R.ADMIN, R.TEST_OWNER, R.PROGRAMME_OWNER}),
    P.MARKS_READ: frozenset({R.ADMIN, R.TEST_OWNER, R.PROGRAMME_OWNER}),
    P.DISPENSATION_ASK: frozenset(
        {R.UNIT_HEAD, R.LIAISON, R.TEST_OWNER, R.ADMIN, R.PROGRAMME_OWNER}
    ),
    P.DISPENSATION_DECIDE: frozenset({R.TEST_OWNER, R.ADMIN, R.PROGRAMME_OWNER}),
    P.AUDIT_READ: frozenset({R.ADMIN, R.AUDITOR}),
    P.CLOCK_CONFIRM: frozenset({R.ADMIN, R.SYSTEM_ADMIN}),
    P.SYSTEM_READ: frozenset({R.ADMIN, R.SYSTEM_ADMIN}),
    P.SECURITY_SET: frozenset({R.ADMIN, R.SECURITY_ADMIN}),
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
