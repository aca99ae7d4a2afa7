"""考场用表 of a window, by unit: the list to sign in, the record of the room, papers to answer with a pen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, drawing
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.attempt_papers import PlaceRow
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.operations import audit_log
from learnapp.db.people import login_names, unit_paths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.exams import AttemptState, Channel
from learnapp.domain.exams.mark_sheet import Remark, UnitResult, together
from learnapp.domain.exams.roll import RollState
from learnapp.reports.printed_table import Cell, PrintedTable
from learnapp.services.exams import attempt_start
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.exams.window_tally import ListFilter, PersonLine, WindowTally, tally_of
from learnapp.wording.catalogue import translated
from learnapp.wording.dates import span_label

MOST_PAPERS = 200  # that are drawn or printed in one go
# Who may be given a paper to answer with a pen.
_TO_DRAW = frozenset({RollState.NOT_YET, RollState.NO_ACCOUNT})
_NOT_EXPECTED = frozenset({RollState.AWAY, RollState.EXCUSED})


@dataclass(frozen=True)
class ExamRoom:
    """A window, or one unit of it: its people in 建制序 and by name, and their counts."""

    exam: Exam
    window: ExamWindow
    unit: str  # empty: all units
    units: list[tuple[int, str, UnitResult]]
    counts: UnitResult
    is_over: bool


@dataclass(frozen=True)
class ToPrint:
    """A paper drawn for somebody, as it prints."""

    public_id: str
    name: str
    badge: str
    unit: str
    places: Sequence[PlaceRow]


def _tally(
    caller: Caller, window_id: int, permission: Permission
) -> tuple[Exam, ExamWindow, WindowTally]:
    exam, window = window_in_reach(caller, window_id, permission)
    return exam, window, tally_of(caller, exam, window, permission)


def room_of(caller: Caller, window_id: int, unit_id: int | None) -> ExamRoom:
    """The window's counts, or those of a unit in it. Raises NotFound, Forbidden."""
    exam, window, tally = _tally(caller, window_id, Permission.ATTEMPT_WATCH)
    units = tally.units()
    names = unit_paths.labels(
        caller.session, {each.unit_id for each in units}, local_day(caller.now)
    )
    return ExamRoom(
        exam,
        window,
        names.get(unit_id or 0, ""),
        [(each.unit_id, names[each.unit_id], each) for each in units],
        together(each for each in units if unit_id in (None, each.unit_id)),
        caller.now >= window.closes_at,
    )


@dataclass(frozen=True)
class _Person:
    line: PersonLine
    name: str
    badge: str
    unit: str


def _people(caller: Caller, exam: Exam, tally: WindowTally, unit_id: int | None) -> list[_Person]:
    session = caller.session
    lines = tally.page(session, exam.id, ListFilter(unit_id), 0, None)
    people = [each.person_id for each in lines]
    names = roll_queries.names_and_logins(session, people)
    badges = login_names.badges_of(session, people)
    units = unit_paths.labels(session, {each.unit_id for each in lines}, local_day(caller.now))
    return [
        _Person(
            each,
            names[each.person_id].name,
            badges.get(each.person_id, ""),
            units[each.unit_id],
        )
        for each in lines
    ]


def sign_in_list(
    caller: Caller, window_id: int, unit_id: int | None, reader: SheetReader
) -> PrintedTable:
    """签到表: who is expected, with a place to sign; without marks. Raises NotFound, Forbidden."""
    exam, window, tally = _tally(caller, window_id, Permission.ATTEMPT_WATCH)
    people = [
        each
        for each in _people(caller, exam, tally, unit_id)
        if each.line.state not in _NOT_EXPECTED
    ]
    language = reader.language
    rows: list[Sequence[Cell]] = [
        (number, each.unit, each.name, each.badge, "", "") for number, each in enumerate(people, 1)
    ]
    return PrintedTable(
        title=translated(language, "%(t)s 签到表", t=exam.title),
        about=_about(window, people[0].unit if unit_id and people else "", reader),
        columns=[
            (translated(language, "序号"), 6),
            (translated(language, "单位"), 22),
            (translated(language, "姓名"), 12),
            (translated(language, "警号"), 12),
            (translated(language, "签到（本人签名）"), 18),
            (translated(language, "备注"), 12),
        ],
        rows=rows,
        below=[translated(language, "应到 %(n)s 人　　　　实到　　　人", n=len(people))],
        row_cm=0.9,
    )


def _about(window: ExamWindow, unit: str, reader: SheetReader) -> str:
    span = span_label(reader.language, window.opens_at, window.closes_at, reader.today)
    return f"{unit} · {span}" if unit else span


def room_record(
    caller: Caller, window_id: int, unit_id: int | None, reader: SheetReader
) -> PrintedTable:
    """考场情况记录表: 应考, 实考, 缺考 and 违纪 with names once the window is over, the rest to be filled in
    by hand and signed by two. Raises NotFound, Forbidden."""
    exam, window, tally = _tally(caller, window_id, Permission.ATTEMPT_WATCH)
    people = _people(caller, exam, tally, unit_id)
    room = room_of(caller, window_id, unit_id)
    counts, language = room.counts, reader.language

    def known(number: int, *why: RollState | Remark) -> str:
        if not room.is_over:
            return translated(language, "　　　人")
        names = [
            each.name for each in people if each.line.state in why or each.line.line.remark in why
        ]
        text = translated(language, "%(n)s 人", n=number)
        return f"{text}：{'、'.join(names)}" if names else text

    absent = (RollState.ABSENT, RollState.NO_ACCOUNT)
    lines = [
        (translated(language, "考场"), room.unit),
        (translated(language, "时间"), _about(window, "", reader)),
        (translated(language, "应考"), translated(language, "%(n)s 人", n=counts.expected)),
        (translated(language, "实考"), known(counts.sat)),
        (translated(language, "缺考"), known(counts.absent, *absent)),
        (translated(language, "违纪"), known(counts.misconduct, Remark.VOIDED)),
        (translated(language, "缓考"), known(counts.deferred, RollState.AWAY)),
        (translated(language, "免考"), known(counts.excused, RollState.EXCUSED)),
        (translated(language, "考场情况"), ""),
        (translated(language, "监考员（一）签字"), ""),
        (translated(language, "监考员（二）签字"), ""),
        (translated(language, "日期"), translated(language, "　　　年　　月　　日")),
    ]
    return PrintedTable(
        title=translated(language, "%(t)s 考场情况记录表", t=exam.title),
        about="",
        columns=[(translated(language, "项目"), 16), (translated(language, "记录"), 60)],
        rows=lines,
        row_cm=1.5,
    )


def to_draw(caller: Caller, window_id: int, unit_id: int) -> list[int]:
    """For whom of a unit a paper to be answered with a pen can be drawn now, at most MOST_PAPERS;
    without oneself. Raises NotFound, Forbidden."""
    exam, _window, tally = _tally(caller, window_id, Permission.ANSWER_ENTER)
    lines = tally.page(caller.session, exam.id, ListFilter(unit_id), 0, None)
    found = [
        each.person_id
        for each in lines
        if each.state in _TO_DRAW and not is_own(caller.actor, each.person_id)
    ]
    return found[:MOST_PAPERS]


def draw(caller: Caller, window_id: int, person_id: int, seed: str) -> None:
    """Draw one of them; a repeat finds it again. Raises Conflict as a start does, Forbidden."""
    caller.actor.must(Permission.ANSWER_ENTER)
    refuse_own(caller.actor, person_id)
    as_person = Caller(caller.session, Actor(person_id), caller.now)
    started = attempt_start.start(as_person, window_id, seed, channel=Channel.PAPER)
    attempt_id = drawing.attempt_id_of(caller.session, started.public_id)
    audit_log.record(caller, "paper.drawn", ("attempt", attempt_id))


def papers(caller: Caller, window_id: int, unit_id: int) -> list[ToPrint]:
    """The open papers of a unit that are answered with a pen, as they print, by name; without one's own.

    Raises NotFound, Forbidden.
    """
    exam, window, tally = _tally(caller, window_id, Permission.ANSWER_ENTER)
    people = {each.line.person_id: each for each in _people(caller, exam, tally, unit_id)}
    made = attempts_in_exam(caller.session, exam.id, caller.now, people)
    found = []
    for person_id, each in people.items():
        for attempt in made.get(person_id, ()):
            on_paper = attempt.channel is Channel.PAPER and attempt.state is AttemptState.OPEN
            if not on_paper or attempt.window_id != window.id or is_own(caller.actor, person_id):
                continue
            places = attempt_papers.paper_of(caller.session, attempt.id)
            found.append(ToPrint(attempt.public_id, each.name, each.badge, each.unit, places))
    return found[:MOST_PAPERS]
