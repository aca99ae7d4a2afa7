"""A question corrected: a revision on the same version, and every attempt that had it regraded."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank import listing
from learnapp.db.bank.models import KeyRevision, Regrade
from learnapp.db.bank.reach import Version, version_in_reach
from learnapp.db.bank.version_history import record_version_event
from learnapp.db.core.caller import Caller
from learnapp.db.exams import pools, regrading
from learnapp.db.exams.regrading import AttemptOfExam
from learnapp.db.operations import background_jobs
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.bank.versions import VersionAction, VersionState, after, check_comment
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.rulings import Correction
from learnapp.domain.operations.background_jobs import ACTIVE, WorkKind, WorkState
from learnapp.services.exams.regrading import (
    RegradePreview,
    Ruled,
    changes_of,
    refuse_unfit,
    regrade,
)
from question_bank.amending import admit
from question_bank.content import to_json
from question_bank.editing import content_of_field, from_fields, to_fields
from question_bank.formats import Outcome
from question_bank.model import Key, key_from_json, key_to_json

AT_ONCE = 80  # attempts that are regraded in one request


@dataclass(frozen=True)
class CorrectionInput:
    """The correction that is wanted, as it was typed: the key or the further answer, for a short answer
    its points, and explanation and source (None: as they are)."""

    correction: Correction
    answer: str = ""
    points: str = ""
    explanation: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Decision:
    """The one decision about a correction; `base` is the number of the revision that it was made
    about, None where that is not asked."""

    reason: str
    keeps_passes: bool
    base: int | None = None


def ruled_of(version: Version, wanted: CorrectionInput) -> Ruled:
    """The revision that is wanted of the question as it is. Raises RuleBroken."""
    ruling = wanted.correction.ruling
    key = key_from_json(version.key.key) if ruling.voids else _key(version, wanted)
    found = Ruled(ruling, key, version.key.explanation, version.key.source)
    before = to_fields(version.data)
    if wanted.explanation is not None and wanted.explanation.strip() != before.explanation.strip():
        explained = content_of_field(wanted.explanation, version.data)
        found = replace(found, explanation=to_json(explained))
    if wanted.source is not None and wanted.source.strip() != before.source.strip():
        found = replace(found, source=wanted.source.strip()[: lengths.LINE])
    return found


def _key(version: Version, wanted: CorrectionInput) -> Key:
    """The key that the typed answer makes: in the place of the present one, or beside it."""
    fields = replace(to_fields(version.data), answer=wanted.answer, points=wanted.points)
    if wanted.correction is Correction.ADMIT and not wanted.answer.strip():
        raise RuleBroken("answer", "no_answer")
    record = from_fields(fields, version.data)
    if record.question is None or record.outcome is not Outcome.READY:
        code = record.reasons[0].code if record.reasons else "key_shape"
        raise RuleBroken("answer", code, **(record.reasons[0].params if record.reasons else {}))
    typed = record.question.key
    if wanted.correction is not Correction.ADMIT:
        return typed
    both = admit(key_from_json(version.key.key), typed)
    if both is None:
        raise RuleBroken("answer", "admits_nothing")
    return both


def _same(version: Version, ruled: Ruled) -> bool:
    """Whether the newest revision says so already."""
    now = version.key
    current = (now.ruling, key_from_json(now.key), now.explanation, now.source)
    return current == (ruled.ruling, ruled.key, ruled.explanation, ruled.source)


def concerns_oneself(session: Session, actor: Actor, version_id: int) -> bool:
    """Whether a new key touches the actor: the question is on a paper of theirs that was not voided,
    regardless of the answer, or they reported it themselves. Then another person corrects it."""
    return regrading.sat_or_reported(session, actor.person_id, version_id)


def preview(caller: Caller, version_id: int, wanted: CorrectionInput) -> RegradePreview:
    """Whose marks this correction would change, and how. Nothing is stored. Forbidden("own_case")."""
    version = _corrected(caller, version_id)
    return _preview(caller.session, version, _news(version, wanted))


def _corrected(caller: Caller, version_id: int, lock: bool = False) -> Version:
    """The version within reach, for a correction that does not concern the actor."""
    actor = caller.actor
    version = version_in_reach(caller, version_id, Permission.KEY_REVISE, lock=lock)
    if concerns_oneself(caller.session, actor, version_id):
        refuse_own(actor, actor.person_id)
    return version


def is_small(session: Session, version_id: int) -> bool:
    """Whether so few attempts had the question that it is previewed and corrected at once."""
    return regrading.count_attempts_with(session, version_id, most=AT_ONCE + 1) <= AT_ONCE


def ask_preview(caller: Caller, version_id: int, wanted: CorrectionInput) -> BackgroundJob:
    """Have looked in the background whose marks this correction would change; asked twice, it is done
    once. Raises as `preview` does, and Conflict("preview_running") while another is looked at."""
    session = caller.session
    version = _corrected(caller, version_id)
    _refuse_while_regraded(session, version_id)
    ruled = _news(version, wanted)
    refuse_unfit(session, version_id, ruled)
    params = {
        "wanted": asdict(wanted),
        "base": version.key.number,
        "ruling": ruled.ruling,
        "key": key_to_json(ruled.key),
    }
    unit_id = version.bank.owner_unit_id
    new = NewJob(WorkKind.REGRADE_PREVIEW, str(version_id), unit_id, params)
    job = background_jobs.ask(caller, new)
    if job.params != params:
        raise Conflict("preview_running")
    return job


@dataclass(frozen=True)
class StoredPreview:
    """A preview that was made in the background: what was asked, how far it is, a page of the changes
    (as `regrade_work` stores them) with whose they are."""

    version: Version
    job: BackgroundJob
    wanted: CorrectionInput
    rows: list[dict[str, Any]]
    people: dict[int, AttemptOfExam]


def stored_preview(
    caller: Caller, version_id: int, public_id: str, offset: int, limit: int
) -> StoredPreview:
    """The preview of this address. Raises NotFound, Forbidden("own_case")."""
    session = caller.session
    version = _corrected(caller, version_id)
    job = background_jobs.of_address(session, public_id, WorkKind.REGRADE_PREVIEW, str(version_id))
    if job is None:
        raise NotFound("background_unknown")
    asked = dict(job.params["wanted"])
    wanted = CorrectionInput(Correction(asked.pop("correction")), **asked)
    rows = background_jobs.rows_of(session, job.id, offset, limit)
    people = regrading.called(session, [row["attempt"] for row in rows])
    return StoredPreview(version, job, wanted, rows, people)


def regrade_of(session: Session, version_id: int) -> BackgroundJob | None:
    """The regrading of a question that is under way, or was broken off."""
    states = (*ACTIVE, WorkState.FAILED)
    return background_jobs.newest(session, WorkKind.REGRADE, str(version_id), *states)


def _refuse_while_regraded(session: Session, version_id: int) -> None:
    if regrade_of(session, version_id) is not None:
        raise Conflict("regrade_running")


def _news(version: Version, wanted: CorrectionInput) -> Ruled:
    ruled = ruled_of(version, wanted)
    if _same(version, ruled):
        raise RuleBroken("answer", "already_void" if ruled.ruling.voids else "key_unchanged")
    after(VersionState(version.row.status), _action_of(ruled))
    return ruled


def _action_of(ruled: Ruled) -> VersionAction:
    return VersionAction.VOIDED if ruled.ruling.voids else VersionAction.KEY_REVISED


def _preview(session: Session, version: Version, ruled: Ruled) -> RegradePreview:
    found = changes_of(session, version.row.id, ruled)
    if not ruled.ruling.voids:
        return found
    return replace(found, checks=regrading.portions_checked_by(session, version.row.id))


def revise(
    caller: Caller,
    version_id: int,
    wanted: CorrectionInput,
    decision: Decision,
) -> RegradePreview | BackgroundJob | None:
    """Correct a question and regrade, by one decision: what changed, as it was previewed; where many had
    the question, the job by which their attempts follow.

    Marks are added, never changed. A pass that was earned stays if passes are kept; otherwise the
    result has the new outcome, and what a lost pass completed is withdrawn with the reason. A
    void question leaves the draw. A repeat changes nothing and gives None.
    Raises RuleBroken without a reason, for what is so already, or a key that does not fit;
    Conflict("key_moved") when the question was corrected otherwise since the preview,
    Conflict("regrade_running") while an earlier correction has not reached everybody;
    Forbidden("own_case") when it concerns the actor.
    """
    session = caller.session
    version = _corrected(caller, version_id, lock=True)
    if decision.base is not None and decision.base != version.key.number:
        if _same(version, ruled_of(version, wanted)):
            return None
        raise Conflict("key_moved")
    _refuse_while_regraded(session, version_id)
    ruled = _news(version, wanted)
    check_comment(_action_of(ruled), decision.reason)
    done = (
        _regrade_at_once(caller, version, ruled, decision)
        if is_small(session, version_id)
        else _regrade_later(caller, version, ruled, decision)
    )
    _take_on(session, caller.now, version, ruled)
    record_version_event(caller, version_id, _action_of(ruled), decision.reason)
    return done


def _regrade_at_once(
    caller: Caller, version: Version, ruled: Ruled, decision: Decision
) -> RegradePreview:
    found = _preview(caller.session, version, ruled)
    revision = _revision(caller, version, ruled, decision.reason)
    regrade(caller, revision, found.touched, decision.keeps_passes)
    row = {
        "key_revision_id": revision.id,
        "keeps_passes": decision.keeps_passes,
        "counts": _counts(found, decision.keeps_passes),
    }
    by = caller.actor.person_id
    caller.session.add(Regrade(**row, recorded_at=caller.now, recorded_by=by))
    return found


def _regrade_later(
    caller: Caller, version: Version, ruled: Ruled, decision: Decision
) -> BackgroundJob:
    """The correction is in force from now on; the attempts follow in the background."""
    session, version_id = caller.session, version.row.id
    refuse_unfit(session, version_id, ruled)
    promised = _promised(session, version, ruled)
    revision = _revision(caller, version, ruled, decision.reason)
    params = {
        "revision": revision.id,
        "keeps": decision.keeps_passes,
        "promised": promised,
    }
    unit_id = version.bank.owner_unit_id
    return background_jobs.ask(caller, NewJob(WorkKind.REGRADE, str(version_id), unit_id, params))


def _promised(session: Session, version: Version, ruled: Ruled) -> dict[str, int] | None:
    """The counts of the last preview, if it was of this very correction."""
    of_this = WorkKind.REGRADE_PREVIEW, str(version.row.id)
    job = background_jobs.newest(session, *of_this, WorkState.DONE)
    asked = (str(ruled.ruling), key_to_json(ruled.key), version.key.number)
    if job is None or job.result is None:
        return None
    previewed = (job.params["ruling"], job.params["key"], job.params["base"])
    return dict(job.result) if previewed == asked else None


def _revision(caller: Caller, version: Version, ruled: Ruled, reason: str) -> KeyRevision:
    revision = KeyRevision(
        version_id=version.row.id,
        number=version.key.number + 1,
        ruling=ruled.ruling,
        key=key_to_json(ruled.key),
        explanation=ruled.explanation,
        source=ruled.source,
        reason=reason.strip()[: lengths.LINE],
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(revision)
    caller.session.flush()
    return revision


def _take_on(session: Session, now: datetime, version: Version, ruled: Ruled) -> None:
    """The state that the version then has; a void one that was in use is practised no more, nor
    drawn by any window that nobody has begun. Drafts of the same question stay, so that a better
    version can take its place."""
    row = version.row
    state = after(VersionState(row.status), _action_of(ruled))
    if state is VersionState.RETIRED and row.status != state:
        listing.retire(session, now, row.question_id)
    row.status = state
    if ruled.ruling.voids:
        session.flush()
        pools.forget_unbegun(session, row, now)


def _counts(found: RegradePreview, keeps_passes: bool) -> dict[str, int]:
    return {
        "used": found.used,
        "changed": len(found.changes),
        "passes_lost": 0 if keeps_passes else found.passes_lost,
        "passes_won": found.passes_won,
    }
