"""What each code of the domain is called on a page, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

WORDS = {
    "single": _("单选"),
    "multiple": _("多选"),
    "true_false": _("判断"),
    "fill_blank": _("填空"),
    "short_answer": _("简答"),
    "ready": _("可导入"),
    "to_confirm": _("待确认"),
    "not_understood": _("未读懂"),
    "public": _("公开"),
    "internal": _("内部"),
    "practice": _("练习"),
    "both": _("练习和考试"),
    "exam": _("考试"),
    "portion": _("学习"),
    "activity": _("活动"),
    "weekly": _("周测"),
    "monthly": _("月考"),
    "stage": _("阶段测试"),
    "main": _("正式场次"),
    "make_up": _("补考（缺考）"),
    "retake": _("补考（不合格）"),
    "resit": _("重考"),
    "planned": _("未开考"),
    "open": _("进行中"),
    "closed": _("已截止"),
    "draft": _("草稿"),
    "published": _("已发布"),
    "working": _("工作日"),
    "natural": _("自然日"),
    "ahead": _("超前"),
    "on_pace": _("基本同步"),
    "behind": _("滞后"),
    "far_behind": _("严重滞后"),
    "nothing_owed": _("无任务"),
    "not_begun": _("未开始"),
    "police_officer": _("民警"),
    "auxiliary": _("辅警"),
    "contract": _("聘用制"),
    "judge": _("法官"),
    "procurator": _("检察官"),
    "civil_servant": _("公务员"),
    "other": _("其他"),
    "at_once": _("阅完即公布"),
    "at_close": _("截止后公布"),
    "by_hand": _("人工公布"),
    "staged": _("待确认"),
    "done": _("已完成"),
    "cancelled": _("已取消"),
    "right": _("正确"),
    "wrong": _("错误"),
    "partial": _("部分得分"),
    "pending": _("待阅"),
    "hidden": _("未公布"),
    "all_or_nothing": _("多选题全部选对才得分"),
    "all": _("全部"),
}


def word(code: str) -> str:
    """The code's name; a code without one is shown as it is."""
    return str(WORDS.get(code, code))
