"""Opening an attempt: who may sit, the draw, the pinned paper."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.core.base import new_public_id
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_start, drawing, outcomes, pools
from learnapp.db.exams.attempt_models import Allowance, Attempt
from learnapp.db.exams.attempt_start import StartContext
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.networks import within
from learnapp.domain.exams.deadline import base_deadline
from learnapp.domain.exams.exams import (
    UNCOUNTED,
    AttemptState,
    Cause,
    Channel,
    CountingRule,
    PaperMode,
    WindowKind,
    WindowState,
    WindowTimes,
    check_start,
)
from learnapp.domain.exams.outcomes import AttemptFacts, tried
from learnapp.domain.exams.retakes import ineligibility_reason, tries_made
from learnapp.services.exams import remediation
from question_bank.drawing import Placed, draw
from question_bank.options import order_options
from question_bank.pool import NotEnough


@dataclass(frozen=True)
class Started:
    """An open attempt, and how long the candidate's sign-in must last: a day past its deadline."""

    public_id: str
    session_until: datetime


def sign_in_until(deadline: datetime) -> datetime:
    """How long a candidate's sign-in must last: a day past the deadline of what they answer."""
    return deadline + timedelta(days=1)


def start(
    caller: Caller,
    window_id: int,
    seed: str,
    address: str | None = None,
    channel: Channel = Channel.ONLINE,
) -> Started:
    """The person's open attempt in this exam: a new one, or the one there is.

    A second start, from a second tab or device, lands in the same attempt, also where the exam is
    not asked of the person any more: the audience decides who may begin. Raises NotFound for a
    window of an exam that does not expect the person, Conflict before it opens, after it closes,
    with no tries left, in a batch, make-up or retake that is not for them, from outside the
    networks that the exam asks for (`address`: where the request came from), or for whom has seen
    a key of what may be drawn.
    """
    ready = _readiness(caller, window_id, address, channel, lock=True)
    if ready.refusal is not None:
        raise ready.refusal
    if ready.open is not None:
        return Started(ready.open.public_id, sign_in_until(ready.open.deadline))
    if ready.seat is None:
        raise NotFound("window_unknown")
    here = [each.number for each in ready.made if each.window_id == window_id]
    number = 1 + max(here, default=0)
    return _open(caller, ready.seat, number, seed, channel)


@dataclass(frozen=True)
class Readiness:
    """A person's situation in a window: the open attempt, or why none may be started.

    With neither, a start opens a new attempt. `seat` is None where the exam is asked no more and
    only what is open can be finished.
    """

    seat: StartContext | None
    made: Sequence[AttemptFacts]
    open: AttemptFacts | None
    refusal: Conflict | None
    tries_made: int


def readiness(caller: Caller, window_id: int, address: str | None) -> Readiness:
    """Return the actor's situation in a window by the rules of `start`, before anything is drawn.

    Raises NotFound for a window of an exam that does not expect the person.
    """
    found = _readiness(caller, window_id, address, Channel.ONLINE, lock=False)
    seat = found.seat
    if found.open is not None or found.refusal is not None or seat is None or seat.pool_id is None:
        return found
    known = attempt_start.known_versions(caller.session, caller.actor.own_id(), seat, caller.now)
    try:
        _check_recusal(seat, known.keys, drawing.drawable(caller.session, seat.pool_id).ids)
    except Conflict as refused:
        return replace(found, refusal=refused)
    return found


def _readiness(
    caller: Caller,
    window_id: int,
    address: str | None,
    channel: Channel,
    lock: bool,
) -> Readiness:
    session = caller.session
    person_id = caller.actor.own_id()
    seat = attempt_start.seat_of(session, window_id, person_id, lock)
    made = outcomes.attempts_of(session, person_id, _exam_of(session, seat, window_id), caller.now)
    opened = next((each for each in made if each.state is AttemptState.OPEN), None)
    expected = seat is not None and attempt_start.is_expected(session, person_id, seat, caller.now)
    if opened is None and not expected:
        raise NotFound("window_unknown")
    count = 0
    if seat is not None:
        before = tried(CountingRule(seat.counts), made)
        count = tries_made(WindowKind(seat.window_kind), window_id, before)
    try:
        networks = seat.networks if seat is not None else ()
        if channel is Channel.ONLINE and not within(networks, address):
            raise Conflict("outside_the_networks")
        if opened is not None and opened.channel is not channel:
            raise Conflict("on_paper" if channel is Channel.ONLINE else "sat_already")
        if opened is None and seat is not None:
            _check_seat(caller, seat, made)
    except Conflict as refused:
        return Readiness(seat, made, None, refused, count)
    return Readiness(seat, made, opened, None, count)


def _check_recusal(
    seat: StartContext, keys: AbstractSet[int], drawn_from: AbstractSet[int]
) -> None:
    """命题回避: anyone who has seen a key of what may be drawn does not sit."""
    if seat.kind not in UNCOUNTED and keys & drawn_from:
        raise Conflict("recused")


def _exam_of(session: Session, seat: StartContext | None, window_id: int) -> int:
    """The exam of a window. Raises NotFound."""
    if seat is not None:
        return seat.exam_id
    window = session.get(ExamWindow, window_id)
    if window is None:
        raise NotFound("window_unknown")
    return window.exam_id


def _check_seat(caller: Caller, seat: StartContext, made: Sequence[AttemptFacts]) -> None:
    """Raise Conflict unless the window is open to the person, by its kind and what they made."""
    if seat.window_state == WindowState.CANCELLED:
        raise Conflict("window_cancelled")
    if seat.shut_out:
        raise Conflict("not_in_batch")
    before = tried(CountingRule(seat.counts), made)
    kind = WindowKind(seat.window_kind)
    if (why := ineligibility_reason(kind, before)) is not None:
        raise Conflict(why)
    if kind is WindowKind.REMEDIAL:
        _check_read(caller, seat.exam_id)
    count = tries_made(kind, seat.window_id, before)
    check_start(WindowTimes(seat.opens_at, seat.closes_at), caller.now, count, seat.tries)


def _check_read(caller: Caller, exam_id: int) -> None:
    """补学 comes before its paper: what the wrong answers rest on is read first."""
    way = remediation.way_back(caller, exam_id)
    if way is not None and way.unread:
        raise Conflict("read_first", sections=way.unread)


def _open(
    caller: Caller,
    seat: StartContext,
    number: int,
    seed: str,
    channel: Channel,
) -> Started:
    """Draw, pin and record a new attempt."""
    session, now = caller.session, caller.now
    person_id = caller.actor.own_id()
    pool_id, source = _source(session, now, seat, seed)
    known = attempt_start.known_versions(session, person_id, seat, now)
    met = known.met
    if seat.window_kind == WindowKind.REMEDIAL:
        met |= attempt_start.versions_seen(session, person_id, seat.exam_id)
    mode = _mode(seat.paper, seat.window_kind)
    each = mode is PaperMode.EACH
    _check_recusal(seat, known.keys, source.ids)
    attempt = Attempt(
        public_id=new_public_id(),
        exam_id=seat.exam_id,
        window_id=seat.window_id,
        person_id=person_id,
        number=number,
        channel=channel,
        state=AttemptState.OPEN,
        seed=seed,
        pool_id=pool_id,
        avoided=sorted(met & source.ids) if each else [],
        shown=sorted(known.shown & source.ids) if each else [],
        started_at=now,
        base_deadline=base_deadline(now, timedelta(seconds=seat.duration_s), seat.closes_at),
    )
    placed = _drawn(source, mode, attempt)
    session.add(attempt)
    session.flush()
    _allow(session, now, attempt.id, seat.extra_s)
    _pin(session, attempt, placed, source.sections)
    return Started(attempt.public_id, sign_in_until(attempt.base_deadline))


def _allow(session: Session, now: datetime, attempt_id: int, seconds: int) -> None:
    """The further time that the person has in this exam, if any, from the first second."""
    if seconds:
        session.add(
            Allowance(
                attempt_id=attempt_id,
                seconds=seconds,
                cause=Cause.EXTRA_TIME,
                reason="extra_time",
                recorded_at=now,
            )
        )


def _source(
    session: Session, now: datetime, seat: StartContext, seed: str
) -> tuple[int, drawing.Drawable]:
    """The window's pool; made here, where the scheduler has not made it before the opening."""
    if seat.pool_id is not None:
        return seat.pool_id, drawing.drawable(session, seat.pool_id)
    window = session.get_one(ExamWindow, seat.window_id)
    pool_id = pools.pool_of(session, window, now, seed).id
    return pool_id, drawing.load(session, pool_id)


def _mode(paper: str, window_kind: str) -> PaperMode:
    """A paper for each or one for all; 补学 never repeats, so that it cannot have one for all."""
    return PaperMode.EACH if window_kind == WindowKind.REMEDIAL else PaperMode(paper)


def _drawn(source: drawing.Drawable, mode: PaperMode, attempt: Attempt) -> list[Placed]:
    """The paper that follows from the attempt's stored draw input: the pool, seeds, what to avoid."""
    try:
        if mode is PaperMode.ONE:
            return drawing.one_paper(source, attempt.window_id, attempt.seed)
        last = source.repeated.union(attempt.shown)
        return draw(source.pool, attempt.seed, attempt.avoided, rather_not=last)
    except NotEnough as short:
        raise Conflict("paper_cannot_be_drawn", exam=attempt.exam_id) from short


def _pin(
    session: Session, attempt: Attempt, placed: list[Placed], sections: dict[int, str]
) -> None:
    """Store the paper as drawn: versions, order, option order, marks. The stored list rules."""
    faces = attempt_start.question_shapes(session, [each.id for each in placed])
    rows = []
    for each in placed:
        face = faces[each.id]
        order = order_options(attempt.seed, each.id, face.option_ids, face.keeps_order)
        rows.append(
            {
                "attempt_id": attempt.id,
                "ordinal": each.ordinal,
                "version_id": each.id,
                "section": sections[each.cell],
                "type": face.type,
                "blanks": face.blanks,
                "option_order": order,
                "marks": each.marks,
            }
        )
    attempt_start.pin(session, rows)


def redraw(session: Session, attempt_id: int) -> list[Placed]:
    """The paper again from its seed and stored draw input, to prove how it came about."""
    attempt = session.get_one(Attempt, attempt_id)
    if attempt.pool_id is None:
        raise NotFound("attempt_unknown")
    window = session.get_one(ExamWindow, attempt.window_id)
    mode = _mode(session.get_one(Exam, attempt.exam_id).paper, window.kind)
    return _drawn(drawing.drawable(session, attempt.pool_id), mode, attempt)
