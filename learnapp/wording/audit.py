"""The audit in sentences: each code with its group and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from learnapp.domain.accounts.outside import IdentityKind
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.dispensations import DispensationKind
from learnapp.domain.operations.background_jobs import WorkKind
from learnapp.domain.operations.retention import RetentionRule
from learnapp.domain.study.programme import AbsenceKind
from learnapp.wording.audit_names import REASONED, NameSource, RecordedDeed
from learnapp.wording.audit_of_heads import HEADS_SENTENCES
from learnapp.wording.audit_security import SECURITY
from learnapp.wording.catalogue import N_, Language, Lenient, translated
from learnapp.wording.dates import day_label, moment_label
from learnapp.wording.joining import listed
from learnapp.wording.labels import label, person_label

GROUPS: Mapping[str, str] = {
    "people": N_("人员和角色"),
    "accounts": N_("登录和密码"),
    "exams": N_("考试"),
    "bank": N_("题库"),
    "study": N_("学习和计划"),
    "imports": N_("导入"),
    "system": N_("系统"),
}

# code → (group, sentence). Who acts comes first; what an entry does not bring reads as a dash.
SENTENCES: Mapping[str, tuple[str, str]] = {
    **HEADS_SENTENCES,
    "unit.renamed": ("people", N_("%(actor)s 改了单位名称，现在是 %(unit)s")),
    "unit.retired": ("people", N_("%(actor)s 撤销单位 %(unit)s")),
    "unit.restored": ("people", N_("%(actor)s 恢复单位 %(unit)s")),
    "person.posted": ("people", N_("%(actor)s 登记 %(person)s 另任：%(basis)s，%(place)s")),
    "person.posting_ended": (
        "people",
        N_("%(actor)s 结束 %(person)s 在 %(place)s 的另任，自 %(ends_on)s 起"),
    ),
    "person.retired": ("people", N_("%(actor)s 登记 %(person)s 离退，结束 %(roles)s 个角色")),
    "person.returned": ("people", N_("%(actor)s 撤回 %(person)s 的离退")),
    "person.renamed": ("people", N_("%(actor)s 改了 %(person)s 的姓名")),
    "person.login_added": ("people", N_("%(actor)s 给 %(person)s 加了登录名")),
    "person.login_ended": ("people", N_("%(actor)s 停用 %(person)s 的一个登录名")),
    "absence.cancelled": ("people", N_("%(actor)s 撤销 %(person)s 的离岗：%(kind)s")),
    "unit.added": ("people", N_("%(actor)s 新建单位 %(unit)s")),
    "unit.merged": ("people", N_("%(actor)s 把 %(unit)s 并入 %(parent)s，自 %(day)s 起")),
    "unit.split": ("people", N_("%(actor)s 从 %(unit)s 分设 %(parent)s，自 %(day)s 起")),
    "unit.merge_undone": ("people", N_("%(actor)s 撤回 %(unit)s 并入 %(parent)s")),
    "unit.split_undone": ("people", N_("%(actor)s 撤回从 %(unit)s 分设 %(parent)s")),
    "unit.ordered": ("people", N_("%(actor)s 排了 %(unit)s 下级单位的建制序")),
    "unit.deferred": (
        "people",
        N_("%(actor)s 给 %(unit)s 等单位登记整体顺延：%(first)s 至 %(last)s，%(count)s 人"),
    ),
    "duty.recorded": ("people", N_("%(actor)s 登记 %(unit)s 的值班表，%(count)s 人")),
    "unit.deferral_undone": ("people", N_("%(actor)s 撤回 %(unit)s 等单位的整体顺延")),
    "unit.placed": ("people", N_("%(actor)s 把 %(unit)s 归到 %(parent)s")),
    "person.added": ("people", N_("%(actor)s 登记了 %(person)s")),
    "person.joined": ("people", N_("%(actor)s 把 %(person)s 编入 %(place)s")),
    "person.transferred": ("people", N_("%(actor)s 把 %(person)s 调到 %(place)s")),
    "role.granted": ("people", N_("%(actor)s 授予 %(person)s 角色：%(role)s（%(place)s）")),
    "role.ended": (
        "people",
        N_("%(actor)s 结束 %(person)s 的角色：%(role)s（%(place)s），自 %(ends_on)s 起"),
    ),
    "absence.recorded": ("people", N_("%(actor)s 登记 %(person)s 的离岗：%(kind)s")),
    "person.code_issued": ("accounts", N_("%(actor)s 给 %(person)s 发了启用码")),
    "codes.issued": ("accounts", N_("%(actor)s 发了 %(count)s 人的启用码")),
    "codes.shown": ("accounts", N_("%(actor)s 取看 %(count)s 个启用码（%(form)s）")),
    "codes.destroyed": ("accounts", N_("%(actor)s 销毁了保留的 %(count)s 个启用码")),
    "codes.expired": ("accounts", N_("保留 24 小时的 %(count)s 个启用码到期删除")),
    "person.activated": ("accounts", N_("%(person)s 启用了账号")),
    "person.disabled": ("accounts", N_("%(actor)s 停用 %(person)s，退出 %(sessions)s 处登录")),
    "person.enabled": ("accounts", N_("%(actor)s 恢复 %(person)s")),
    "person.sessions_ended": ("accounts", N_("%(actor)s 让 %(person)s 退出 %(sessions)s 处登录")),
    "person.signed_in": ("accounts", N_("%(actor)s 登录")),
    "person.signed_out": ("accounts", N_("%(actor)s 退出，共 %(sessions)s 处")),
    "record.issued": ("people", N_("%(person)s 出具了学习档案")),
    "password.changed": ("accounts", N_("%(person)s 改了密码")),
    "exam.added": ("exams", N_("%(actor)s 新建考试 %(exam)s")),
    "exam.short": ("exams", N_("%(exam)s 的题库还缺 %(lacking)s 题")),
    "exam.announced": ("exams", N_("%(actor)s 在 %(exam)s 发出或撤下通知%(to)s")),
    "series.added": ("exams", N_("%(actor)s 在 %(programme)s 一次排了 %(count)s 场考试")),
    "exam.changed": (
        "exams",
        N_("%(actor)s 改了 %(exam)s 的设置：%(minutes)s 分钟，可答 %(tries)s 次"),
    ),
    "window.added": ("exams", N_("%(actor)s 给 %(exam)s 加了一场：%(opens)s")),
    "window.opened": ("exams", N_("%(exam)s 开考（%(opens)s 的一场）")),
    "window.closed": ("exams", N_("%(exam)s 结束（%(opens)s 的一场）")),
    "window.corrected": (
        "exams",
        N_("%(actor)s 更正 %(exam)s 一场的时间，现在是 %(opens)s 的一场"),
    ),
    "window.cancelled": ("exams", N_("%(actor)s 取消 %(exam)s 的一场（%(opens)s）")),
    "window.restored": ("exams", N_("%(actor)s 恢复 %(exam)s 的一场（%(opens)s）")),
    "window.restricted": (
        "exams",
        N_("%(actor)s 把 %(exam)s 的一场（%(opens)s）限给 %(people)s 人"),
    ),
    "person.allowed": (
        "exams",
        N_("%(actor)s 给 %(person)s 在 %(exam)s 预先加时 %(minutes)s 分钟"),
    ),
    "unit.allowed": (
        "exams",
        N_("%(actor)s 给 %(unit)s 在 %(exam)s 加时 %(minutes)s 分钟，%(attempts)s 份答卷"),
    ),
    "dispensation.asked": (
        "exams",
        N_("%(actor)s 替 %(person)s 申请%(dispensation)s：%(exam)s"),
    ),
    "dispensation.approved": (
        "exams",
        N_("%(actor)s 批准 %(person)s %(dispensation)s：%(exam)s"),
    ),
    "dispensation.refused": (
        "exams",
        N_("%(actor)s 没有批准 %(person)s %(dispensation)s：%(exam)s"),
    ),
    "dispensation.withdrawn": (
        "exams",
        N_("%(actor)s 撤回 %(person)s 的%(dispensation)s：%(exam)s"),
    ),
    "attempt.allowed": ("exams", N_("%(actor)s 给 %(person)s 在 %(exam)s 加时 %(minutes)s 分钟")),
    "person.reduced": (
        "exams",
        N_("%(actor)s 减回 %(person)s 在 %(exam)s 预先加的 %(minutes)s 分钟"),
    ),
    "unit.reduced": (
        "exams",
        N_("%(actor)s 减回 %(unit)s 在 %(exam)s 的 %(minutes)s 分钟，%(attempts)s 份答卷"),
    ),
    "attempt.reduced": ("exams", N_("%(actor)s 减回 %(person)s 在 %(exam)s 的 %(minutes)s 分钟")),
    "attempt.reopened": (
        "exams",
        N_("%(actor)s 让 %(person)s 继续作答 %(exam)s，还有 %(minutes)s 分钟"),
    ),
    "attempt.submitted": ("exams", N_("%(person)s 交了 %(exam)s 的答卷%(by)s")),
    "attempt.voided": ("exams", N_("%(actor)s 作废 %(person)s 在 %(exam)s 的答卷")),
    "event.admitted": (
        "exams",
        N_("%(actor)s 采纳 %(person)s 在 %(exam)s 第 %(question)s 题迟到的作答"),
    ),
    "paper.drawn": ("exams", N_("%(actor)s 给 %(person)s 抽了 %(exam)s 的纸笔试卷")),
    "paper.marks_keyed": ("exams", N_("%(actor)s 录入 %(person)s 在 %(exam)s 的纸笔得分")),
    "paper.marks_verified": (
        "exams",
        N_("%(actor)s 录入 %(person)s 在 %(exam)s 的纸笔得分，与另一人一致，交卷"),
    ),
    "paper.entered": ("exams", N_("%(actor)s 录入 %(person)s 在 %(exam)s 的纸笔答卷")),
    "paper.verified": ("exams", N_("%(actor)s 核对 %(person)s 在 %(exam)s 的纸笔答卷，交卷")),
    "paper.scanned": ("exams", N_("%(actor)s 给 %(person)s 在 %(exam)s 的纸笔答卷附上扫描件")),
    "paper.returned": ("exams", N_("%(actor)s 退回 %(person)s 在 %(exam)s 的纸笔答卷，重新录入")),
    "answer.marked": ("exams", N_("%(actor)s 阅了 %(exam)s 一份答卷的第 %(question)s 题")),
    "marks.released": ("exams", N_("%(actor)s 公布 %(exam)s 的成绩")),
    "keys.shown": ("exams", N_("%(exam)s 的答案开始公布（%(opens)s 的一场）")),
    "bank.added": ("bank", N_("%(actor)s 新建题库 %(bank)s")),
    "bank.retired": ("bank", N_("%(actor)s 停用空题库 %(bank)s")),
    "marks.year_exported": (
        "exams",
        N_("%(actor)s 导出 %(unit)s %(year)s 年度成绩汇总表：%(form)s"),
    ),
    "marks.exported": ("exams", N_("%(actor)s 导出 %(exam)s 的成绩册：%(form)s")),
    "bank.exported": ("bank", N_("%(actor)s 导出题库 %(bank)s：%(form)s")),
    "questions.added": ("bank", N_("%(actor)s 在 %(bank)s 加了 %(count)s 题")),
    "questions.changed": ("bank", N_("%(actor)s 在 %(bank)s 成批改了 %(count)s 题")),
    "question_task.set": (
        "bank",
        N_("%(actor)s 请 %(place)s 为 %(bank)s 出 %(count)s 题"),
    ),
    "question_task.withdrawn": ("bank", N_("%(actor)s 撤销 %(place)s 给 %(bank)s 的命题任务")),
    "question.written": ("bank", N_("%(actor)s 写了%(question)s的新版")),
    "question.submitted": ("bank", N_("%(actor)s 把%(question)s送审")),
    "question.approved": ("bank", N_("%(actor)s 审核通过%(question)s")),
    "question.returned": ("bank", N_("%(actor)s 退回%(question)s")),
    "question.released_urgently": ("bank", N_("%(actor)s 紧急发布%(question)s")),
    "question.law_amended": ("bank", N_("%(actor)s 因法律修改把%(question)s转入待审")),
    "question.superseded": ("bank", N_("%(question)s被新版替换")),
    "question.retired": ("bank", N_("%(actor)s 停用%(question)s")),
    "question.voided": ("bank", N_("%(actor)s 作废%(question)s")),
    "question.key_revised": ("bank", N_("%(actor)s 改正%(question)s的答案")),
    "question.reported": ("bank", N_("%(question)s收到一条反馈")),
    "report.answered": ("bank", N_("%(actor)s 答复了对%(question)s的反馈")),
    "blueprint.added": ("bank", N_("%(actor)s 新建组卷方案 %(blueprint)s")),
    "reading.added": ("study", N_("%(actor)s 加入学习材料 %(reading)s")),
    "reading.attached": ("study", N_("%(actor)s 给学习材料 %(reading)s 附上附件")),
    "reading.detached": ("study", N_("%(actor)s 取下学习材料 %(reading)s 的附件")),
    "reading.retired": ("study", N_("%(actor)s 停用学习材料 %(reading)s")),
    "portion.check_set": ("study", N_("%(actor)s 设了 %(reading)s 第 %(day)s 天的检查题")),
    "programme.added": ("study", N_("%(actor)s 新建计划 %(programme)s")),
    "programme.copied": ("study", N_("%(actor)s 新建计划 %(programme)s，从另一计划复制")),
    "stage.added": ("study", N_("%(actor)s 在 %(programme)s 加了一个阶段")),
    "stage.changed": ("study", N_("%(actor)s 改了 %(programme)s 的一个阶段")),
    "stage.dropped": ("study", N_("%(actor)s 从 %(programme)s 移出一个阶段")),
    "stage.accepted": ("study", N_("%(actor)s 登记 %(programme)s：%(count)s 个单位验收合格")),
    "stage.returned": ("study", N_("%(actor)s 登记 %(programme)s：%(count)s 个单位退回补课")),
    "stage.moved_on": ("study", N_("%(actor)s 登记 %(programme)s：%(count)s 个单位转段")),
    "stage.withdrawn": ("study", N_("%(actor)s 撤回 %(programme)s：%(count)s 个单位的上一步")),
    "programme.draft_deleted": (
        "study",
        N_("%(actor)s 删除 %(programme)s 的草稿（%(count)s 项任务）"),
    ),
    "programme.ending": ("study", N_("%(actor)s 准备结束计划 %(programme)s，本周末止")),
    "hours.set": ("study", N_("%(actor)s 设定学时")),
    "hours.recognised": ("study", N_("%(actor)s 认定学时，%(count)s 人")),
    "programme.revised": ("study", N_("%(actor)s 开始修订计划 %(programme)s")),
    "programme.published": (
        "study",
        N_("%(actor)s 发布计划 %(programme)s，涉及 %(people)s 人，立即逾期 %(overdue)s 人"),
    ),
    "calendar.overridden": ("study", N_("%(actor)s 在 %(programme)s 改了 %(on)s 是否学习日")),
    "item.completed": ("study", N_("%(person)s 完成 %(item)s")),
    "completion.withdrawn": ("study", N_("%(actor)s 退回 %(person)s 的完成：%(item)s")),
    "roster.exported": ("imports", N_("%(actor)s 导出 %(unit)s 的名册，%(count)s 人")),
    "import.begun": ("imports", N_("%(actor)s 上传 %(file)s")),
    "import.staged": ("imports", N_("%(actor)s 上传的 %(file)s 已读入，待确认")),
    "import.done": ("imports", N_("%(actor)s 确认导入 %(file)s")),
    "import.broken_off": ("imports", N_("%(file)s 的导入中断，已导入 %(added)s 条")),
    "import.marking_lapsed": ("imports", N_("%(actor)s 声明 %(file)s 的密级标志已失效")),
    "import.taught": ("imports", N_("%(actor)s 教了认法，%(file)s 重新读入")),
    "layout.kept": ("imports", N_("%(actor)s 保存了一种认法")),
    "layout.retired": ("imports", N_("%(actor)s 停用了一种认法")),
    "import.cancelled": ("imports", N_("%(actor)s 取消导入 %(file)s")),
    "import.refused": ("imports", N_("%(file)s 没能读入")),
    "background.asked": ("system", N_("%(actor)s 要求后台任务：%(work)s")),
    "background.cancelled": ("system", N_("%(actor)s 取消后台任务：%(work)s")),
    "background.retried": ("system", N_("%(actor)s 重试后台任务：%(work)s")),
    "retention.removed": ("system", N_("保存期满，清理了 %(count)s 条记录（%(rule)s）")),
    "retention.term_set": ("system", N_("%(rule)s 的保存期改为 %(days)s 天")),
    "clock.confirmed": ("system", N_("%(actor)s 确认服务器时间，相差 %(seconds)s 秒")),
    **SECURITY,
}

# What concerns a candidate blindly: no name and no link to them.
BLIND = frozenset({"answer.marked"})
# Keys of a detail that hold a code, with its enumeration.
# In which form one-time codes were had.
_CODE_FORMS = {
    "page": N_("网页"),
    "table": N_("打印名单"),
    "slips": N_("打印码条"),
    "xlsx": N_("下载 Excel"),
}
_CODES: Mapping[str, type[StrEnum]] = {
    "role": Role,
    "kind": AbsenceKind,
    "rule": RetentionRule,
    "work": WorkKind,
    "dispensation": DispensationKind,
    "identity": IdentityKind,
}


def codes_of(group: str) -> list[str]:
    """The codes of a group; none for a group that there is not."""
    return [code for code, (its, _sentence) in SENTENCES.items() if its == group]


def group_label(language: Language, group: str) -> str:
    """What a group of codes is called."""
    return translated(language, GROUPS[group])


def entry_sentence(language: Language, entry: RecordedDeed, names: NameSource, today: date) -> str:
    """What the entry says; a code without a sentence is shown as it is, with who did it."""
    known = SENTENCES.get(entry.action)
    values = _Reading(language, entry, names, today).values()
    if known is None:
        actor = values["actor"]
        return translated(language, "%(actor)s：%(code)s", actor=actor, code=entry.action)
    sentence = translated(language, known[1]) % values
    reason = _reason(entry, names)
    return (
        translated(language, "%(sentence)s：%(reason)s", sentence=sentence, reason=reason)
        if reason
        else sentence
    )


def _reason(entry: RecordedDeed, names: NameSource) -> str:
    if entry.subject_id is None:
        return ""
    if entry.action == "attempt.voided" and entry.subject_id in names.attempts:
        return names.attempts[entry.subject_id].void_reason
    if entry.action not in REASONED:
        return ""
    return names.reasons.get((entry.subject_kind, entry.subject_id, entry.recorded_at), "")


class _Reading:
    """One entry with the names of what it is about."""

    def __init__(
        self, language: Language, entry: RecordedDeed, names: NameSource, today: date
    ) -> None:
        self._language, self._entry, self._names, self._today = language, entry, names, today
        self._subject = entry.subject_id or 0

    def values(self) -> Lenient:
        """All that a sentence may name."""
        detail = self._entry.detail
        values = Lenient({key: self._plain(key, value) for key, value in detail.items()})
        values["actor"] = self._person(self._entry.actor_id)
        by_clock = detail.get("by") == "clock"
        values["by"] = translated(self._language, "（到时自动）") if by_clock else ""
        values["to"] = ""
        values.update(self._titles())
        values.update(self._units())
        values.update(self._study())
        if isinstance(detail.get("seconds"), int):
            values["minutes"] = f"{detail['seconds'] / 60:g}"
        if self._entry.subject_kind == "question_version":
            bank = values["question_version"]
            values["question"] = translated(
                self._language, "题号 %(n)s（%(bank)s）", n=self._subject, bank=bank
            )
        if self._entry.subject_kind == "person":
            values["person"] = self._person(self._subject)
        values.update(self._attempt())
        values.update(self._window())
        return values

    def _person(self, person_id: int | None) -> str:
        if person_id is None:
            return translated(self._language, "系统")
        found = self._names.people.get(person_id)
        if found is None:
            return translated(self._language, "管理范围以外的人")
        return person_label(self._language, *found)

    def _plain(self, key: str, value: object) -> str:
        if isinstance(value, list):
            return listed(self._language, map(str, value))
        if key == "form" and self._entry.action == "codes.shown":
            return translated(self._language, _CODE_FORMS.get(str(value), str(value)))
        kind = _CODES.get(key)
        return str(value) if kind is None else label(self._language, kind, str(value))

    def _titles(self) -> dict[str, str]:
        """The things with titles that the entry is about or names."""
        values = {}
        for kind, found in self._names.titles.items():
            named = self._entry.detail.get(kind)
            if kind == self._entry.subject_kind and self._subject in found:
                values["file" if kind == "import" else kind] = found[self._subject]
            elif isinstance(named, int) and named in found:
                values[kind] = found[named]
        return values

    def _units(self) -> dict[str, str]:
        units, detail = self._names.units, self._entry.detail
        values = {}
        if self._entry.subject_kind == "unit":
            values["unit"] = units.get(self._subject, "—")
        for key, name in (("unit", "place"), ("parent", "parent")):
            if isinstance(detail.get(key), int):
                values[name] = units.get(detail[key], "—")
        return values

    def _study(self) -> dict[str, str]:
        """The portion of a reading, and the day of a calendar."""
        values, detail = {}, self._entry.detail
        if self._entry.subject_kind == "portion" and self._subject in self._names.portions:
            reading_id, ordinal = self._names.portions[self._subject]
            values["reading"] = self._names.titles["reading"].get(reading_id, "—")
            values["day"] = str(ordinal)
        if "day" in detail:
            day = date.fromisoformat(str(detail["day"]))
            values["on"] = day_label(self._language, day, self._today)
        return values

    def _attempt(self) -> dict[str, str]:
        """Whose attempt it is, in which exam; without the person where marking is blind."""
        kind, names = self._entry.subject_kind, self._names
        attempt = names.attempts.get(self._subject) if kind == "attempt" else None
        if attempt is None:
            return {}
        values = {"exam": names.titles["exam"].get(attempt.exam_id, "—")}
        if self._entry.action not in BLIND:
            values["person"] = self._person(attempt.person_id)
            values["to"] = translated(self._language, "（给 %(p)s）", p=values["person"])
        return values

    def _window(self) -> dict[str, str]:
        kind, detail = self._entry.subject_kind, self._entry.detail
        window_id = self._subject if kind == "window" else detail.get("window")
        if not isinstance(window_id, int) or window_id not in self._names.windows:
            return {}
        exam_id, opens_at = self._names.windows[window_id]
        return {
            "opens": moment_label(self._language, opens_at, self._today),
            "exam": self._names.titles["exam"].get(exam_id, "—"),
        }
