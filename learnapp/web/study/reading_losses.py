"""What a reading could not keep of its file, in words."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

_LOST = {
    "chart": _("图表"),
    "comment": _("批注"),
    "contents": _("目录（页面按章节自动分节，不需要）"),
    "diagram": _("智能图形"),
    "embedded": _("嵌入的内容"),
    "form_field": _("表单控件"),
    "formula": _("公式的排版（文字保留）"),
    "hidden": _("隐藏的文字"),
    "link": _("链接的地址（文字保留）"),
    "margin": _("页眉和页脚"),
    "nested_table": _("嵌套过深的表格"),
    "note": _("找不到内容的脚注"),
    "object": _("嵌入的对象"),
    "picture": _("无法显示的图片"),
    "picture_elsewhere": _("不在文件里的图片"),
    "symbol": _("特殊字体的符号"),
    "table_in_box": _("文本框里的表格"),
}


def lost_text(code: str, name: str, count: int) -> str:
    """What was lost: its kind, its name or beginning where it has one, how often."""
    kind = str(_LOST.get(code, code))
    said = gettext("%(kind)s：%(name)s", kind=kind, name=name) if name else kind
    return gettext("%(said)s（%(n)s 处）", said=said, n=count) if count > 1 else said
