"""The audit in sentences: each code with its group and what it says, in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from learnapp.db.operations.models import AuditEntry
from learnapp.services.files.staged_imports import ImportKind
from learnapp.services.operations.audit_trail import Names
from learnapp.web.core.labels import person_label, word
from learnapp.web.core.language import day_label, moment_label

GROUPS = {
    "people": _("人员和角色"),
    "accounts": _("登录和密码"),
    "exams": _("考试"),
    "bank": _("题库"),
    "study": _("学习和计划"),
    "imports": _("导入"),
    "system": _("系统"),
}

# code → (group, sentence). Who acts comes first; what an entry does not bring reads as a dash.
SENTENCES = {
    "unit.added": ("people", _("%(actor)s 新建单位 %(unit)s")),
    "unit.placed": ("people", _("%(actor)s 把 %(unit)s 归到 %(parent)s")),
    "unit.renamed": ("people", _("%(actor)s 改了单位名称，现在是 %(unit)s")),
    "unit.retired": ("people", _("%(actor)s 撤销单位 %(unit)s")),
    "unit.restored": ("people", _("%(actor)s 恢复单位 %(unit)s")),
    "person.added": ("people", _("%(actor)s 登记了 %(person)s")),
    "person.joined": ("people", _("%(actor)s 把 %(person)s 编入 %(place)s")),
    "person.transferred": ("people", _("%(actor)s 把 %(person)s 调到 %(place)s")),
    "person.posted": ("people", _("%(actor)s 登记 %(person)s 另任：%(basis)s，%(place)s")),
    "person.posting_ended": (
        "people",
        _("%(actor)s 结束 %(person)s 在 %(place)s 的另任，自 %(ends_on)s 起"),
    ),
    "person.retired": ("people", _("%(actor)s 登记 %(person)s 离退，结束 %(roles)s 个角色")),
    "person.returned": ("people", _("%(actor)s 撤回 %(person)s 的离退")),
    "person.renamed": ("people", _("%(actor)s 改了 %(person)s 的姓名")),
    "person.login_added": ("people", _("%(actor)s 给 %(person)s 加了登录名")),
    "person.login_ended": ("people", _("%(actor)s 停用 %(person)s 的一个登录名")),
    "absence.cancelled": ("people", _("%(actor)s 撤销 %(person)s 的离岗：%(kind)s")),
    "role.granted": ("people", _("%(actor)s 授予 %(person)s 角色：%(role)s（%(place)s）")),
    "role.ended": (
        "people",
        _("%(actor)s 结束 %(person)s 的角色：%(role)s（%(place)s），自 %(ends_on)s 起"),
    ),
    "absence.recorded": ("people", _("%(actor)s 登记 %(person)s 的离岗：%(kind)s")),
    "person.code_issued": ("accounts", _("%(actor)s 给 %(person)s 发了启用码")),
    "codes.issued": ("accounts", _("%(actor)s 发了 %(count)s 人的启用码")),
    "codes.shown": ("accounts", _("%(actor)s 查看、打印或下载了 %(count)s 个启用码")),
    "codes.destroyed": ("accounts", _("%(actor)s 销毁了保留的 %(count)s 个启用码")),
    "codes.expired": ("accounts", _("保留 24 小时的 %(count)s 个启用码到期删除")),
    "person.activated": ("accounts", _("%(person)s 启用了账号")),
    "person.disabled": ("accounts", _("%(actor)s 停用 %(person)s，退出 %(sessions)s 处登录")),
    "person.enabled": ("accounts", _("%(actor)s 恢复 %(person)s")),
    "person.sessions_ended": ("accounts", _("%(actor)s 让 %(person)s 退出 %(sessions)s 处登录")),
    "person.signed_in": ("accounts", _("%(actor)s 登录")),
    "person.signed_out": ("accounts", _("%(actor)s 退出，共 %(sessions)s 处")),
    "password.changed": ("accounts", _("%(person)s 改了密码")),
    "exam.added": ("exams", _("%(actor)s 新建考试 %(exam)s")),
    "exam.short": ("exams", _("%(exam)s 的题库还缺 %(lacking)s 题")),
    "exam.announced": ("exams", _("%(actor)s 在 %(exam)s 发出或撤下通知%(to)s")),
    "window.added": ("exams", _("%(actor)s 给 %(exam)s 加了一场：%(opens)s")),
    "window.opened": ("exams", _("%(exam)s 开考（%(opens)s 的一场）")),
    "window.closed": ("exams", _("%(exam)s 结束（%(opens)s 的一场）")),
    "window.corrected": ("exams", _("%(actor)s 更正 %(exam)s 一场的时间，现在是 %(opens)s 的一场")),
    "window.cancelled": ("exams", _("%(actor)s 取消 %(exam)s 的一场（%(opens)s）")),
    "window.restored": ("exams", _("%(actor)s 恢复 %(exam)s 的一场（%(opens)s）")),
    "window.restricted": (
        "exams",
        _("%(actor)s 把 %(exam)s 的一场（%(opens)s）限给 %(people)s 人"),
    ),
    "person.allowed": ("exams", _("%(actor)s 给 %(person)s 在 %(exam)s 预先加时 %(minutes)s 分钟")),
    "unit.allowed": (
        "exams",
        _("%(actor)s 给 %(unit)s 在 %(exam)s 加时 %(minutes)s 分钟，%(attempts)s 份答卷"),
    ),
    "attempt.allowed": ("exams", _("%(actor)s 给 %(person)s 在 %(exam)s 加时 %(minutes)s 分钟")),
    "person.reduced": (
        "exams",
        _("%(actor)s 减回 %(person)s 在 %(exam)s 预先加的 %(minutes)s 分钟"),
    ),
    "unit.reduced": (
        "exams",
        _("%(actor)s 减回 %(unit)s 在 %(exam)s 的 %(minutes)s 分钟，%(attempts)s 份答卷"),
    ),
    "attempt.reduced": ("exams", _("%(actor)s 减回 %(person)s 在 %(exam)s 的 %(minutes)s 分钟")),
    "attempt.reopened": (
        "exams",
        _("%(actor)s 让 %(person)s 继续作答 %(exam)s，还有 %(minutes)s 分钟"),
    ),
    "attempt.submitted": ("exams", _("%(person)s 交了 %(exam)s 的答卷%(by)s")),
    "attempt.voided": ("exams", _("%(actor)s 作废 %(person)s 在 %(exam)s 的答卷")),
    "event.admitted": (
        "exams",
        _("%(actor)s 采纳 %(person)s 在 %(exam)s 第 %(question)s 题迟到的作答"),
    ),
    "paper.drawn": ("exams", _("%(actor)s 给 %(person)s 抽了 %(exam)s 的纸笔试卷")),
    "paper.entered": ("exams", _("%(actor)s 录入 %(person)s 在 %(exam)s 的纸笔答卷")),
    "paper.verified": ("exams", _("%(actor)s 核对 %(person)s 在 %(exam)s 的纸笔答卷，交卷")),
    "paper.returned": ("exams", _("%(actor)s 退回 %(person)s 在 %(exam)s 的纸笔答卷，重新录入")),
    "answer.marked": ("exams", _("%(actor)s 阅了 %(exam)s 一份答卷的第 %(question)s 题")),
    "marks.released": ("exams", _("%(actor)s 公布 %(exam)s 的成绩")),
    "keys.shown": ("exams", _("%(exam)s 的答案开始公布（%(opens)s 的一场）")),
    "bank.added": ("bank", _("%(actor)s 新建题库 %(bank)s")),
    "bank.retired": ("bank", _("%(actor)s 停用空题库 %(bank)s")),
    "bank.exported": ("bank", _("%(actor)s 导出题库 %(bank)s：%(form)s")),
    "questions.added": ("bank", _("%(actor)s 在 %(bank)s 加了 %(count)s 题")),
    "questions.changed": ("bank", _("%(actor)s 在 %(bank)s 成批改了 %(count)s 题")),
    "question.written": ("bank", _("%(actor)s 写了%(question)s的新版")),
    "question.submitted": ("bank", _("%(actor)s 把%(question)s送审")),
    "question.approved": ("bank", _("%(actor)s 审核通过%(question)s")),
    "question.returned": ("bank", _("%(actor)s 退回%(question)s")),
    "question.released_urgently": ("bank", _("%(actor)s 紧急发布%(question)s")),
    "question.law_amended": ("bank", _("%(actor)s 因法律修改把%(question)s转入待审")),
    "question.superseded": ("bank", _("%(question)s被新版替换")),
    "question.retired": ("bank", _("%(actor)s 停用%(question)s")),
    "question.voided": ("bank", _("%(actor)s 作废%(question)s")),
    "question.key_revised": ("bank", _("%(actor)s 改正%(question)s的答案")),
    "question.reported": ("bank", _("%(question)s收到一条反馈")),
    "report.answered": ("bank", _("%(actor)s 答复了对%(question)s的反馈")),
    "blueprint.added": ("bank", _("%(actor)s 新建组卷方案 %(blueprint)s")),
    "reading.added": ("study", _("%(actor)s 加入学习材料 %(reading)s")),
    "reading.retired": ("study", _("%(actor)s 停用学习材料 %(reading)s")),
    "portion.check_set": ("study", _("%(actor)s 设了 %(reading)s 第 %(day)s 天的检查题")),
    "programme.added": ("study", _("%(actor)s 新建计划 %(programme)s")),
    "programme.published": (
        "study",
        _("%(actor)s 发布计划 %(programme)s，涉及 %(people)s 人，立即逾期 %(overdue)s 人"),
    ),
    "calendar.overridden": ("study", _("%(actor)s 在 %(programme)s 改了 %(on)s 是否学习日")),
    "item.completed": ("study", _("%(person)s 完成 %(item)s")),
    "completion.withdrawn": ("study", _("%(actor)s 退回 %(person)s 的完成：%(item)s")),
    "import.begun": ("imports", _("%(actor)s 上传 %(file)s")),
    "import.staged": ("imports", _("%(actor)s 上传的 %(file)s 已读入，待确认")),
    "import.done": ("imports", _("%(actor)s 确认导入 %(file)s")),
    "import.cancelled": ("imports", _("%(actor)s 取消导入 %(file)s")),
    "import.refused": ("imports", _("%(file)s 没能读入")),
    "clock.confirmed": ("system", _("%(actor)s 确认服务器时间，相差 %(seconds)s 秒")),
}

# What concerns a candidate blindly: no name and no link to them.
_BLIND = frozenset({"answer.marked"})
_REASONED = frozenset(
    {
        "attempt.allowed",
        "attempt.reduced",
        "attempt.reopened",
        "person.allowed",
        "person.reduced",
        "window.corrected",
        "window.cancelled",
        "window.restored",
    }
)
_IMPORT_PAGES = {
    ImportKind.QUESTIONS: "bank_imports.preview",
    ImportKind.READING: "readings.preview",
    ImportKind.ROSTER: "roster.preview",
}


class _Lenient(dict[str, str]):
    """A value that an entry does not bring reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def codes_of(group: str) -> list[str]:
    """The codes of a group; none for a group that there is not."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, (its, _sentence) in SENTENCES.items():
        found[its].append(code)
    return found.get(group, [])


def sentence_of(entry: AuditEntry, names: Names) -> str:
    """What the entry says; a code without a sentence is shown as it is, with who did it."""
    known = SENTENCES.get(entry.action)
    values = _values(entry, names)
    if known is None:
        return gettext("%(actor)s：%(code)s", actor=values["actor"], code=entry.action)
    told = str(known[1]) % values
    reason = _reason(entry, names)
    return gettext("%(told)s：%(reason)s", told=told, reason=reason) if reason else told


def _reason(entry: AuditEntry, names: Names) -> str:
    if entry.action == "attempt.voided" and entry.subject_id in names.attempts:
        return names.attempts[entry.subject_id].void_reason
    if entry.action not in _REASONED or entry.subject_id is None:
        return ""
    return names.reasons.get((entry.subject_kind, entry.subject_id, entry.recorded_at), "")


def _person(names: Names, person_id: int | None) -> str:
    if person_id is None:
        return gettext("系统")
    found = names.people.get(person_id)
    return gettext("管理范围以外的人") if found is None else person_label(*found)


def _values(entry: AuditEntry, names: Names) -> dict[str, str]:
    """All that a sentence may name."""
    detail, subject = entry.detail, entry.subject_id or 0
    values = _Lenient({key: _plain(value) for key, value in detail.items()})
    values["actor"] = _person(names, entry.actor_id)
    for kind, found in names.titles.items():
        if kind == entry.subject_kind and subject in found:
            values["file" if kind == "import" else kind] = found[subject]
        elif isinstance(detail.get(kind), int) and detail[kind] in found:
            values[kind] = found[detail[kind]]
    if entry.subject_kind == "unit":
        values["unit"] = names.units.get(subject, "—")
    if isinstance(detail.get("unit"), int):
        values["place"] = names.units.get(detail["unit"], "—")
    if isinstance(detail.get("parent"), int):
        values["parent"] = names.units.get(detail["parent"], "—")
    if isinstance(detail.get("seconds"), int):
        values["minutes"] = f"{detail['seconds'] / 60:g}"
    if entry.subject_kind == "question_version":
        bank = values.get("question_version", "—")
        values["question"] = gettext("题号 %(n)s（%(bank)s）", n=subject, bank=bank)
    if entry.subject_kind == "portion" and subject in names.portions:
        reading_id, ordinal = names.portions[subject]
        values["reading"] = names.titles["reading"].get(reading_id, "—")
        values["day"] = str(ordinal)
    if "role" in detail:
        values["role"] = word(detail["role"])
    if "day" in detail:
        values["on"] = day_label(date.fromisoformat(str(detail["day"])))
    values["by"] = gettext("（到时自动）") if detail.get("by") == "clock" else ""
    return _place(entry, names, values)


def _place(entry: AuditEntry, names: Names, values: dict[str, str]) -> dict[str, str]:
    """Whose attempt it is, in which exam, in which window."""
    values["to"], subject = "", entry.subject_id or 0
    if entry.subject_kind == "person":
        values["person"] = _person(names, subject)
    attempt = names.attempts.get(subject) if entry.subject_kind == "attempt" else None
    if attempt is not None:
        values["exam"] = names.titles["exam"].get(attempt.exam_id, "—")
        if entry.action not in _BLIND:
            values["person"] = _person(names, attempt.person_id)
            values["to"] = gettext("（给 %(p)s）", p=values["person"])
    window_id = subject if entry.subject_kind == "window" else entry.detail.get("window")
    if window_id in names.windows:
        exam_id, opens_at = names.windows[window_id]
        values["opens"] = moment_label(opens_at)
        values["exam"] = names.titles["exam"].get(exam_id, "—")
    return values


def _plain(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else word(str(value))


def page_of(entry: AuditEntry, names: Names) -> str | None:
    """The page of what the entry is about, where there is one that its reader may see."""
    subject = entry.subject_id
    if subject is None:
        return url_for("clock.index") if entry.action.startswith("clock.") else None
    if entry.action in _BLIND or subject in names.put_away.get(entry.subject_kind, ()):
        return None
    if entry.subject_kind == "person":
        return url_for("person.show", person_id=subject) if subject in names.people else None
    if entry.subject_kind in ("attempt", "exam", "window"):
        return _room_of(entry, names, subject)
    if entry.subject_kind == "import" and subject in names.imports:
        kind, public_id = names.imports[subject]
        return url_for(_IMPORT_PAGES[ImportKind(kind)], job=public_id)
    if entry.subject_kind == "portion" and subject in names.portions:
        reading_id = names.portions[subject][0]
        gone = reading_id in names.put_away["reading"]
        return None if gone else url_for("readings.show", reading_id=reading_id)
    if entry.subject_kind == "blueprint" and subject in names.blueprint_banks:
        return url_for("blueprints.index", bank_id=names.blueprint_banks[subject])
    pages = {
        "bank": ("bank.show", "bank_id"),
        "unit": ("units.show", "unit_id"),
        "question_version": ("questions.show", "version_id"),
        "programme": ("programmes.show", "programme_id"),
        "reading": ("readings.show", "reading_id"),
    }
    if entry.subject_kind not in pages:
        return None
    endpoint, argument = pages[entry.subject_kind]
    return url_for(endpoint, **{argument: subject})


def _room_of(entry: AuditEntry, names: Names, subject: int) -> str | None:
    if entry.subject_kind == "attempt":
        attempt = names.attempts.get(subject)
        window_id = attempt.window_id if attempt is not None else None
    elif entry.subject_kind == "window":
        window_id = subject
    else:
        window_id = entry.detail.get("window") or names.exam_pages.get(subject)
    return url_for("rooms.show", window_id=window_id) if window_id else None
