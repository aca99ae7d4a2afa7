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
    "remedial": _("补学"),
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
    "officer": _("干警"),
    "unit_head": _("单位负责人"),
    "liaison": _("联络员"),
    "question_editor": _("命题人"),
    "reviewer": _("审题人"),
    "marker": _("阅卷人"),
    "proctor": _("监考人"),
    "test_owner": _("考试负责人"),
    "admin": _("管理员"),
    "inspector": _("指导组成员"),
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
    "reading": _("正在读入"),
    "refused": _("未能读入"),
    "staged": _("待确认"),
    "done": _("已完成"),
    "cancelled": _("已取消"),
    "right": _("正确"),
    "wrong": _("错误"),
    "partial": _("部分得分"),
    "pending": _("待阅"),
    "hidden": _("未公布"),
    "all_or_nothing": _("多选题全部选对才得分"),
    "counts_best": _("取最好的一次"),
    "counts_last": _("取最后的一次"),
    "all": _("全部"),
    "as_xlsx": _("Excel 题库（可再导入）"),
    "as_docx": _("Word 试卷（带答案）"),
    "as_paper": _("Word 试卷（不带答案）"),
    "as_gift": _("GIFT"),
    "as_xml": _("Moodle XML"),
    "as_zip": _("QTI 3.0"),
    "as_aiken": _("Aiken"),
    "as_yaml": _("YAML"),
    "field_pictures": _("图片"),
    "field_explanation": _("解析"),
    "field_source": _("来源"),
    "field_category": _("章节"),
    "field_difficulty": _("难度"),
    "field_passage": _("材料"),
    "in_review": _("待审"),
    "superseded": _("已被新版替换"),
    "retired": _("已停用"),
    "written": _("写成新版"),
    "submitted": _("送审"),
    "approved": _("审核通过"),
    "returned": _("退回"),
    "released_urgently": _("紧急发布"),
    "law_amended": _("所依据的法律已修改"),
    "key_revised": _("改正答案"),
    "too_easy": _("太容易"),
    "too_hard": _("太难"),
    "negative_discrimination": _("区分度为负：成绩好的人反而答错"),
    "weak_discrimination": _("区分度太低"),
    "idle_distractor": _("有无人选的错误选项"),
    "best_take_wrong": _("成绩好的人多选了错误选项"),
}


def shortened(text: str, most: int) -> str:
    """A text for a list: so many characters and what says that there are more."""
    text = text.strip()
    return text if len(text) <= most else text[:most] + "…"


def person_label(name: str, login: str) -> str:
    """A person in a sentence, told apart from namesakes: 李四（100023）."""
    return f"{name}（{login}）" if login else name


def word(code: str) -> str:
    """The code's name; a code without one is shown as it is."""
    return str(WORDS.get(code, code))
