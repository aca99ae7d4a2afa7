"""The large demonstration's programmes: two years in outline, four months in full, a campaign."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from learnapp.db.core.caller import Caller
from learnapp.demo.town_people import COURT, TOP, Prefecture
from learnapp.domain.core.calendar import CalendarKind, end_of, local_day, start_of, week_of
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.exams.recurring import DEFAULTS, Timetable
from learnapp.services.exams import blueprints, exam_series, exams
from learnapp.services.exams.exam_series import PaperFor, SeriesPlan
from learnapp.services.exams.exams import ExamPlan
from learnapp.services.operations import ready_content
from learnapp.services.study import programme_lines, programmes, publishing
from learnapp.services.study.programmes import NewProgramme, StagePlan
from question_bank.blueprint import Cell
from question_bank.model import QuestionType

_WEEK = timedelta(weeks=1)
OUTLINE_WEEKS = 104
_PASS = 600  # thousandths
_CELLS = {
    "周测": (
        (QuestionType.SINGLE, 5, 1000),
        (QuestionType.TRUE_FALSE, 3, 1000),
        (QuestionType.MULTIPLE, 2, 1000),
    ),
    "月考": (
        (QuestionType.SINGLE, 8, 500),
        (QuestionType.MULTIPLE, 4, 500),
        (QuestionType.TRUE_FALSE, 4, 500),
        (QuestionType.FILL_BLANK, 2, 500),
        (QuestionType.SHORT_ANSWER, 1, 1000),
    ),
    "往年考试": ((QuestionType.SINGLE, 6, 1000), (QuestionType.TRUE_FALSE, 4, 1000)),
    "简答专项": ((QuestionType.SINGLE, 4, 1000), (QuestionType.SHORT_ANSWER, 2, 3000)),
}
_NAMES = {
    QuestionType.SINGLE: "单项选择题",
    QuestionType.MULTIPLE: "多项选择题",
    QuestionType.TRUE_FALSE: "判断题",
    QuestionType.FILL_BLANK: "填空题",
    QuestionType.SHORT_ANSWER: "简答题",
}
_ALL_WEEK = Timetable(0, time(0), 6, time(22), make_up_days=0)
_READINGS = (8, 7, 6)  # how many each of the campaign's stages asks
_OF_COURTS = 3  # how many readings the courts' own line asks


@dataclass(frozen=True)
class TownDays:
    """The days of the demonstration, with today in the middle of the campaign."""

    now: datetime

    @property
    def monday(self) -> date:
        """The first day of this week."""
        return week_of(local_day(self.now))[0]

    @property
    def outline(self) -> date:
        """The first day of the two years in outline."""
        return self.monday - OUTLINE_WEEKS * _WEEK

    @property
    def full(self) -> date:
        """The first day of the four months in full."""
        return self.monday - 17 * _WEEK

    @property
    def campaign(self) -> tuple[StagePlan, StagePlan, StagePlan]:
        """Three stages of eight, eight and eight weeks; today is in the middle of the second."""
        first = self.monday - 12 * _WEEK
        names = ("第一环节 学习教育", "第二环节 查纠整改", "第三环节 总结提升")
        starts = (first + 8 * n * _WEEK for n in range(3))
        one, two, three = (
            StagePlan(name, start, start + 8 * _WEEK - timedelta(days=3))
            for name, start in zip(names, starts, strict=True)
        )
        return one, two, three

    @property
    def founded(self) -> datetime:
        """When units and people were entered."""
        return start_of(self.outline - timedelta(days=10)) + timedelta(hours=9)

    @property
    def prepared(self) -> datetime:
        """When the four months in full were planned: a Friday."""
        return start_of(self.full - timedelta(days=3)) + timedelta(hours=9)


@dataclass(frozen=True)
class Plans:
    """What the town's programmes are made of."""

    bank_id: int
    readings: list[int]
    blueprints: dict[str, int]


def content(caller: Caller, town: Prefecture) -> Plans:
    """The library in the prefecture's bank, and a blueprint for each kind of exam."""
    owner = town.ids[TOP]
    for part in ready_content.parts():
        if part.questions:
            ready_content.load(caller, owner, part)
    _, readings = ready_content.add_readings(caller, owner, ready_content.library_readings())
    bank = ready_content.bank_of(caller, owner, ready_content.QUESTIONS_BANK)
    made = {
        name: blueprints.add_blueprint(caller, bank.id, f"{name}方案", _cells(name)).id
        for name in _CELLS
    }
    return Plans(bank.id, readings, made)


def _cells(name: str) -> list[Cell]:
    return [
        Cell(n, f"{'一二三四五'[n - 1]}、{_NAMES[kind]}", kind, None, None, count, marks)
        for n, (kind, count, marks) in enumerate(_CELLS[name], 1)
    ]


def outline(caller: Caller, town: Prefecture, days: TownDays, plans: Plans) -> None:
    """Three counties' trial before all followed: monthly exams of all their units, weekly tests of the
    police of one, until the months in full."""
    last = days.full - timedelta(days=3)
    span = (days.outline, last)
    years = f"{days.outline.year}—{last.year}年"
    blueprint = plans.blueprints["往年考试"]
    for unit, name, kind in (
        ("bl_zf", f"白鹭县月考试点（{years}）", ExamKind.MONTHLY),
        ("qx_zf", f"青溪县月考试点（{years}）", ExamKind.MONTHLY),
        ("lw_zf", f"柳湾县月考试点（{years}）", ExamKind.MONTHLY),
        ("bl_ga", f"白鹭县公安局周测试点（{years}）", ExamKind.WEEKLY),
    ):
        programme = _programme(caller, town, (unit, town.local, name), [StagePlan(name, *span)])
        wanted = _series("月考" if kind is ExamKind.MONTHLY else "周测", kind, blueprint, span)
        exam_series.add(caller, programme, wanted, None)
        publishing.publish(caller, programme)


def full(caller: Caller, town: Prefecture, days: TownDays, plans: Plans) -> int:
    """Four months of weekly and monthly exams, and as many ahead; an exam that waits for markers."""
    span = (days.full, days.monday + 9 * _WEEK - timedelta(days=1))
    name = f"{days.monday.year}年日学周测月考"
    programme = _programme(caller, town, (TOP, town.local, name), [StagePlan("常态化学习", *span)])
    for kind, of in ((ExamKind.WEEKLY, "周测"), (ExamKind.MONTHLY, "月考")):
        wanted = _series(of, kind, plans.blueprints[of], span)
        exam_series.add(caller, programme, wanted, None)
    opens = start_of(days.monday - _WEEK)
    plan = ExamPlan(
        "简答专项测试", ExamKind.WEEKLY, timedelta(minutes=40), opens, opens + timedelta(days=3)
    )
    exam = exams.add_exam(caller, plans.blueprints["简答专项"], plan)
    programme_lines.require_exam(caller, programme, exam.id)
    programmes.override_day(caller, programme, local_day(days.now), True, "演示日")
    publishing.publish(caller, programme)
    return programme


def campaign(caller: Caller, town: Prefecture, days: TownDays, plans: Plans) -> int:
    """Readings over three stages, and a test at the end of each."""
    stages = days.campaign
    name = f"{days.monday.year}年政法队伍集中学习教育"
    programme = _programme(caller, town, (TOP, town.local, name), list(stages))
    left = list(plans.readings)
    for plan, count in zip(programmes.plans_in_reach(caller, programme), _READINGS, strict=True):
        identity = plan.identity
        for reading_id in left[:count]:
            programme_lines.require_reading(caller, programme, reading_id, stage=identity)
        del left[:count]
        span = (plan.stage.first_day, plan.stage.last_day)
        wanted = _series("阶段测试", ExamKind.STAGE, plans.blueprints["月考"], span)
        exam_series.add(caller, programme, wanted, identity)
    programmes.override_day(caller, programme, local_day(days.now), True, "演示日")
    publishing.publish(caller, programme)
    return programme


def of_the_courts(caller: Caller, town: Prefecture, days: TownDays, plans: Plans) -> int:
    """What the courts' own line (条) asks of all judges and staff, whatever county they belong to."""
    span = (days.full, days.monday + 9 * _WEEK - timedelta(days=1))
    name = f"{days.monday.year}年全市法院业务学习"
    programme = _programme(caller, town, (COURT, town.trade, name), [StagePlan(name, *span)])
    first = sum(_READINGS)
    for reading_id in plans.readings[first : first + _OF_COURTS]:
        programme_lines.require_reading(caller, programme, reading_id)
    publishing.publish(caller, programme)
    return programme


def _programme(
    caller: Caller, town: Prefecture, about: tuple[str, int, str], stages: list[StagePlan]
) -> int:
    """A draft of a unit (by key), on a line, by a name."""
    unit, line, name = about
    new = NewProgramme(town.ids[unit], line, name, CalendarKind.WORKING)
    return programmes.add_programme(caller, new, stages[0], *stages[1:])[0].id


def _series(name: str, kind: ExamKind, blueprint: int, span: tuple[date, date]) -> SeriesPlan:
    """Exams of a kind as they usually are; a weekly one may be sat all week."""
    usual = DEFAULTS[kind]
    timetable = _ALL_WEEK if kind is ExamKind.WEEKLY else replace(usual.timetable, batches=1)
    begins = start_of(span[0])
    plan = ExamPlan(
        name,
        kind,
        timedelta(minutes=usual.minutes),
        begins,
        end_of(span[0]),
        tries=1,
        release=usual.release,
    )
    return SeriesPlan(plan, timetable, span, (PaperFor(blueprint, _PASS),))
