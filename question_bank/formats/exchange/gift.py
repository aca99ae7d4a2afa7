"""Reading GIFT, Moodle's text format: questions parted by empty lines, answers in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from question_bank.content import Content
from question_bank.formats.exchange import labelled_fields
from question_bank.formats.exchange.inline_pictures import out_of_text
from question_bank.formats.exchange.markup import text_of_html
from question_bank.formats.exchange.structured import GivenQuestion, record_of
from question_bank.formats.exchange.tags import take_tags
from question_bank.formats.recognise.lines import MOST_LINES, content_of
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import BankFile, MediaFile, Note, Record, Refused, Where
from question_bank.kinds import QuestionType
from question_bank.options import lettered

# Escaped signs are out of sight, as private-use characters, while a question is parted.
_SIGNS = "\\~=#{}:"
_HIDDEN = {sign: chr(0xE020 + place) for place, sign in enumerate(_SIGNS)}
_SHOWN = {0xE020 + place: sign for place, sign in enumerate(_SIGNS)}
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_OURS = re.compile("[\ue020-\ue027]")
_CATEGORY = re.compile(r"^\$CATEGORY:\s*(.*?)\s*$")
_TAG = re.compile(r"\[tag:((?:\\.|[^\]\\])*)\]")
_FORMAT = re.compile(r"^\[(html|moodle|plain|markdown)\]")
_MARKUP = re.compile(
    r"</?(?:p|br|b|i|em|strong|span|div|img|ul|ol|li|sub|sup|u|table|pre|code)\b[^<>]*/?>", re.I
)
_ANSWER = re.compile(r"([=~])\s*(?:%(-?\d{1,3}(?:\.\d{1,7})?)%)?([^=~]*)")
_NUMBER = re.compile(r"[=~]\s*(?:%(-?[\d.]{1,8})%)?([^=~]*)")
_TRUE = frozenset({"T", "TRUE"})
_FALSE = frozenset({"F", "FALSE"})
_GAP = re.compile(r"_{2,}")
_MOST = 20_000


@dataclass(slots=True)
class _Block:
    """The lines of one question."""

    start: int
    lines: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    @property
    def where(self) -> Where:
        return Where(paragraph=self.start).reaching(self.start + len(self.lines) - 1)


def read_gift(data: bytes) -> BankFile:
    """The questions of a GIFT file; raises Refused if it is no text or far too long."""
    lines = decode(data).split("\n")
    if len(lines) > MOST_LINES:
        raise Refused("too_large", lines=len(lines), limit=MOST_LINES)
    records: list[Record] = []
    notes: list[Note] = []
    media: dict[str, MediaFile] = {}
    category: tuple[str, ...] = ()
    for block in _blocks(lines):
        if named := _CATEGORY.match(block.lines[0]):
            category = category_path(named.group(1))
            notes.append(Note("heading", {"text": named.group(1)[:80]}, block.where))
            continue
        text = "\n".join(block.lines)
        if "{" not in (hidden := _hide(text)):
            notes.append(Note("text_outside", {"text": text.strip()[:200]}, block.where))
            continue
        if len(records) == _MOST:
            raise Refused("too_large", questions=_MOST)
        given = _given(hidden, GivenQuestion(block.where, None, category=category, raw=text))
        take_tags(given, block.tags)
        given.stem = out_of_text(given.stem, media)
        given.options = [out_of_text(each, media) for each in given.options]
        given.explanation = out_of_text(given.explanation, media)
        if given.passage is not None:
            given.passage = out_of_text(given.passage, media)
        records.append(record_of(given))
    return BankFile("gift", records, notes, media)


def looks_like_gift(text: str) -> bool:
    """Whether a text is GIFT: most of its blocks have an answer in braces as GIFT writes it."""
    asked = seen = 0
    if "{" not in text:
        return False
    for block in _blocks(text[:200_000].split("\n")):
        first = block.lines[0]
        if _CATEGORY.match(first):
            return True
        _, opened, rest = _hide("\n".join(block.lines)).partition("{")
        inside, closed, _ = rest.partition("}")
        asked += bool(opened and closed) and _answers_like(inside.strip())
        seen += 1
        if seen == 200:
            break
    return asked > 0 and asked * 2 >= seen


def _answers_like(inside: str) -> bool:
    word = inside.split("#")[0].strip().upper()
    return not inside or inside[0] in "=~#" or word in _TRUE | _FALSE


def category_path(text: str) -> tuple[str, ...]:
    """A Moodle category such as $course$/top/刑法/总则 as our path; // is a slash in a name."""
    steps = [each.replace("\0", "/").strip() for each in text.replace("//", "\0").split("/")]
    steps = [each for each in steps if each]
    while steps and (steps[0] == "top" or (steps[0].startswith("$") and steps[0].endswith("$"))):
        steps.pop(0)
    return tuple(each[:80] for each in steps)


def _hide(text: str) -> str:
    """The text with its escapes resolved and the escaped signs out of sight."""
    return _ESCAPE.sub(_unescaped, _OURS.sub("", text))


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found.group(1) == "n" else _HIDDEN[found.group(1)]


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """The questions' lines: an empty line ends one, unless its braces are still open."""
    now = _Block(1)
    depth = 0
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith("//"):
            now.tags += [re.sub(r"\\(.)", r"\1", tag).strip() for tag in _TAG.findall(bare)]
            continue
        if _CATEGORY.match(bare):
            if now.lines:
                yield now
            yield _Block(number, [bare])
            now, depth = _Block(number + 1), 0
            continue
        if not bare and depth <= 0:
            if now.lines:
                yield now
                now = _Block(number + 1)
            depth = 0
            continue
        if now.lines and depth <= 0 and bare.startswith("::") and "}" in _hide(now.lines[-1]):
            yield now  # a title opens a question even where the empty line was forgotten
            now, depth = _Block(number), 0
        if not now.lines:
            now.start = number
        if bare:
            now.lines.append(line)
            hidden = _hide(line)
            depth += hidden.count("{") - hidden.count("}")
    if now.lines:
        yield now


def _given(text: str, given: GivenQuestion) -> GivenQuestion:
    """Fill in a question from its text, in which escaped signs are out of sight."""
    text = text.strip()
    if text.startswith("::") and "::" in text[2:]:
        text = text[2:].partition("::")[2].strip()
    form = ""
    if found := _FORMAT.match(text):
        form, text = found.group(1), text[found.end() :]
    before, _, rest = text.partition("{")
    inside, closed, after = rest.rpartition("}")
    if not closed:
        inside, after = rest, ""
        given.doubt("brace_open")
    inside, _, feedback = inside.partition("####")
    stem = labelled_fields.parted(_text(before, form), labelled_fields.QUESTION)
    if passage := stem.get(labelled_fields.PASSAGE):
        given.passage = content_of(passage)
    stated = labelled_fields.parted(_text(feedback, form), labelled_fields.EXPLANATION)
    given.explanation = content_of(stated.get(labelled_fields.EXPLANATION, ""))
    asked = stem.get(labelled_fields.QUESTION, "")
    behind = _text(after, form)
    _answer(given, inside.strip(), asked, behind, form)
    if given.type is QuestionType.SHORT_ANSWER:
        given.reference = stated.get(labelled_fields.REFERENCE, "")
        given.points = tuple(filter(None, stated.get(labelled_fields.POINTS, "").split("\n")))
    return given


def _text(text: str, form: str = "") -> str:
    """What a person reads of a piece of the question."""
    text = text.strip()
    if found := _FORMAT.match(text):
        form, text = found.group(1), text[found.end() :]
    shown = text.translate(_SHOWN)
    if form == "html" or (form in ("", "moodle") and _MARKUP.search(shown)):
        return text_of_html(shown)
    return shown.strip()


def _answer(given: GivenQuestion, inside: str, asked: str, behind: str, form: str) -> None:
    word = inside.partition("#")[0].strip().upper()
    if not inside:
        given.type = QuestionType.SHORT_ANSWER
        given.stem = content_of("\n".join(filter(None, [asked, behind])))
    elif word in _TRUE | _FALSE:
        given.type = QuestionType.TRUE_FALSE
        given.right = frozenset({0 if word in _TRUE else 1})
        given.stem = content_of(f"{asked} {behind}".strip())
        hints = [_text(each, form) for each in inside.split("#")[1:]]
        _explain(given, [("", each) for each in hints])
    elif inside.startswith("#"):
        _numerical(given, inside[1:].strip(), asked, behind)
    else:
        _listed(given, inside, asked, behind, form)


def _listed(given: GivenQuestion, inside: str, asked: str, behind: str, form: str) -> None:
    """A list of answers: choices, blanks, or pairs to match."""
    found = list(_ANSWER.finditer(inside))
    answers = [(f.group(1), f.group(2), *_hinted(f.group(3), form)) for f in found]
    if not answers or inside[: found[0].start()].strip():
        given.doubt("answer_unreadable", answer=inside.translate(_SHOWN)[:40])
        given.type = QuestionType.SHORT_ANSWER
        given.stem = content_of(asked)
        return
    if all(sign == "=" for sign, *_ in answers):
        if all("->" in text for _, _, text, _ in answers):
            given.stem = content_of(asked)  # pairs to match: no type of ours
            return
        _blank(given, asked, behind, [(text, weight) for _, weight, text, _ in answers])
        _explain(given, [(text, hint) for _, _, text, hint in answers])
        return
    weights = [_weight(sign, weight) for sign, weight, *_ in answers]
    # As Moodle reads it: an equals sign makes it single; weights alone make it multiple.
    single = any(sign == "=" for sign, *_ in answers) or not any(weights)
    given.type = QuestionType.SINGLE if single else QuestionType.MULTIPLE
    full = 100.0 if given.type is QuestionType.SINGLE else 0.001
    given.right = frozenset(place for place, each in enumerate(weights) if each >= full)
    if given.type is QuestionType.SINGLE and any(0 < each < 100 for each in weights):
        given.doubt("partial_credit")
    given.options = [content_of(text) for _, _, text, _ in answers]
    stem = f"{asked} ____ {behind}" if behind else asked
    given.stem = content_of(stem)
    _explain(given, [(letter, hint) for letter, (_, _, _, hint) in lettered(answers)])


def _weight(sign: str, weight: str | None) -> float:
    return float(weight) if weight is not None else 100.0 if sign == "=" else 0.0


def _hinted(text: str, form: str) -> tuple[str, str]:
    """An answer and the feedback behind it."""
    answer, _, hint = text.partition("#")
    return _text(answer, form), _text(hint, form)


def _explain(given: GivenQuestion, hints: list[tuple[str, str]]) -> None:
    """Feedback on single answers, as lines of the explanation."""
    lines = [f"{name}：{hint}" if name else hint for name, hint in hints if hint]
    if lines:
        given.explanation = content_of("\n".join([given.explanation.plain, *lines]).strip())


def _blank(
    given: GivenQuestion, asked: str, behind: str, answers: list[tuple[str, str | None]]
) -> None:
    """One gap with its accepted answers: where the braces stood, or at a gap already drawn."""
    given.type = QuestionType.FILL_BLANK
    given.stem = gap_stem(asked, behind)
    full = [text for text, weight in answers if weight is None or float(weight) >= 100]
    given.blanks = (tuple(filter(None, full or [text for text, _ in answers])),)
    if len(full) < len(answers):
        given.doubt("partial_credit")
    if any("*" in text.replace("\\*", "") for text, _ in answers):
        given.doubt("wildcard")


def gap_stem(asked: str, behind: str = "") -> Content:
    """A stem with one gap: one that is drawn in it, else between the two texts."""
    if not behind and len(_GAP.findall(asked)) == 1:
        return content_of(asked, blanks=True)
    text = f"{_GAP.sub('_', asked)}____{_GAP.sub('_', behind)}"
    return content_of(text, blanks=True)


def _numerical(given: GivenQuestion, inside: str, asked: str, behind: str) -> None:
    """A number, with a tolerance (3.14:0.01) or a range (1..5): such is left for a person."""
    found = _NUMBER.findall(inside) or [("", inside)]
    values = [(weight or None, text.partition("#")[0].strip()) for weight, text in found]
    exact = [
        (re.sub(r":0*\.?0*$", "", text.translate(_SHOWN)), weight)
        for weight, text in values
        if text
    ]
    _blank(given, asked, behind, exact)
    if any(":" in text or ".." in text for text, _ in exact):
        exact_text = "; ".join(text for text, _ in exact)[:60]
        given.doubt("number_with_tolerance", answer=exact_text)
