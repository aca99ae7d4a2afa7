"""What a reading could not keep of its file, in words."""

from __future__ import annotations

from learnapp.wording.catalogue import N_, Language, translated

_LOST = {
    "chart": N_("图表"),
    "comment": N_("批注"),
    "contents": N_("目录（页面按章节自动分节，不需要）"),
    "diagram": N_("智能图形"),
    "embedded": N_("嵌入的内容"),
    "form_field": N_("表单控件"),
    "formula": N_("公式的排版（文字保留）"),
    "hidden": N_("隐藏的文字"),
    "link": N_("链接的地址（文字保留）"),
    "margin": N_("页眉和页脚"),
    "nested_table": N_("嵌套过深的表格"),
    "note": N_("找不到内容的脚注"),
    "object": N_("嵌入的对象"),
    "picture": N_("无法显示的图片"),
    "picture_elsewhere": N_("不在文件里的图片"),
    "symbol": N_("特殊字体的符号"),
    "table_in_box": N_("文本框里的表格"),
}


def lost_text(language: Language, code: str, name: str, count: int) -> str:
    """What was lost: its kind, its name or beginning where it has one, how often."""
    text = translated(language, _LOST[code]) if code in _LOST else code
    if name:
        text = translated(language, "%(kind)s：%(name)s", kind=text, name=name)
    return translated(language, "%(text)s（%(n)s 处）", text=text, n=count) if count > 1 else text
