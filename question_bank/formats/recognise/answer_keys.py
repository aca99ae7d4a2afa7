"""From an answer as it was written to a key, or to the reason why it gives none."""

from __future__ import annotations

import re

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import LineKind
from question_bank.formats.recognise.lines import content_of, plain
from question_bank.formats.recognise.marks import split_explanation
from question_bank.formats.recognise.parts import Parts
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Key, Option, TextKey, choice_key

_NAMED = re.compile(
    r"([A-H])\s*[.、．:：)]\s*(.+?)\s*[；;，,。┋|]?\s*(?=[A-H]\s*[.、．:：)]|$)", re.DOTALL
)

# Letters first, then the texts of all of them: `AB:甲;乙;`.
_TOGETHER = re.compile(r"^\s*([A-H]{1,8})\s*[:：]\s*(.+)$", re.DOTALL)
_LISTED = re.compile(r"[、，,；;|｜┋\n]")
# An option that speaks of the others: 以上都是 may be its text, or all of them.
_OF_ALL = re.compile(r"以上|上述|全部|都[是对]|均")
# Two ways to fill one gap, or an answer with a stroke in it: 值班员或值班长, 2/两.
_ALTERNATIVES = re.compile(r"[^/或\d]{1,12}或[^/或]{1,12}|[^/]{1,12}[/／][^/\d]{1,12}")


def key_of(parts: Parts, kind: QuestionType, options: tuple[Option, ...], stem: str) -> Key | None:
    """The key that the answers give; None, with a doubt, when they give none or several."""
    _part_explanation(parts)
    stated = [each for each in parts.answers if each.strip()]
    if not stated and not (kind is QuestionType.SHORT_ANSWER and parts.points):
        parts.doubt("no_answer")
        return None
    if kind is QuestionType.FILL_BLANK:
        return _blank_key(parts, stated, content_of(stem, blanks=True).blanks)
    if kind is QuestionType.SHORT_ANSWER:
        return TextKey(plain("\n".join(stated)), parts.points)
    keys = [_choice_keys(parts, kind, options, each) for each in stated]
    if any(key is None for key in keys):
        return None
    if any(key != keys[0] for key in keys):
        parts.doubt("answers_differ", answers=[each[:40] for each in stated])
        return None
    return keys[0]


def _part_explanation(parts: Parts) -> None:
    """An explanation behind an answer goes where it belongs; one that goes on to ask is doubted."""
    for place, each in enumerate(parts.answers):
        stated, explained = split_explanation(each)
        if explained is None:
            continue
        parts.answers[place] = stated
        parts.explanation = "\n".join(filter(None, [parts.explanation, explained.strip()]))
        for line in explained.strip().split("\n")[1:]:
            what = classify(line)
            if what.kind is LineKind.HEADING or (
                what.kind is LineKind.NUMBER and what.name != "point"
            ):
                parts.doubt("number_inside", text=line.strip()[:40])


def _first_line(parts: Parts, stated: str) -> str:
    """The answer's first line; what is below it was swallowed, and is doubted."""
    first, _, rest = stated.strip().partition("\n")
    if rest.strip():
        parts.doubt("answer_with_stray_text", text=rest.strip()[:80])
    return first


def _choice_keys(
    parts: Parts, kind: QuestionType, options: tuple[Option, ...], stated: str
) -> ChoiceKey | None:
    """The key of an answer that may name several right ones (`A 或 C`)."""
    each_alone = answers.each_right(plain(stated))
    several = answers.as_truths if kind is QuestionType.TRUE_FALSE else answers.as_answers
    if len(each_alone) == 1 or several(plain(stated)) is None:
        return _choice_key(parts, kind, options, stated)
    keys = [_choice_key(parts, kind, options, each) for each in each_alone]
    found = [each.option_ids for each in keys if each is not None]
    return choice_key(found) if len(found) == len(keys) else None


def _choice_key(
    parts: Parts, kind: QuestionType, options: tuple[Option, ...], stated: str
) -> ChoiceKey | None:
    stated = plain(stated)
    if kind is QuestionType.TRUE_FALSE:
        return _truth_key(parts, stated)
    marks = [letter for letter, _ in parts.options]
    chosen = chosen_letters(parts, stated)
    if chosen is None and (chosen := answers.as_letters(answers.first_line(stated))):
        _first_line(parts, stated)
    if chosen is None:
        chosen, behind = answers.leading_letters(stated)
        if chosen and not _take_reason(parts, behind):
            parts.doubt("answer_with_stray_text", text=behind[:80])
    if not chosen:
        parts.doubt("answer_not_letters", answer=stated[:40])
        return None
    if len(set(chosen)) < len(chosen):
        parts.doubt("answer_letter_twice", answer=chosen)
        return None
    if beyond := "".join(each for each in chosen if each not in marks):
        parts.doubt("key_beyond_options", letters=beyond)
        return None
    if kind is QuestionType.SINGLE and len(chosen) > 1:
        parts.doubt("type_disagrees", {"type": "multiple"}, type=str(kind), answer=chosen)
    return ChoiceKey(frozenset(options[marks.index(each)].id for each in chosen))


# What says why, behind an answer: a remark in brackets, or one that its first word announces.
_REASON = re.compile(
    r"[（(【\[](?:[^（()）【】\[\]]|[（(][^（()）]*[)）])+[)）】\]]。?"
    r"|(?:法条|法律|答案)?(?:依据|出处|来源|根据|详见|参见|见|理由|解析)\s*[:：]?\s*\S.*"
)
_SHORTEST_REASON = 3


def _take_reason(parts: Parts, behind: str) -> bool:
    """Take for the explanation what is behind an answer, if it says of itself that it is one."""
    text = behind.strip()
    if "\n" in text or len(text) <= _SHORTEST_REASON or not _REASON.fullmatch(text):
        return False
    parts.explanation = "\n".join(filter(None, [parts.explanation, text]))
    return True


def chosen_letters(parts: Parts, stated: str) -> str | None:
    """The letters that an answer names: as such, by the texts of options, as a span or as all."""
    found = (
        letters_among(parts, stated)
        or _letter_of_text(parts, stated)
        or letters_and_texts(parts, stated)
        or _letters_of_texts(parts, stated)
        or answers.as_letters(stated)
    )
    if found is not None or any(_OF_ALL.search(text) for _, text in parts.options):
        return found
    return answers.spanned(stated, [letter for letter, _ in parts.options])


def letters_among(parts: Parts, stated: str) -> str | None:
    """The letters of an answer, if each is the mark of an option: `SSH` is a text."""
    found = answers.as_letters(stated)
    marks = {letter for letter, _ in parts.options}
    return found if found and set(found) <= marks else None


def _letter_of_text(parts: Parts, stated: str) -> str | None:
    """The letter of the one option whose text the answer repeats."""
    same = [letter for letter, text in parts.options if plain(text) == stated.strip()]
    return same[0] if len(same) == 1 and stated.strip() else None


def _letters_of_texts(parts: Parts, stated: str) -> str | None:
    """The letters of the options whose texts the answer lists, `物证、书证`, each of them once."""
    texts = {plain(text): letter for letter, text in parts.options}
    listed = [each.strip() for each in _LISTED.split(stated) if each.strip()]
    if len(listed) < 2 or len(texts) < len(parts.options) or not all(e in texts for e in listed):
        return None
    return (
        "".join(sorted({texts[each] for each in listed})) if len({*listed}) == len(listed) else None
    )


def letters_and_texts(parts: Parts, stated: str) -> str | None:
    """The letters of an answer that repeats the options it names: `B. 乙`, `A.甲 C.丙`."""
    options = dict(parts.options)
    if (found := _TOGETHER.match(stated)) and _texts_of(found.group(2)) == [
        plain(options.get(mark, "")) for mark in found.group(1)
    ]:
        return found.group(1)
    named = _NAMED.findall(stated)
    if not named or not all(plain(options.get(mark, "")) == text.strip() for mark, text in named):
        return None
    return "".join(mark for mark, _ in named)


def _texts_of(text: str) -> list[str]:
    return [each.strip() for each in re.split(r"[;；]", text) if each.strip()]


def _truth_key(parts: Parts, stated: str) -> ChoiceKey | None:
    first = answers.first_line(stated)
    truth = _truth(parts, stated)
    if truth is None and first != stated.strip():
        truth = _truth(parts, first)
        if truth is not None:
            _first_line(parts, stated)
    if truth is None:
        truth, behind = answers.leading_truth(first)
        if truth is not None and not _take_reason(parts, behind):
            parts.doubt("answer_with_stray_text", text=behind[:80])
    if truth is None:
        letter = answers.as_letters(first)
        if letter and parts.options and letter not in [mark for mark, _ in parts.options]:
            parts.doubt("key_beyond_options", letters=letter)
        else:
            parts.doubt("answer_not_true_false", answer=stated[:40])
        return None
    return ChoiceKey(frozenset({"true" if truth else "false"}))


# What cells mean under 判断 where nothing says it: a person confirms it.
_USUAL = {"1": True, "0": False}


def _truth(parts: Parts, stated: str) -> bool | None:
    """True or false by the words, by the option that the letter names, or by the legend."""
    truth = answers.as_truth(stated, sure=bool(parts.options))
    if truth is not None:
        return truth
    letter = answers.as_letters(stated)
    if letter is not None and len(letter) == 1 and parts.options:
        meant = [answers.as_truth(text) for mark, text in parts.options if mark == letter]
        return meant[0] if len(meant) == 1 else None
    sign = answers.sign(stated)
    if parts.by_column and not parts.legend and not parts.options and sign in _USUAL:
        parts.doubt("truth_by_sign", sign=sign, truth="正确" if _USUAL[sign] else "错误")
        return _USUAL[sign]
    return parts.legend.get(sign)


def _blank_key(parts: Parts, stated: list[str], blanks: int) -> BlankKey | None:
    if not blanks:
        parts.doubt("no_blanks", {"stem": f"{plain(parts.stem)}____"})
        return None
    found = answers.as_blanks(plain("\n".join(stated)), blanks)
    if found is None:
        parts.doubt("blank_count", wanted=blanks)
        return None
    if wrapped := next((a for gap in found[0] for a in gap if "\n" in a), None):
        parts.doubt("answer_with_stray_text", text=wrapped.partition("\n")[2][:80])
    alternatives = [a for gap in found[0] for a in gap if _ALTERNATIVES.fullmatch(a.strip())]
    if blanks == 1 and alternatives:
        parts.doubt("blank_alternatives", answer=alternatives[0][:40])
    return BlankKey(*found)
