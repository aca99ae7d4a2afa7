"""What each code of the domain is called: one table of labels for each enumeration.

A code is looked up in its own enumeration, so that the same word of two of them (`open`, `draft`,
`wrong`) may be called differently, and a text that somebody typed is never taken for a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from learnapp.domain.accounts.outside import IdentityKind
from learnapp.domain.bank.question_tasks import TaskState
from learnapp.domain.bank.versions import Classification, QuestionUse, VersionAction, VersionState
from learnapp.domain.core.calendar import CalendarKind
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.dispensations import DispensationKind, DispensationState
from learnapp.domain.exams.exams import (
    CountingRule,
    ExamKind,
    SubmittedBy,
    WindowKind,
    WindowState,
)
from learnapp.domain.exams.grading import AnswerOutcome
from learnapp.domain.exams.integrity import SignalKind
from learnapp.domain.exams.mark_sheet import Grade, Remark
from learnapp.domain.exams.roll import RollState
from learnapp.domain.exams.rulings import Correction
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.operations.background_jobs import WorkKind, WorkState
from learnapp.domain.operations.retention import RetentionRule
from learnapp.domain.operations.scheduled_jobs import ScheduledJob
from learnapp.domain.people.people import Basis, Category, UnitKind
from learnapp.domain.progress.quality import QualitySign
from learnapp.domain.progress.verdict import Verdict
from learnapp.domain.study.acceptance import StageStep
from learnapp.domain.study.attachments import AttachmentKind
from learnapp.domain.study.credit_hours import HoursKind, HoursState
from learnapp.domain.study.programme import AbsenceKind, ItemKind, RevisionState
from learnapp.domain.study.unit_electives import ElectiveKind
from learnapp.wording.catalogue import N_, Language, translated
from learnapp.wording.joining import with_note
from learnapp.wording.labels_of_heads import HEADS_LABELS
from learnapp.wording.roster_labels import ROSTER_LABELS
from question_bank.formats import Outcome
from question_bank.kinds import QuestionType
from question_bank.statistics import Concern

LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    **HEADS_LABELS,
    **ROSTER_LABELS,
    ElectiveKind: {
        ElectiveKind.READING: N_("学习材料"),
        ElectiveKind.EXAM: N_("考试"),
        ElectiveKind.SESSION: N_("集中学习"),
    },
    QuestionType: {
        QuestionType.SINGLE: N_("单选"),
        QuestionType.MULTIPLE: N_("多选"),
        QuestionType.TRUE_FALSE: N_("判断"),
        QuestionType.FILL_BLANK: N_("填空"),
        QuestionType.SHORT_ANSWER: N_("简答"),
    },
    Outcome: {
        Outcome.READY: N_("可导入"),
        Outcome.TO_CONFIRM: N_("待确认"),
        Outcome.NOT_UNDERSTOOD: N_("未读懂"),
    },
    JobState: {
        JobState.READING: N_("正在读入"),
        JobState.REFUSED: N_("未能读入"),
        JobState.STAGED: N_("待确认"),
        JobState.ENTERING: N_("正在导入"),
        JobState.DONE: N_("已完成"),
        JobState.CANCELLED: N_("已取消"),
    },
    ImportKind: {
        ImportKind.QUESTIONS: N_("题库导入"),
        ImportKind.READING: N_("学习材料导入"),
        ImportKind.ROSTER: N_("名册导入"),
        ImportKind.DUTY_ROSTER: N_("值班表导入"),
    },
    WorkKind: {
        WorkKind.SIGNALS: N_("计算作答线索"),
        WorkKind.ITEM_STATISTICS: N_("统计试题"),
        WorkKind.REGRADE_PREVIEW: N_("预览重判"),
        WorkKind.REGRADE: N_("重判答卷"),
        WorkKind.MARK_SHEET: N_("生成成绩册"),
        WorkKind.YEAR_MARKS: N_("生成年度成绩汇总表"),
        WorkKind.MONTH_FILES: N_("生成迎检台账"),
        WorkKind.UNIT_FIGURES: N_("生成各级单位进度表"),
        WorkKind.STUDY_QUALITY: N_("统计学习质量提示"),
    },
    QualitySign: {
        QualitySign.GUESSING: N_("检查题首次答对"),
        QualitySign.LAST_HOUR: N_("压到最后一小时"),
        QualitySign.NO_RECALL: N_("学后考试答对"),
        QualitySign.TOO_FAST: N_("读得过快"),
    },
    ScheduledJob: {
        ScheduledJob.CHECK_WINDOW: N_("开考前一天核对题库够不够"),
        ScheduledJob.PREPARE_WINDOW: N_("开考前备好抽题范围"),
        ScheduledJob.OPEN_WINDOW: N_("到时开考"),
        ScheduledJob.SUBMIT_ATTEMPT: N_("到时自动交卷"),
        ScheduledJob.CLOSE_WINDOW: N_("到时收卷"),
        ScheduledJob.SHOW_KEYS: N_("公布答案"),
        ScheduledJob.EXPIRE_CODES: N_("删除到期的启用码"),
        ScheduledJob.CLEAR_DEEDS: N_("清理防重复提交的记录"),
        ScheduledJob.ANALYSE: N_("整理数据库的统计"),
        ScheduledJob.BACKUP: N_("备份"),
        ScheduledJob.RETENTION: N_("清理保存期满的记录"),
    },
    WorkState: {
        WorkState.WAITING: N_("已排队"),
        WorkState.RUNNING: N_("正在进行"),
        WorkState.DONE: N_("已完成"),
        WorkState.FAILED: N_("没有做成"),
        WorkState.CANCELLED: N_("已取消"),
    },
    RetentionRule: {
        RetentionRule.ANSWERS: N_("改掉的作答和离开页面的记录"),
        RetentionRule.ROUTINE_AUDIT: N_("日常学习的操作记录"),
        RetentionRule.AUDIT: N_("其他操作记录"),
        RetentionRule.SIGN_INS: N_("登录记录"),
        RetentionRule.JOB_RUNS: N_("自动任务记录"),
        RetentionRule.IMPORTS: N_("导入的中间数据"),
        RetentionRule.NOTICES: N_("发给个人的通知"),
        RetentionRule.DAY_USES: N_("每日用量"),
    },
    Classification: {
        Classification.PUBLIC: N_("公开"),
        Classification.INTERNAL: N_("内部"),
    },
    QuestionUse: {
        QuestionUse.BOTH: N_("练习和考试"),
        QuestionUse.PRACTICE: N_("练习"),
        QuestionUse.EXAM: N_("考试"),
    },
    TaskState: {
        TaskState.RUNNING: N_("进行中"),
        TaskState.MET: N_("已交齐"),
        TaskState.LATE: N_("逾期未齐"),
        TaskState.WITHDRAWN: N_("已撤销"),
    },
    VersionState: {
        VersionState.DRAFT: N_("草稿"),
        VersionState.IN_REVIEW: N_("待审"),
        VersionState.PUBLISHED: N_("已发布"),
        VersionState.SUPERSEDED: N_("已被新版替换"),
        VersionState.RETIRED: N_("已停用"),
    },
    VersionAction: {
        VersionAction.WRITTEN: N_("写成新版"),
        VersionAction.SUBMITTED: N_("送审"),
        VersionAction.APPROVED: N_("审核通过"),
        VersionAction.RETURNED: N_("退回"),
        VersionAction.RELEASED_URGENTLY: N_("紧急发布"),
        VersionAction.LAW_AMENDED: N_("所依据的法律已修改"),
        VersionAction.SUPERSEDED: N_("已被新版替换"),
        VersionAction.RETIRED: N_("已停用"),
        VersionAction.KEY_REVISED: N_("改正答案"),
        VersionAction.VOIDED: N_("作废"),
    },
    Concern: {
        Concern.TOO_EASY: N_("太容易"),
        Concern.TOO_HARD: N_("太难"),
        Concern.NEGATIVE_DISCRIMINATION: N_("区分度为负：成绩好的人反而答错"),
        Concern.WEAK_DISCRIMINATION: N_("区分度太低"),
        Concern.IDLE_DISTRACTOR: N_("有无人选的错误选项"),
        Concern.BEST_TAKE_WRONG: N_("成绩好的人多选了错误选项"),
    },
    AttachmentKind: {
        AttachmentKind.PDF: N_("PDF 文件"),
        AttachmentKind.AUDIO: N_("音频"),
        AttachmentKind.VIDEO: N_("视频"),
    },
    ExamKind: {
        ExamKind.WEEKLY: N_("周测"),
        ExamKind.MONTHLY: N_("月考"),
        ExamKind.STAGE: N_("阶段测试"),
        ExamKind.PRACTICE: N_("练习"),
        ExamKind.TRIAL: N_("试考"),
    },
    WindowKind: {
        WindowKind.MAIN: N_("正考"),
        WindowKind.MAKE_UP: N_("补考（缺考）"),
        WindowKind.RETAKE: N_("补考（不合格）"),
        WindowKind.RESIT: N_("重考"),
        WindowKind.REMEDIAL: N_("补学"),
    },
    HoursKind: {
        HoursKind.TRAINING: N_("集中培训"),
        HoursKind.SELF_STUDY: N_("网络自学"),
    },
    HoursState: {
        HoursState.AWAITING: N_("待认定"),
        HoursState.RECOGNISED: N_("已认定"),
    },
    StageStep: {
        StageStep.ACCEPTED: N_("验收合格"),
        StageStep.RETURNED: N_("退回补课"),
        StageStep.MOVED_ON: N_("转段"),
        StageStep.WITHDRAWN: N_("撤回上一步"),
    },
    WindowState: {
        WindowState.PLANNED: N_("未开始"),
        WindowState.OPEN: N_("进行中"),
        WindowState.CLOSED: N_("已结束"),
        WindowState.CANCELLED: N_("已取消"),
    },
    CountingRule: {
        CountingRule.BEST: N_("取最好的一次"),
        CountingRule.LAST: N_("取最后的一次"),
    },
    Grade: {
        Grade.PASSED: N_("合格"),
        Grade.PASSED_LATER: N_("合格（补）"),
        Grade.FAILED: N_("不合格"),
        Grade.UNMARKED: N_("待阅"),
        Grade.NONE: N_("没有成绩"),
    },
    Remark: {
        Remark.ABSENT: N_("缺"),
        Remark.DEFERRED: N_("缓"),
        Remark.EXCUSED: N_("免"),
        Remark.LATER: N_("补"),
        Remark.VOIDED: N_("违"),
    },
    DispensationKind: {
        DispensationKind.DEFERRAL: N_("缓考"),
        DispensationKind.EXEMPTION: N_("免考"),
    },
    DispensationState: {
        DispensationState.ASKED: N_("待批"),
        DispensationState.APPROVED: N_("已批准"),
        DispensationState.REFUSED: N_("未批准"),
        DispensationState.WITHDRAWN: N_("已撤回"),
    },
    AnswerOutcome: {
        AnswerOutcome.RIGHT: N_("正确"),
        AnswerOutcome.WRONG: N_("错误"),
        AnswerOutcome.PARTIAL: N_("部分得分"),
        AnswerOutcome.PENDING: N_("待阅"),
        AnswerOutcome.HIDDEN: N_("未公布"),
        AnswerOutcome.VOID: N_("此题作废"),
    },
    Correction: {
        Correction.REPLACE: N_("换答案：原来的答案错了"),
        Correction.ADMIT: N_("承认另一个答案：原来的也对"),
        Correction.VOID_FULL: N_("此题作废，卷上有它的人都得满分"),
        Correction.VOID_OUT: N_("此题作废，不计分：从满分中扣除，合格线按比例降低"),
    },
    SubmittedBy: {
        SubmittedBy.PERSON: N_("本人交卷"),
        SubmittedBy.CLOCK: N_("到时自动交卷"),
        SubmittedBy.STAFF: N_("由工作人员录入"),
    },
    RollState: {
        RollState.ANSWERING: N_("作答中"),
        RollState.NOT_YET: N_("未参加"),
        RollState.ABSENT: N_("缺考"),
        RollState.NO_ACCOUNT: N_("账号未启用"),
        RollState.VOIDED: N_("已作废"),
        RollState.AWAY: N_("缓考"),
        RollState.EXCUSED: N_("免考"),
        RollState.SAT: N_("已交卷"),
    },
    SignalKind: {
        SignalKind.ALIKE: N_("错得相同"),
        SignalKind.GUESSED: N_("答得极快，得分与瞎猜相当"),
        SignalKind.AWAY: N_("离开页面较久"),
        SignalKind.COPIED: N_("多次复制题目"),
    },
    ItemKind: {
        ItemKind.PORTION: N_("学习"),
        ItemKind.EXAM: N_("考试"),
        ItemKind.ACTIVITY: N_("活动"),
    },
    RevisionState: {
        RevisionState.DRAFT: N_("草稿"),
        RevisionState.PUBLISHED: N_("已发布"),
    },
    CalendarKind: {
        CalendarKind.WORKING: N_("工作日"),
        CalendarKind.NATURAL: N_("自然日"),
    },
    AbsenceKind: {
        AbsenceKind.LEAVE: N_("请假"),
        AbsenceKind.LONG_LEAVE: N_("长期病假、产假等"),
        AbsenceKind.DUTY: N_("值班备勤"),
        AbsenceKind.TRAINING: N_("脱产培训"),
        AbsenceKind.TRAVEL_REPORTED: N_("外出报备"),
        AbsenceKind.EXAM: N_("缓考、免考"),
    },
    Verdict: {
        Verdict.AHEAD: N_("超前"),
        Verdict.ON_PACE: N_("基本同步"),
        Verdict.BEHIND: N_("滞后"),
        Verdict.FAR_BEHIND: N_("严重滞后"),
        Verdict.NOTHING_OWED: N_("无任务"),
        Verdict.NOT_BEGUN: N_("未开始"),
    },
    IdentityKind: {
        IdentityKind.CERTIFICATE: N_("证书"),
        IdentityKind.OIDC: N_("统一身份认证"),
        IdentityKind.LDAP: N_("域账号"),
        IdentityKind.WECOM: N_("企业微信"),
    },
    Role: {
        Role.OFFICER: N_("干警"),
        Role.UNIT_HEAD: N_("单位负责人"),
        Role.LIAISON: N_("联络员"),
        Role.QUESTION_EDITOR: N_("命题人"),
        Role.REVIEWER: N_("审题人"),
        Role.MARKER: N_("阅卷人"),
        Role.PROCTOR: N_("监考人"),
        Role.TEST_OWNER: N_("考试负责人"),
        Role.ADMIN: N_("管理员"),
        Role.INSPECTOR: N_("指导组成员"),
        Role.PROGRAMME_OWNER: N_("业务管理员"),
        Role.SYSTEM_ADMIN: N_("系统管理员"),
        Role.SECURITY_ADMIN: N_("安全管理员"),
        Role.AUDITOR: N_("审计员"),
    },
    Basis: {
        Basis.ESTABLISHMENT: N_("编制"),
        Basis.SECONDED: N_("借调"),
        Basis.TASKED: N_("抽调"),
        Basis.POSTED: N_("挂职"),
        Basis.STATIONED: N_("派驻"),
        Basis.CONCURRENT: N_("兼职"),
    },
    UnitKind: {
        UnitKind.COMMISSION: N_("政法委"),
        UnitKind.COURT: N_("法院"),
        UnitKind.PROCURATORATE: N_("检察院"),
        UnitKind.POLICE: N_("公安机关"),
        UnitKind.JUSTICE: N_("司法行政机关"),
        UnitKind.OTHER: N_("其他"),
    },
    Category: {
        Category.POLICE_OFFICER: N_("民警"),
        Category.AUXILIARY: N_("辅警"),
        Category.CONTRACT: N_("聘用制"),
        Category.JUDGE: N_("法官"),
        Category.PROCURATOR: N_("检察官"),
        Category.CIVIL_SERVANT: N_("公务员"),
        Category.OTHER: N_("其他"),
    },
}  # fmt: skip


# The forms in which a bank is taken out, by the code of its writer.
def label(language: Language, kind: type[StrEnum], code: str) -> str:
    """What a code of an enumeration is called; one that it does not know is shown as it is."""
    return _named(language, LABELS[kind], code)


def all_label(language: Language) -> str:
    """The choice of no code in particular."""
    return translated(language, "全部")


def person_label(language: Language, name: str, login: str) -> str:
    """A person in a sentence, distinguished from namesakes: 李四（100023）."""
    return with_note(language, name, login)


def shortened(text: str, most: int) -> str:
    """A text for a list: so many characters and what says that there are more."""
    text = text.strip()
    return text if len(text) <= most else text[:most] + "…"


def _named(language: Language, names: Mapping[str, str], code: str) -> str:
    return translated(language, names[code]) if code in names else code
