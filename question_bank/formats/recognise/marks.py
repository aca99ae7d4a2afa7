"""The marks that a line may bear: labels of answers and explanations, letters of options, ticks."""

from __future__ import annotations

import re
import unicodedata

from question_bank.formats.recognise.lines import PICTURE, PICTURE_END

_OPEN, _SHUT = r"[【\[［〔（(《<]", r"[】\]］〕）)》>]"
_ANSWER_WORD = (
    r"(?:(?:本题|该题)?(?:(?:正确|参考|标准|试题|题目)?的?答案|正确的?选项(?=\s*[:：】\]为是]))"
    r"(?:要点|提示|内容)?|(?:参考|答题|作答|回答)要点|参考(?:回答|解答))(?!解析|详解|分析|与|及|和)"
)
# What a label says its words with: a colon, an arrow, a stroke.
_SAYS = r"(?:[:：=＝→➔➜⇒]|[-—–]{1,2}>?)"
# A word in brackets, the colon inside of them or behind.
_LABELLED_ANSWER = rf"{_OPEN}\s*{_ANSWER_WORD}\s*[:：]?\s*{_SHUT}\s*[:：]?"
ANSWER = re.compile(
    rf"^\s*(?:{_LABELLED_ANSWER}|[【\[（(](?=[^【\[（()）\]】]*[)）\]】]\s*$)\s*{_ANSWER_WORD}\s*[:：]|{_ANSWER_WORD}\s*(?:{_SAYS}|应?该?[是为选]\s*[:：]?|\s*[.．、,，;；]?(?=\s*[A-HＡ-Ｈ√×✓✗对错正]))"
    r"|答\s*[:：])\s*(.*)$",
    re.DOTALL,
)
_GLUED_ANSWER = re.compile(
    rf"(?:{_LABELLED_ANSWER}|{_ANSWER_WORD}\s*[:：=＝→])\s*(?=\S)|(?<=[\s。；;])(?:正确|标准|参考)?答案\s*(?:应?[选为是])?\s*(?=[A-H√×]{{1,8}}\s*[。.]?\s*$)"
    r"|(?<=[（(【\[])(?:正确|标准|参考)?答案\s*(?=[A-H√×]{1,8}\s*[)）】\]]\s*[。.]?\s*$)"
)
_EXPLANATION_WORD = (
    r"(?:答案|试题|题目|参考|本题|考点|选项)?"
    r"(?:解析|详解|分析|点评|说明|解释|解答|解题思路|答题思路|评析|改正|更正|订正|改为)"
)
_LABELLED_EXPLANATION = rf"{_OPEN}\s*{_EXPLANATION_WORD}\s*[:：]?\s*{_SHUT}\s*[:：]?"
EXPLANATION = re.compile(
    rf"^\s*(?:{_LABELLED_EXPLANATION}|{_EXPLANATION_WORD}\s*[:：])\s*(.*)$", re.DOTALL
)
_GLUED_EXPLANATION = re.compile(rf"(?:{_LABELLED_EXPLANATION}|(?:答案|试题)?解析\s*[:：])")
ENGLISH = re.compile(
    r"^\s*(?:the\s+)?(?:(?P<answer>(?:correct\s+)?(?:answers?|ans|key))|(?P<why>explanation|rationale|feedback))"
    r"\s*[:：]\s*(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)
DETAIL = re.compile(
    r"^\s*[【\[（(]?\s*(难度|难易度|难易程度|出处|来源|依据|法律依据|法条依据|知识点|考点|章节|分类|目录"
    r"|我的答案|得分|分值|学生答案|考生答案|你的答案|出题人|命题人|审核人|审题人|录入人|题目来源|试题来源|试题编号|题目编号"
    r"|所属章节|所属科目|所属专业|适用岗位|适用对象|鉴定点|认知层次|能力层次|能力要求|重要程度|关键词|标签|笔记|难度系数|题库名称)\s*(?:[】\]）)]\s*[:：]?|[:：]\s*[】\]）)]?)\s*(.*)$",
    re.DOTALL,
)
# A line of nothing but marks given: 0.6分, （2分）, 得分 1.0.
SCORE = re.compile(
    r"^[（(【\[]?\s*(?:得分|本题得分|分值)?\s*\d{1,3}(?:[.．]\d{1,2})?\s*分\s*[)）】\]]?$"
)

_LETTER = "[A-HＡ-Ｈ]"
_STOP = "[.、．:：]"
_BEHIND = r"[.、．。:：)）]"
# `（A）` in front of `A.` is an answer in the stem's bracket, no mark of its own.
_BRACKETED = rf"[(（\[【]\s*({_LETTER})\s*[)）\]】](?!\s*\1\s*{_BEHIND})\s*{_STOP}?"
OPTION = re.compile(rf"^\s*(?:{_BRACKETED}|(?:选项\s*)?({_LETTER})\s*{_BEHIND})\s*(.*)$", re.DOTALL)
LOOSE_OPTION = re.compile(rf"^\s*({_LETTER})[ \t　]+(\S.*)$", re.DOTALL)
BARE_OPTION = re.compile(rf"^\s*({_LETTER})([一-鿿].*)$", re.DOTALL)
_GLUED = re.compile(
    rf"(?<![A-Za-z])(?:{_BRACKETED}|(?<![(（\[【])(?<![(（\[【]\s)({_LETTER})(?:\s*[.、．。:：]|[)）]))"
)
# `A甲 B乙 C丙` on a line of its own.
_BARE_GLUED = re.compile(rf"(?:^|(?<=\s))({_LETTER})(?=[一-鿿])()")
_LOOSE_GLUED = re.compile(rf"(?<=[\s。）)？?])({_LETTER})(?=[ \t　]+\S)()")
# `A.SSHB.FTPC.SMTP`: letters behind Latin words, where only a whole run of them makes sense.
_TIGHT = re.compile("([A-H])[.．、](?=[^.．、])()")
_FEWEST_TIGHT = 3
# A tick before an option's letter is moved behind its text, where one may stand as well.
_MARK_AHEAD = rf"(?=[(（\[【]?\s*{_LETTER}\s*{_BEHIND})"
_TICKED = re.compile(rf"^\s*(?:([√✓✔☑✅■●◉])|[\[［]\s*[xX√✓✔]\s*[\]］])\s*{_MARK_AHEAD}")
_BOX = re.compile(rf"(?:[□○◯◻☐⬜√✓✔☑✅■●◉]|[\[［]\s*[xX√✓✔]?\s*[\]］])\s*{_MARK_AHEAD}")
_UNTICKED = re.compile(rf"^\s*(?:[□○◯◻☐⬜]|[\[［]\s*[\]］])\s*{_MARK_AHEAD}")
_PICTURED = re.compile(
    rf"^\s*((?:{PICTURE}[0-9a-f]{{64}}{PICTURE_END}\s*)+)([(（\[【]?\s*{_LETTER}\s*{_BEHIND}\s*)"
)
# A bullet before a mark says nothing that the mark does not.
_BULLET = re.compile(r"^\s*[-*+•·●◆■▪★☆➢►▶◎◇>—–]{1,3}\s*")
_OPENING, _CLOSING = "（([【", "）)]】"
# A bracket for the answer in front of the number: `（√）1.…`, `(  ) 2、…`.
_BRACKET_FIRST = re.compile(
    r"^\s*([（(【\[]\s*(?:[A-H]{1,8}|[√×✓✔✗✘TFVXＴＦＶＸ]|对|错|是|否|正确|错误)?\s*[)）】\]])\s*(?=\d{1,4}\s*[.．、])"
)
_SIGN_FIRST = re.compile(r"^\s*([√×✓✔✗✘])\s*(?=\d{1,4}\s*[.．、]\s*\D)")
_PARTING = frozenset("；;，,|｜/")
# Behind the last of what these part stands a full stop that is none of its own.
_OF_A_LIST = frozenset("；;，,")
TICK = "√"


def ascii_letter(letter: str) -> str:
    """The letter in its plain width."""
    return unicodedata.normalize("NFKC", letter)


def bare_of_bullet(text: str) -> str:
    """The line without a bullet before a mark; any other line as it is."""
    if not (found := _BULLET.match(text)):
        return text
    rest = text[found.end() :]
    marked = any(each.match(rest) for each in (OPTION, ANSWER, EXPLANATION, DETAIL, _BOX))
    return rest if marked else text


def untick(text: str) -> str:
    """The line with what is before its option mark moved behind it: a tick to the end of the
    text, a picture to its beginning; an empty box is dropped."""
    if empty := _UNTICKED.match(text):
        text = text[empty.end() :]
    if ticked := _TICKED.match(text):
        text = f"{text[ticked.end() :]} {TICK}"
    if pictured := _PICTURED.match(text):
        text = f"{pictured.group(2)}{pictured.group(1)}{text[pictured.end() :]}"
    return text


def bracket_behind(text: str) -> str:
    """The line with a bracket or sign for the answer moved from before its number to its end."""
    if signed := _SIGN_FIRST.match(text):
        return f"{text[signed.end() :]}（{signed.group(1)}）"
    found = _BRACKET_FIRST.match(text)
    return text if found is None else f"{text[found.end() :]}{found.group(1)}"


def picture_leads(text: str) -> bool:
    """Whether a picture is before the option mark of a line."""
    return _PICTURED.match(text) is not None


def split_options(text: str, first: str, whole: bool = True) -> tuple[str, list[tuple[str, str]]]:
    """Part a line where option marks follow one another, the first of them being `first`.

    Gives what is before, and the options; where the line is not the `whole` of them, with the signs
    between them. A mark counts only if its letter is next in turn
    and no option but the last would be empty, so that `A、B两地` stays text.
    """
    for pattern in (_GLUED, _LOOSE_GLUED):
        before, options = _split(text, first, pattern)
        if options and all(value for _, value in options[:-1]):
            if len(options) == 1 and len(tight := _split(text, first, _TIGHT)[1]) >= _FEWEST_TIGHT:
                options = tight
            return before, parted(options) if whole and first == "A" else options
    return bare_row(text, first) if BARE_OPTION.match(text) else (text, [])


def bare_row(text: str, first: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a line of nothing but options whose letters bear no mark; two at the least."""
    before, options = _split(text, first, _BARE_GLUED)
    whole = len(options) > 1 and not before.strip() and all(value for _, value in options)
    return ("", options) if whole else (text, [])


def parted(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The options of one line without the sign that parts each from the next, if one does."""
    signs = {text[-1:] for _, text in options[:-1]}
    if len(signs) != 1 or not signs <= _PARTING or any(len(text) < 2 for _, text in options[:-1]):
        return options
    letter, last = options[-1]
    parted = [(each, text[:-1].rstrip()) for each, text in options[:-1]]
    return [*parted, (letter, last.rstrip("。.；; ") if signs & _OF_A_LIST else last)]


def strict_options(text: str, first: str) -> list[tuple[str, str]]:
    """The options of a text whose marks bear a stop or brackets, none of them empty but the last."""
    options = _split(text, first, _GLUED)[1]
    return options if all(value for _, value in options[:-1]) else []


def _split(text: str, first: str, pattern: re.Pattern[str]) -> tuple[str, list[tuple[str, str]]]:
    wanted = ord(first)
    marks: list[tuple[str, int, int]] = []
    for found in pattern.finditer(text):
        letter = ascii_letter(found.group(1) or found.group(2))
        if ord(letter) == wanted:
            marks.append((letter, found.start(), found.end()))
            wanted += 1
    if not marks:
        return text, []
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    options = [
        (letter, text[start:end].strip())
        for (letter, _, start), end in zip(marks, ends, strict=True)
    ]
    return text[: marks[0][1]], options


def split_answer(text: str) -> tuple[str, str | None]:
    """Part an answer glued to the end of a stem or an option."""
    found = _GLUED_ANSWER.search(text) if "答" in text or "选项" in text else None
    if found is None:
        return text, None
    before, stated = text[: found.start()].rstrip(), text[found.end() :]
    if before[-1:] in _OPENING and before and stated.rstrip()[-1:] in _CLOSING:
        before, stated = before[:-1].rstrip(), stated.rstrip()[:-1]
    return before, stated


def split_explanation(text: str) -> tuple[str, str | None]:
    """Part an explanation glued to an answer."""
    found = _GLUED_EXPLANATION.search(text)
    return (text, None) if found is None else (text[: found.start()].rstrip(), text[found.end() :])


def has_answer_label(text: str) -> bool:
    """Whether the text holds a label that announces an answer."""
    return "答" in text and _GLUED_ANSWER.search(text) is not None
