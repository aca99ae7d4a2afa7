"""The audit in sentences, in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from learnapp.wording.audit import GROUPS, SENTENCES, codes_of, entry_sentence, group_label

TODAY = date(2026, 11, 25)
AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An entry as the audit has it; by the officer 1 where nothing else is said."""

    action: str
    subject_kind: str = "person"
    subject_id: int | None = 2
    detail: dict[str, Any] = field(default_factory=dict)
    actor_id: int | None = 1
    recorded_at: datetime = AT


@dataclass(frozen=True)
class Attempt:
    """Whose attempt it is."""

    person_id: int = 2
    exam_id: int = 5
    void_reason: str = "试卷拿错"


@dataclass(frozen=True)
class Names:
    """What the ids of the entries here are called."""

    people: dict[int, tuple[str, str]] = field(
        default_factory=lambda: {1: ("张三", "100001"), 2: ("李四", "100002")}
    )
    units: dict[int, str] = field(default_factory=lambda: {3: "城关派出所"})
    attempts: dict[int, Attempt] = field(default_factory=lambda: {4: Attempt()})
    windows: dict[int, tuple[int, datetime]] = field(default_factory=lambda: {6: (5, AT)})
    portions: dict[int, tuple[int, int]] = field(default_factory=lambda: {7: (8, 2)})
    titles: dict[str, dict[int, str]] = field(
        default_factory=lambda: {
            "exam": {5: "周测"},
            "reading": {8: "行政处罚法"},
            "question_version": {9: "题库甲"},
            "import": {10: "名册.xlsx"},
            "programme": {11: "秋季计划"},
        }
    )
    reasons: dict[tuple[str, int, datetime], str] = field(
        default_factory=lambda: {("attempt", 4, AT): "停电"}
    )


def zh(entry: Entry) -> str:
    """The entry in Chinese."""
    return entry_sentence("zh", entry, Names(), TODAY)


def en(entry: Entry) -> str:
    """The entry in English."""
    return entry_sentence("en", entry, Names(), TODAY)


def test_an_entry_says_who_did_what_to_whom():
    entry = Entry("person.transferred", detail={"unit": 3})
    assert zh(entry) == "张三（100001） 把 李四（100002） 调到 城关派出所"
    assert en(entry).startswith("张三 (100001) ") and "把" not in en(entry)


def test_people_out_of_reach_and_the_system_have_no_name():
    assert "管理范围以外的人" in zh(Entry("person.enabled", subject_id=99))
    assert zh(Entry("person.enabled", actor_id=None)).startswith("系统")


@pytest.mark.parametrize(
    ("entry", "chinese"),
    [
        (Entry("role.granted", detail={"role": "marker", "unit": 3}), "阅卷人（城关派出所）"),
        (Entry("absence.recorded", detail={"kind": "leave"}), "离岗：请假"),
        (Entry("person.disabled", detail={"sessions": 2}), "退出 2 处登录"),
        (Entry("attempt.submitted", "attempt", 4, {"by": "clock"}), "周测 的答卷（到时自动）"),
        (Entry("attempt.allowed", "attempt", 4, {"seconds": 900}), "加时 15 分钟：停电"),
        (Entry("attempt.voided", "attempt", 4), "的答卷：试卷拿错"),
        (Entry("exam.announced", "attempt", 4), "通知（给 李四（100002））"),
        (Entry("window.added", "exam", 5, {"window": 6}), "一场：11月23日 周一 12:00"),
        (Entry("window.closed", "window", 6), "周测 结束（11月23日 周一 12:00 的一场）"),
        (Entry("portion.check_set", "portion", 7), "行政处罚法 第 2 天"),
        (Entry("question.retired", "question_version", 9), "题号 9（题库甲）"),
        (Entry("import.done", "import", 10), "确认导入 名册.xlsx"),
        (Entry("calendar.overridden", "programme", 11, {"day": "2026-11-24"}), "11月24日 周二"),
        (Entry("unit.added", "unit", 3), "新建单位 城关派出所"),
        (Entry("unit.placed", "unit", 3, {"parent": 3}), "归到 城关派出所"),
    ],
    ids=lambda each: each.action if isinstance(each, Entry) else None,
)
def test_what_an_entry_is_about_is_said_by_name(entry, chinese):
    assert chinese in zh(entry)
    assert "—" not in zh(entry) + en(entry)


def test_marking_is_blind_in_the_audit_too():
    entry = Entry("answer.marked", "attempt", 4, {"question": 3})
    assert "周测" in zh(entry) and "李四" not in zh(entry) + en(entry)


def test_what_an_entry_does_not_bring_reads_as_a_dash():
    assert zh(Entry("bank.added", "bank", 12)).endswith("—")


def test_a_code_without_a_sentence_is_shown_with_who_did_it():
    assert zh(Entry("odd.code")) == "张三（100001）：odd.code"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_sentence_in_both_languages(code):
    assert zh(Entry(code)) != en(Entry(code))
    assert SENTENCES[code][0] in GROUPS


def test_groups_have_labels_and_codes():
    for group in GROUPS:
        assert codes_of(group) and group_label("zh", group) != group_label("en", group)
    assert codes_of("nothing") == []


def test_an_entry_of_codes_says_in_which_form_they_were_had():
    said = {
        form: zh(Entry("codes.shown", "codes", detail={"form": form, "count": 8}))
        for form in ("page", "table", "slips", "xlsx")
    }
    assert said["slips"] == "张三（100001） 取看 8 个启用码（打印码条）"
    assert len(set(said.values())) == 4
