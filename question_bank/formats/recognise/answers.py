"""Answers as written: letters, true or false in all their signs, blanks, and type names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from question_bank.kinds import QuestionType

_TRUE = frozenset(
    [
        "对",
        "正确",
        "√",
        "✓",
        "✔",
        "☑",
        "✅",
        "是",
        "t",
        "true",
        "y",
        "yes",
        "真",
        "正",
        "v",
        "对的",
        "正确的",
    ]
)
_FALSE = frozenset(
    [
        "错",
        "错误",
        "×",
        "x",
        "✗",
        "✘",
        "❌",
        "☒",
        "╳",
        "否",
        "非",
        "f",
        "false",
        "n",
        "no",
        "假",
        "误",
        "不对",
        "不正确",
        "错的",
        "错误的",
    ]
)
_SURE_TRUE = frozenset(["对", "正确", "√", "✓", "✔", "☑", "✅", "true", "yes"])
_SURE_FALSE = frozenset(["错", "错误", "×", "✗", "✘", "❌", "☒", "╳", "false", "no"])
_LETTERS = re.compile(r"[A-Z](?:(?:[\s、,;/|&+┋#和与及]|\)\s*\()*[A-Z])*")
_BETWEEN = re.compile(r"[\s、,;/|&+┋#()和与及]+")
_SAYING = re.compile(
    r"^(?:该|此|本|这[个种一]?|上述|题干)?(?:说法|表述|观点|题干|题|判断)(?:是|为)?\s*[:：]?"
)
_CHOSEN = re.compile(r"^(?:应?该?选择?|故选)\s*[:：]?\s*(?=[(]?[A-Za-z])")

_TYPE_WORDS: tuple[tuple[str, QuestionType | None], ...] = (
    (r"不定项|(?<![A-Za-z])X\d?型", QuestionType.MULTIPLE),
    (r"(?<![A-Za-z])[ABC][1-4]?型|配伍|共用备选答案|共用选项", QuestionType.SINGLE),
    (r"多项选择|多选|复选", QuestionType.MULTIPLE),
    (r"单项选择|单选", QuestionType.SINGLE),
    (
        r"判断|是非|对错|正误|judg|true\s*[/-]?\s*(?:or\s*)?false|yes\s*/\s*no",
        QuestionType.TRUE_FALSE,
    ),
    (r"填空|完形|fill|blank|cloze|completion", QuestionType.FILL_BLANK),
    (r"single|multiple\s*choice\s*\(?single|radio", QuestionType.SINGLE),
    (r"multi(?:ple)?[\s-]*(?:answer|select|response)|checkbox", QuestionType.MULTIPLE),
    (r"short|essay|open|\btext\b", QuestionType.SHORT_ANSWER),
    (
        r"简答|问答|论述|简述|名词解释|案例分析|材料分析|辨析|主观|解答|分析题|写作|综合题",
        QuestionType.SHORT_ANSWER,
    ),
)
_CODES = {
    "single": QuestionType.SINGLE,
    "multiple": QuestionType.MULTIPLE,
    "true_false": QuestionType.TRUE_FALSE,
    "fill_blank": QuestionType.FILL_BLANK,
    "short_answer": QuestionType.SHORT_ANSWER,
}


def _norm(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("\ufe0f", "").strip()


def type_named(text: str) -> QuestionType | None:
    """The type that a heading, a tag or a type cell names, or None."""
    word = _norm(text)
    if (code := _CODES.get(word.lower())) is not None:
        return code
    for pattern, kind in _TYPE_WORDS:
        if re.search(pattern, word, re.IGNORECASE):
            return kind
    return None


_OPEN_TYPE = re.compile(
    r"选择|choice|思考|讨论|操作|实操|实务|计算|设计|综合|应用|案例|分析|编程|程序|公文|文书|解答|其他",
    re.IGNORECASE,
)


def names_open_type(text: str) -> bool:
    """Whether a type cell leaves it to the question which of the five types it is."""
    return _OPEN_TYPE.search(_norm(text)) is not None


def as_letters(text: str) -> str | None:
    """The letters of an answer such as `ABD`, `A、B`, `（ A ）`; None if it is no such answer.

    A letter stated twice stays twice: it is for the caller to doubt it.
    """
    word = _norm(text).upper()
    if word[:1] in "应选故":
        word = _CHOSEN.sub("", word)
    word = word.strip("()[]【】<>《》。.;:、, ")
    return _BETWEEN.sub("", word) if _LETTERS.fullmatch(word) and len(word) <= 60 else None


_SPAN = re.compile(r"(?<![A-Z])([A-Z])\s*(?:[-–—~～]+|至|到)\s*([A-Z])(?![A-Z])")
_ALL = re.compile(
    r"(?:以上|上述|所有|全部|各项)*(?:选项)?(?:全部?|都|均|皆)(?:是|对|选|正确|可以?|应选|包括|属于)*"
    r"|全选|全部选项?|以上(?:所有|各项)(?:选项)?(?:都|均)?(?:是|对|正确)?"
)


def spanned(text: str, marks: Sequence[str]) -> str | None:
    """The letters of an answer that names a span of the options, `A-D`, or all of them, 全选.

    None where it does neither, or names one that is not there.
    """
    word = _norm(text).upper().strip("()[]【】。.;:、, ")
    if len(word) > 20:
        return None
    if _ALL.fullmatch(word):
        return "".join(marks) or None
    spans = _SPAN.sub(lambda at: _between(at.group(1), at.group(2)), word)
    if spans == word or (found := as_letters(spans)) is None:
        return None
    return found if set(found) <= set(marks) else None


def _between(first: str, last: str) -> str:
    return "".join(chr(code) for code in range(ord(first), ord(last) + 1))


_OR = re.compile(r"\s*(?:或者|或|\bor\b)\s*", re.IGNORECASE)


def each_right(text: str) -> list[str]:
    """The parts of an answer that says `A 或 C`: each alone is right; one part where it does not."""
    return _OR.split(text.strip())


def as_answers(text: str) -> tuple[str, ...] | None:
    """The letters of an answer that may name several right ones: `AB` one, `A 或 C` two; None if it
    is no such answer."""
    read = [as_letters(each) for each in each_right(text)]
    found = tuple(each for each in read if each is not None)
    return found if len(found) == len(read) else None


def as_truths(text: str) -> frozenset[bool] | None:
    """Which of true and false an answer says are right: `正确`, `正确 或 错误`; None if neither."""
    read = [as_truth(each) for each in each_right(text)]
    found = frozenset(each for each in read if each is not None)
    return found if None not in read else None


def first_line(text: str) -> str:
    """The first line that says something."""
    return text.strip().partition("\n")[0].strip()


_LEADING = re.compile(
    r"([A-H](?:[\s、,]*[A-H]){0,7})(?=[\s,，。;；:：(（]|[一-鿿])(?![A-Za-z])\s*(.*)", re.DOTALL
)
_LEADING_TRUTH = re.compile(r"(正确|错误|对|错|√|×)(?=[\s,，。;；:：(（])\s*(.*)", re.DOTALL)


def leading_letters(text: str) -> tuple[str | None, str]:
    """Letters with words behind them (`B（依据第三条）`), and the words; None if there are none."""
    found = _LEADING.match(_norm(text))
    if found is None:
        return None, ""
    return _BETWEEN.sub("", found.group(1)), found.group(2).strip()


def leading_truth(text: str) -> tuple[bool | None, str]:
    """True or false with words behind it, and the words."""
    found = _LEADING_TRUTH.match(_norm(text))
    if found is None:
        return None, ""
    return as_truth(found.group(1)), found.group(2).strip()


def sign(text: str) -> str:
    """A sign that a legend may explain: 1, 2, A, B."""
    return _norm(text).strip("()[]【】。.;:， ").removesuffix(".0").upper()


def as_truth(text: str, sure: bool = False) -> bool | None:
    """Whether an answer says true or false; None if neither.

    `sure` takes only words that mean nothing else, for places where nothing says 判断.
    """
    word = _norm(text).lower().strip("()[]【】。.;:， ")
    if len(word) > 3:
        word = _SAYING.sub("", word)
    if word in (_SURE_TRUE if sure else _TRUE):
        return True
    if word in (_SURE_FALSE if sure else _FALSE):
        return False
    return None


_ANY_ORDER = re.compile(r"^[（(]顺序不限[)）]\s*")
# An escaped separator is out of sight, as a private-use character, while the text is parted.
_SEPARATORS = "\\;；|｜"
_SPECIAL = re.compile(r"([\\;；|｜])")
_HIDDEN = {f"\\{mark}": chr(0xE010 + place) for place, mark in enumerate(_SEPARATORS)}
_SHOWN = {0xE010 + place: mark for place, mark in enumerate(_SEPARATORS)}
_ESCAPED = re.compile("|".join(re.escape(each) for each in _HIDDEN))
_SPLITS = (
    *(r"[;；]", r"\n", r"[)）]\s*[(（]", r"、", r"[,，]", r"\s{2,}|\t|　", r"\s+", r"[|｜]", r"/"),
)
_IN_BRACKETS = re.compile(r"\s*(?:[（(][^（()）]+[)）]\s*)+$")
_PLACE = re.compile(
    r"(?:(?:^|(?<=[\s;；，,。]))(?:第[一二三四五六七八九十\d]{1,2}空\s*[:：]?|[（(]\d{1,2}[)）]|\d{1,2}[.、．](?!\d))"
    r"|[①②③④⑤⑥⑦⑧⑨⑩])\s*"
)


def escape(answer: str) -> str:
    """An accepted answer with its separators escaped, as `as_blanks` reads it."""
    return _SPECIAL.sub(r"\\\1", answer)


def unescape(answer: str) -> str:
    """The answer that `escape` was given."""
    return _ESCAPED.sub(lambda found: found.group()[1], answer)


def in_brackets(text: str) -> int:
    """How many answers there are if each is in brackets, `(甲)(乙)`; else 0."""
    return len(re.findall(r"[（(]", text)) if _IN_BRACKETS.match(text) else 0


def as_blanks(text: str, count: int) -> tuple[tuple[tuple[str, ...], ...], bool] | None:
    """The accepted answers of `count` blanks, and whether their order matters.

    `;` parts blanks and `|` parts answers that are equally good, as the template says; other
    separators are believed only when they give exactly the wanted number. None when none does.
    """
    ordered = not _ANY_ORDER.match(text)
    text = _ESCAPED.sub(lambda found: _HIDDEN[found.group()], _ANY_ORDER.sub("", text).strip())
    if (counted := _counted(text, count)) is not None:
        return counted, ordered
    for pattern in _SPLITS:
        if count == 1 and pattern in _SPLITS[-2:]:
            break
        parts = re.split(pattern, text)
        if count == 1 and pattern == _SPLITS[0]:
            parts = [text] if len(parts) != 1 else parts
        if len(parts) == count and all(part.strip() for part in parts):
            if pattern == _SPLITS[2]:
                parts = [part.strip("()（） ") for part in parts]
            return tuple(_accepted(part) for part in parts), ordered
    return None


def _counted(text: str, count: int) -> tuple[tuple[str, ...], ...] | None:
    """Answers that name their blanks, `第一空：甲 第二空：乙`, if they name every one."""
    parts = _PLACE.split(text)
    if len(parts) != count + 1 or parts[0].strip() or not all(each.strip() for each in parts[1:]):
        return None
    return tuple(_accepted(each.strip().strip(";；，,")) for each in parts[1:])


def _accepted(part: str) -> tuple[str, ...]:
    answers = (each.strip().translate(_SHOWN) for each in re.split(r"[|｜]", part))
    return tuple(each for each in answers if each)


def difficulty_named(text: str) -> int | None:
    """1 (easy) to 5 (hard), from a number or a word; None if it says neither."""
    word = _norm(text).removesuffix("度")
    words = {"易": 1, "容易": 1, "简单": 1, "较易": 2, "中": 3, "中等": 3, "适中": 3, "一般": 3}
    words |= {"较难": 4, "偏难": 4, "难": 5, "困难": 5, "很难": 5}
    if word in words:
        return words[word]
    return int(word) if word in ("1", "2", "3", "4", "5") else None
