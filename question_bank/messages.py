"""What every code of the library means, in Chinese and English, with its parameters filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.file_messages import FILE_MESSAGES
from question_bank.quality_messages import QUALITY_MESSAGES

# code: (Chinese, English); {name} is a parameter.
_MESSAGES: dict[str, tuple[str, str]] = {
    # Why a record is not ready.
    "empty_stem": ("没有题干", "There is no stem"),
    "no_answer": ("没有答案", "There is no answer"),
    "type_unknown": ("无法确定题型", "The type is unclear"),
    "too_few_options": ("选项不足（{options} 个）", "Too few options ({options})"),
    "empty_option": ("选项 {letter} 是空的", "Option {letter} is empty"),
    "duplicate_letters": (
        "选项字母重复（{letters}），可能混入了另一组选项",
        "Option letters come twice ({letters}); another set of options may be mixed in",
    ),
    "letters_out_of_order": (
        "选项字母不连续（{letters}）",
        "Option letters are not in sequence ({letters})",
    ),
    "same_option_text": ("有内容相同的选项", "Two options say the same"),
    "key_beyond_options": (
        "答案超出了选项范围",
        "The answer names an option that is not there",
    ),
    "answer_not_letters": (
        "答案“{answer}”不是选项字母",
        "The answer “{answer}” is not made of option letters",
    ),
    "answer_letter_twice": (
        "答案中有重复的字母（{answer}）",
        "The answer names a letter twice ({answer})",
    ),
    "answer_not_true_false": (
        "答案“{answer}”看不出是对还是错",
        "The answer “{answer}” says neither true nor false",
    ),
    "answers_differ": ("同一题的几处答案不一致", "The question has answers that differ"),
    "several_brackets": (
        "题干中有多处像答案的括号",
        "Several brackets in the stem look like answers",
    ),
    "type_disagrees": (
        "题型与答案不符（答案 {answer}）",
        "The type disagrees with the answer ({answer})",
    ),
    "one_answer_for_multiple": (
        "多选题只有一个答案（{answer}），请确认",
        "A multiple choice with one right option ({answer}); please confirm",
    ),
    "several_answers_for_one": (
        "单选题或判断题有多个答案",
        "Several answers where one is wanted",
    ),
    "options_not_true_false": (
        "判断题的选项不是“对/错”",
        "The options of a true/false question are not true and false",
    ),
    "true_false_options": (
        "判断题的选项应为“正确”和“错误”",
        "A true/false question has the options 正确 and 错误",
    ),
    "options_not_wanted": ("这种题型没有选项", "This type has no options"),
    "options_not_a_list": ("options 应为列表", "options must be a list"),
    "option_id_twice": ("选项编号重复", "Two options share an id"),
    "key_of_other_type": ("答案的形式与题型不符", "The key is of another type"),
    "no_blanks": ("填空题的题干里没有空", "There is no blank in the stem"),
    "difficulty_range": (
        "难度应为 1 至 5（现为 {difficulty}）",
        "Difficulty runs from 1 to 5 (here {difficulty})",
    ),
    "case_text": (
        "这不是试题，已作为下面各题的材料",
        "This is no question; it was given to the questions below it as their case",
    ),
    "case_assumed": (
        "已把编号 {number} 的文字作为本题的材料，请确认",
        "The text numbered {number} was taken for the case of this question; please confirm",
    ),
    "text_after_answer": (
        "答案后面有无法归类的文字：{text}",
        "Text after the answer belongs nowhere: {text}",
    ),
    "formula_as_text": (
        "公式已转为文字，请核对",
        "A formula was turned into text; please check it",
    ),
    "other_key_in_bank": (
        "题库里已有题干和选项相同、答案不同的题，请核对哪个答案对",
        "The bank has the same question with another key; find out which is right",
    ),
    "other_key_in_file": (
        "文件里另有题干和选项相同、答案不同的题，请核对哪个答案对",
        "The file has the same question with another key; find out which is right",
    ),
    "type_not_supported": (
        "本系统没有这种题型，已按原文保留",
        "There is no such type of question here; its text was kept",
    ),
    "template_item": (
        "这是带变量的模板题，请改写成固定的题",
        "This is a template with variables; write it out as one question",
    ),
    "key_from_mapping": (
        "文件没有写明正确答案，按得分的选项推定，请确认",
        "No right answer was stated; it was taken from what earns marks. Please confirm",
    ),
    "item_unreadable": ("读不出 {item}", "{item} could not be read"),
    "partial_credit": (
        "部分答案只得部分分，本系统按全对或少选计分，请确认",
        "Some answers earn a part of the marks, which cannot be carried over; please confirm",
    ),
    "wildcard": (
        "答案里有通配符 *，请写出具体的答案",
        "The answer holds a wildcard *; write the answers out",
    ),
    "number_with_tolerance": (
        "数值答案带误差范围（{answer}），本系统按文字判分，请确认",
        "A number with a tolerance ({answer}); answers are compared as text here, please confirm",
    ),
    "brace_open": ("大括号没有闭合", "A brace is not closed"),
    "answer_unreadable": ("看不懂的答案：{answer}", "The answer could not be read: {answer}"),
    "key_not_matched": (
        "找不到与本题对应的答案（答案区的编号无法与试题一一对应）",
        "No answer could be matched: the numbers of the separate key do not fit the questions",
    ),
    "key_length_differs": (
        "答案区有 {key} 个答案，试题有 {questions} 道，请核对本题答案",
        "The separate key has {key} answers for {questions} questions; please check this one",
    ),
    "answer_with_stray_text": (
        "答案后面混入了其他文字：{text}",
        "Other text got into the answer: {text}",
    ),
    "number_inside": (
        "解析或答案里像是夹着另一道题：{text}",
        "Another question seems to stand inside the answer or explanation: {text}",
    ),
    "furniture_inside": (
        "题目中间略去了一行多处重复的文字（疑为页眉页脚），请核对：{text}",
        "A line that repeats in many places was left out of this question; please check it: {text}",
    ),
    "heading_disbelieved": (
        "标题所写的题型（{type}）与多数题目不符，已按题目本身判断题型，请核对",
        "The heading's type ({type}) fits few of its questions; each was typed by itself, please check",
    ),
    "key_counts_inside": (
        "答案区里有的答案自带编号，分不清哪些是题号，请核对本题答案",
        "Some answers of the separate key have numbers of their own, which cannot be told from those "
        "of questions; please check this one",
    ),
    "cloze_parted": (
        "完形题有 {gaps} 个空，已拆成共用一段材料的几道小题，请确认",
        "A cloze of {gaps} gaps was made into questions that share its text; please confirm",
    ),
    "answer_may_lead": (
        "第一道题之前就有一个答案，答案可能写在题目前面，请核对",
        "An answer stands before the first question; answers may stand above their questions",
    ),
    "number_missing": (
        "别的题都有题号，这一题没有，可能是别的题的一部分，请核对",
        "This question has no number among such as have; it may be a part of another one",
    ),
    "stem_without_words": ("题干里没有文字", "There are no words in the stem"),
    "number_twice": (
        "题号 {number} 连着出现两次，可能是一道题被拆成了两道",
        "The number {number} comes twice in a row; one question may have been broken in two",
    ),
    "stem_before": (
        "上一题没有选项和答案，可能与本题是同一道题：{text}",
        "The question before has neither options nor answer and may belong to this one: {text}",
    ),
    "label_inside": (
        "题干、选项或答案里夹着“答案”字样：{text}",
        "The label of an answer stands inside the stem, an option or the answer: {text}",
    ),
    "mark_inside": (
        "文字里夹着选项标记：{text}",
        "The mark of an option stands inside a text: {text}",
    ),
    "text_put_in": (
        "这段文字在原文中不是连着的，请核对：{text}",
        "The source does not hold this text as one piece; please check it: {text}",
    ),
    "text_left_out": (
        "原文中有文字没有归入题干、选项或答案：{text}",
        "Some words of the source went into neither stem, options nor answer: {text}",
    ),
    "blanks_read_as_filled": (
        "把横线之间的文字当作填空答案（{answers}），请确认",
        "The words between strokes were taken for the blanks ({answers}); please confirm",
    ),
    "answer_from_emphasis": (
        "没有写答案，按颜色、加粗或下划线取为“{answer}”，请确认",
        "No answer was written; colour, weight or a line gives “{answer}”. Please confirm",
    ),
    "options_from_points": (
        "题干里的①②③已作为选项，答案取为 {answer}，请确认",
        "The points ①②③ of the stem were taken for options, which makes the answer {answer}; please confirm",
    ),
    "answer_by_place": (
        "答案写的是选项的次序，按次序取为 {answer}，请确认",
        "The answer gives the place of an option, which makes {answer}; please confirm",
    ),
    "pdf_scanned": (
        "这个 PDF 是扫描的图片，里面没有文字（{pages} 页中 {empty} 页没有）；"
        "请先做文字识别（OCR），或找来原来的 Word 文件",
        "This PDF is made of scanned pictures and holds no text ({empty} of {pages} pages); "
        "recognise its text first, or get the Word file it was made from",
    ),
    "answer_from_explanation": (
        "没有写答案，按解析中的话取为“{answer}”，请确认",
        "No answer was written; the explanation gives “{answer}”. Please confirm",
    ),
    "answer_from_words": (
        "没有写“答案：”，把题目下面或冒号后面的文字取为答案“{answer}”，请确认",
        "No answer is labelled; the words below the question or behind its colon were taken: “{answer}”. "
        "Please confirm",
    ),
    "picture_before_mark": (
        "选项字母前有图片，请核对它是不是选项的内容",
        "A picture stands before an option's letter; check whether the option needs it",
    ),
    "blank_alternatives": (
        "“{answer}”是同一空的几种写法，还是答案本身？几种写法用 | 分开",
        "Is “{answer}” several ways to fill one gap, or the answer itself? Part ways by |",
    ),
    "layout_not_followed": (
        "这一段不符合教会的认法",
        "This stretch does not follow the layout that was taught",
    ),
    "layout_exceeded": (
        "读出 {options} 个选项，示例里至多 {most} 个：可能混进了下一题",
        "{options} options were read, the examples have {most} at most: the next question may be among them",
    ),
    "heading_inside": (
        "题目中间夹着一行标题：{text}",
        "A heading stands in the middle of the question: {text}",
    ),
    "answer_from_ticks": (
        "没有写答案，按选项上打的勾取为 {answer}，请确认",
        "No answer was written; the ticks at the options give {answer}. Please confirm",
    ),
    "header_assumed": (
        "表格没有表头，各列的含义是按内容推定的，请核对",
        "The table has no header; what its columns mean was told by their content. Please check",
    ),
    "names_told": (
        "各字段的含义是按内容推定的，请核对",
        "What the names mean was told by their values. Please check",
    ),
    "options_unmarked": (
        "选项前没有字母，按先后次序排为 A、B、C……，请确认",
        "The options have no letters and were counted from A in their order; please confirm",
    ),
    "options_behind": (
        "选项写在答案后面，别的题不是这样，可能是另一题的选项，请核对",
        "The options stand behind the answer, which other questions do not do; they may be of another one",
    ),
    "options_shared": (
        "选项写在几道题的上面，取为这几道题共用，请确认",
        "The options stand above several questions and were taken for all of them; please confirm",
    ),
    "key_in_order": (
        "答案区只按先后次序列出答案，没有题号，请核对",
        "The key gives its answers in order, without numbers. Please check",
    ),
    "truth_by_sign": (
        "判断题的答案写的是 {sign}，没有说明含义，按惯例取为“{truth}”，请确认",
        "The answer is {sign}, which nothing explains; by custom it is {truth}. Please confirm",
    ),
    "refrain_dropped": (
        "{questions} 道题的答案后面都有“{text}”，已略去",
        "“{text}” behind the answers of {questions} questions was left out",
    ),
    "blanks_from_spaces": (
        "把题干里连续的空格当作填空，请确认",
        "Runs of spaces in the stem were taken for blanks; please confirm",
    ),
    "blanks_from_brackets": (
        "把括号里的文字当作填空答案（{answers}），请确认",
        "The words in brackets were taken for the blanks ({answers}); please confirm",
    ),
    "pictures_only": ("题干只有图片", "The stem is nothing but pictures"),
    "private_characters": (
        "含有只在特定字体中可见的字符（{codes}），请改为普通文字",
        "Some characters show in one font only ({codes}); type them anew",
    ),
    "html_escaped": (
        "文字中有网页代码（如 &nbsp; &lt;），请核对",
        "The text holds codes of a web page (such as &nbsp; or &lt;); please check it",
    ),
    "picture_not_read": ("有图片无法读取", "A picture could not be read"),
    "formula_cell": (
        "“{column}”是没有保存结果的公式，请在表格软件中打开并保存",
        "“{column}” is a formula without a stored value; open and save it in a spreadsheet",
    ),
    "date_cell": (
        "“{column}”被表格软件改成了日期",
        "“{column}” was turned into a date by the spreadsheet",
    ),
    "not_a_map": ("这一项不是试题", "This item is no question"),
    "not_text": ("应为文字的地方不是文字", "Something that should be text is not"),
    "source_without_law": (
        "出处写成字段时须有 law（法律名称）",
        "A source in fields needs the name of its law",
    ),
    "field_unknown": ("没有“{field}”这个字段", "There is no field “{field}”"),
    # Why a response is not taken.
    "response_shape": ("作答的格式不对", "The response has the wrong shape"),
    "response_characters": ("作答含有无法保存的字符", "The response holds unusable characters"),
    "response_too_long": ("作答超过 {limit} 字", "The response is longer than {limit} characters"),
    "blank_too_long": ("每空不得超过 {limit} 字", "A blank takes at most {limit} characters"),
    "blank_count": (
        "空的数目不符（应为 {wanted} 个）",
        "The number of blanks does not match ({wanted} wanted)",
    ),
    "unknown_option": ("没有这个选项", "There is no such option"),
    "one_option_only": ("只能选一个选项", "Only one option may be chosen"),
}

_MESSAGES |= FILE_MESSAGES | QUALITY_MESSAGES
CODES = frozenset(_MESSAGES)


class _Params(dict[str, Any]):
    """Parameters of which any may be missing."""

    def __missing__(self, name: str) -> str:
        return "—"


def message(code: str, params: Mapping[str, Any] | None = None, language: str = "zh") -> str:
    """The sentence for a code; Chinese for any language but English, the code if unknown."""
    pair = _MESSAGES.get(code)
    if pair is None:
        return code
    template = pair[1] if language.lower().startswith("en") else pair[0]
    shown = {
        name: "、".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        for name, value in (params or {}).items()
    }
    if (why := shown.get("why")) in CODES:
        shown["why"] = message(str(why), None, language)
    return template.format_map(_Params(shown))
