"""签到表: printed, signed on paper, entered by one and verified by another; then it is the roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import by_name
from learnapp.db.study import roll_sheets as queries
from learnapp.db.study.session_models import RollSheet, StudySession
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.seen import mark_of, must_have_seen
from learnapp.domain.study.study_sessions import MOST_TICKS, RollMark, Tick
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.study import study_sessions
from learnapp.wording.catalogue import Language, translated
from learnapp.wording.dates import moment_label

_IDS = UUID(
    "0f9a1c55-3f2e-4f60-9d0b-5a2d1f6b8c11"
)  # of ticks by sheet: one for each sheet and person


@dataclass(frozen=True)
class SheetPage:
    """A session with everybody expected, what the newest sheet says of each, who entered it."""

    session: StudySession
    people: list[tuple[int, str, str]]
    sheet: RollSheet | None
    marks: Mapping[int, RollMark]
    entered_by: str
    may_decide: bool

    @property
    def waits(self) -> bool:
        """Whether a sheet was entered that nobody has verified."""
        return self.sheet is not None and self.sheet.decided_at is None

    @property
    def mark(self) -> str:
        """The mark of the sheet that is shown."""
        return mark_of(self.sheet and self.sheet.id)


def show(caller: Caller, session_id: int) -> SheetPage:
    """The sheet of a session that the actor holds. Raises NotFound."""
    page = study_sessions.roll(caller, session_id)
    sheet = queries.newest(caller.session, session_id)
    name = ""
    if sheet is not None:
        name = dict(by_name(caller.session, [sheet.entered_by])).get(sheet.entered_by, "")
    waits = sheet is not None and sheet.decided_at is None
    return SheetPage(
        page.session,
        page.people,
        sheet,
        {} if sheet is None else {int(who): RollMark(each) for who, each in sheet.marks.items()},
        name,
        waits and sheet is not None and not is_own(caller.actor, sheet.entered_by),
    )


def blank(caller: Caller, session_id: int, language: Language) -> PrintedTable:
    """签到表 to be signed on paper: everybody expected, with a place to sign. Raises NotFound."""
    page = study_sessions.roll(caller, session_id)
    row = page.session
    when = moment_label(language, row.starts_at, local_day(row.starts_at))
    return PrintedTable(
        translated(language, "%(t)s 签到表", t=row.title),
        " · ".join(filter(None, (when, row.place, row.host))),
        [
            (translated(language, "序号"), 6),
            (translated(language, "单位"), 24),
            (translated(language, "姓名"), 12),
            (translated(language, "签到（本人签名）"), 20),
            (translated(language, "备注"), 12),
        ],
        [(n, unit, name, "", "") for n, (_id, name, unit) in enumerate(page.people, 1)],
        [translated(language, "应到 %(n)s 人　　　　实到　　　人", n=len(page.people))],
        row_cm=0.9,
    )


def enter(caller: Caller, session_id: int, marks: Mapping[int, RollMark]) -> RollSheet:
    """Enter what a signed sheet says; it counts once somebody else has verified it.

    Raises NotFound, Conflict("session_not_begun", "sheet_waits"), RuleBroken of "marks".
    """
    session, row = caller.session, study_sessions.one(caller, session_id, lock=True)
    if row.starts_at > caller.now:
        raise Conflict("session_not_begun")
    known = queries.newest(session, session_id)
    if known is not None and known.decided_at is None:
        raise Conflict("sheet_waits")
    expected = {person_id for person_id, *_ in study_sessions.roll(caller, session_id).people}
    if not marks or not marks.keys() <= expected or len(marks) > MOST_TICKS:
        raise RuleBroken("marks", "sheet_empty")
    sheet = RollSheet(
        session_id=session_id,
        marks={str(who): str(mark) for who, mark in marks.items()},
        entered_by=caller.actor.own_id(),
        entered_at=caller.now,
        remark="",
    )
    session.add(sheet)
    session.flush()
    audit_log.record(caller, "sheet.entered", ("unit", row.unit_id), session=row.id)
    return sheet


def decide(caller: Caller, session_id: int, agrees: bool, remark: str, seen: str) -> bool:
    """Verify the sheet that waits, or return it with a remark; False where that was decided. What it says
    becomes the roll; a mark of the verifier is left to another organiser. `seen` is the mark of the sheet
    that the page showed.

    Raises NotFound, Forbidden("own_case") for who entered it, RuleBroken of "remark" or "seen".
    """
    row = study_sessions.one(caller, session_id, lock=True)
    sheet = queries.newest(caller.session, session_id)
    if sheet is None or sheet.decided_at is not None:
        return False
    refuse_own(caller.actor, sheet.entered_by)
    must_have_seen(seen, sheet.id)
    if not agrees and not remark.strip():
        raise RuleBroken("remark", "reason_needed")
    if agrees:
        _tick(caller, sheet)
    sheet.agrees, sheet.remark = agrees, remark.strip()[: lengths.LINE]
    sheet.decided_by, sheet.decided_at = caller.actor.own_id(), caller.now
    caller.session.flush()
    done = "verified" if agrees else "returned"
    audit_log.record(caller, f"sheet.{done}", ("unit", row.unit_id), session=row.id)
    return True


def _tick(caller: Caller, sheet: RollSheet) -> None:
    seq = study_sessions.roll(caller, sheet.session_id).max_seq + 1
    ticks = [
        Tick(str(uuid5(_IDS, f"{sheet.id}:{who}")), seq, int(who), RollMark(mark))
        for who, mark in sheet.marks.items()
    ]
    study_sessions.receive(caller, sheet.session_id, ticks)
