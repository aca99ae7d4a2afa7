"""A question's data in words, in both languages."""

from __future__ import annotations

import pytest

from learnapp.wording.questions import (
    answer_text,
    any_answer_label,
    either,
    key_text,
    library_sentence,
    place_label,
    void_sentence,
)
from question_bank.messages import message

OPTIONS = [{"id": f"o{n}"} for n in range(10)]


def choice(*answers: list[str], kind: str = "multiple") -> dict[str, object]:
    """A stored choice with its whole answers, the first and those beside it."""
    key = {"options": answers[0], "also": list(answers[1:])}
    return {"type": kind, "options": OPTIONS, "key": key}


def test_the_answer_of_a_choice_is_its_letters():
    assert answer_text("zh", choice(["o0", "o2"])) == "AC"


def test_a_ninth_and_a_tenth_option_have_letters_of_their_own():
    assert answer_text("zh", choice(["o0", "o8", "o9"])) == "AIJ"


def test_several_right_answers_are_joined_by_or():
    record = choice(["o0"], ["o2"])
    assert (answer_text("zh", record), answer_text("en", record)) == ("A 或 C", "A or C")
    assert either("en", ["A", "B"]) == "A or B"


def test_true_and_false_are_words():
    record = choice(["true"], kind="true_false")
    assert (answer_text("zh", record), answer_text("en", record)) == ("正确", "Right")


def test_blanks_and_references_are_their_texts():
    blanks = {"key": {"blanks": [["三十日", "30日"], ["书面"]]}}
    assert answer_text("zh", blanks) == "三十日 / 30日；书面" == key_text("zh", blanks["key"])
    text = {"key": {"text": "依法办理。", "points": ["表明身份"]}}
    assert answer_text("zh", text) == "依法办理。\n表明身份"
    assert (
        key_text("zh", text["key"]) == "依法办理。" and key_text("zh", {"options": ["o0"]}) is None
    )


def test_a_question_without_a_key_has_no_answer():
    assert answer_text("zh", {}) == ""


def test_that_any_of_several_answers_is_right_is_said_in_the_readers_letters():
    ids = ["o2", "o0", "o1"]
    assert any_answer_label("zh", ids, [["o0"], ["o2"]]) == "A 或 B，任何一个都对"
    assert any_answer_label("en", ids, [["o0"], ["o2"]]).startswith("A or B")
    assert any_answer_label("zh", ids, [["o0"]]) is None


@pytest.mark.parametrize(
    ("ruling", "chinese"),
    [
        ("void_full", "此题作废：卷上有它的人都得满分。"),
        ("void_out", "此题作废：不计分，满分和合格线都已扣除它的分数。"),
    ],
)
def test_a_void_question_says_what_it_means_for_the_marks(ruling, chinese):
    assert void_sentence("zh", ruling) == chinese
    assert void_sentence("en", ruling).isascii()
    assert void_sentence("zh", "key") is None


def test_the_library_is_asked_in_the_same_language():
    for language in ("zh", "en"):
        told = library_sentence(language, "gave_up", {"attempts": 3})
        assert told == message("gave_up", {"attempts": 3}, language) and "3" in told
    place = {"sheet": "单选", "row": 3}
    assert place_label("zh", place) != place_label("en", place)
    assert "3" in place_label("zh", place)
