"""Nobody rules on their own case: one function asked by every staff action, and what each right concerns."""

from __future__ import annotations

from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.permissions import Actor, Permission


def is_own(actor: Actor, person_id: int | None) -> bool:
    """True if the case of that person is the actor's own; the system itself has none."""
    return actor.person_id is not None and actor.person_id == person_id


def refuse_own(actor: Actor, *people: int | None) -> None:
    """Raise Forbidden("own_case") if the actor is one of the people whom an action concerns.

    Proctor, marker, test owner, reviewer and admin never act on their own
    attempt, mark, report, allowance, question, role or account.
    """
    if any(is_own(actor, person_id) for person_id in people):
        raise Forbidden("own_case")


P = Permission

# The rights whose actions concern a person; every service that carries one out asks `refuse_own`.
ASKS: frozenset[Permission] = frozenset(
    {
        P.ABSENCE_RECORD,
        P.COMPLETION_WITHDRAW,
        P.CHASE_DRAFT,  # whom it chases
        P.CHASE_APPROVE,  # its author, and whom it chases
        P.FINDING_WRITE,  # of a unit that one serves in or answers for
        P.ROSTER_IMPORT,  # a transfer, a posting, a name, a login name, a retirement
        P.PEOPLE_ACTIVATE,  # a one-time code, the end of sessions
        P.PEOPLE_DISABLE,
        P.GRANT_END,
        P.ROLE_GIVE,
        P.ROLE_CONFIRM,  # what oneself asked for, too
        P.SECURITY_SET,  # an account for an emergency
        P.BANK_EDIT,  # the answer to a report
        P.BANK_REVIEW,
        P.BANK_RELEASE,
        P.KEY_REVISE,
        P.EXAM_EDIT,  # a window reserved for named people
        P.ATTEMPT_VOID,
        P.ATTEMPT_REOPEN,
        P.ALLOWANCE_GRANT,
        P.ANNOUNCE,  # to one attempt
        P.ANSWER_ADMIT,
        P.ANSWER_ENTER,
        P.ANSWER_MARK,
        P.MARKS_RELEASE,
        P.DISPENSATION_ASK,
        P.DISPENSATION_DECIDE,
    }
)

# The rights whose actions concern nobody in particular, each with the reason.
CONCERNS_NOBODY: dict[Permission, str] = {
    P.PEOPLE_READ: "only reads",
    P.PROGRESS_READ: "only reads",
    P.REMIND: "a message about what is due; nobody reminds themselves",
    P.DISPLAY_MANAGE: "a screen with figures of units and no names",
    P.BRIEFING_EDIT: "figures of units, drawn from a frozen report",
    P.SESSION_HOLD: "a tick of oneself is not taken: tests/services/study/test_study_sessions.py",
    P.ELECTIVE_OFFER: "something offered to all people of a unit; it names nobody and enters no figure",
    P.FINDING_READ: "only reads",
    P.FINDING_ANSWER: "a unit's own answer; the group alone closes",
    P.VISIT_READ: "only reads",
    P.REWORK_ORDER: "asks a whole unit again, and who orders it with it; evidence is by the text",
    P.FILES_MAKE: "puts together what may be read anyway",
    P.REPORT_COMMENT: "figures of a unit; a comment changes none",
    P.REPORT_SIGN: "figures of a unit, frozen before",
    P.BANK_READ: "only reads; who saw a key does not sit an exam with it",
    P.BANK_IMPORT: "brings in a file as it is, or sends it to review, which is another right",
    P.BANK_EXPORT: "only reads; the keys in the file are kept as seen by the exporter",
    P.QUESTION_TASK_SET: "a unit owes questions, nobody in particular",
    P.MARKING_LAPSE: "states something about a file, which concerns no person",
    P.READING_EDIT: "a text is the same for everybody",
    P.PROGRAMME_EDIT: "an audience is a rule over units, basis and category and names nobody",
    P.PROGRAMME_PUBLISH: "an audience is a rule over units, basis and category and names nobody",
    P.ATTEMPT_WATCH: "only reads",
    P.SIGNALS_READ: "only reads",
    P.MARKS_READ: "only reads",
    P.AUDIT_READ: "only reads",
    P.CLOCK_CONFIRM: "the machine's time is the same for everybody",
    P.SYSTEM_READ: "only reads, and nothing about people",
}
