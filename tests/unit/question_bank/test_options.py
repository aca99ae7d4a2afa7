"""Letters of options, and options that speak of the others by their place."""

from __future__ import annotations

import pytest

from question_bank.formats import read
from question_bank.formats.writers import WRITERS
from question_bank.kinds import QuestionType
from question_bank.options import in_letters, keeps_order, letter_of, lettered, places_of

TEN = [f"内容{number}号" for number in range(10)]


def test_no_two_options_have_the_same_letter():
    letters = [letter_of(place) for place in range(100)]
    assert letters[:10] == list("ABCDEFGHIJ")
    assert letters[25:28] == ["Z", "AA", "AB"]
    assert len(set(letters)) == 100


def test_items_get_the_letters_of_their_places():
    assert list(lettered("xyz")) == [("A", "x"), ("B", "y"), ("C", "z")]
    assert len(list(lettered(range(30)))) == 30


def test_letters_of_an_answer_lead_back_to_their_places():
    assert places_of("AIJ") == [0, 8, 9]
    assert in_letters(TEN, [[TEN[place] for place in places_of("AIJ")]]) == ["AIJ"]
    with pytest.raises(ValueError):
        places_of("A1")


@pytest.mark.parametrize("form", ["xlsx", "yaml", "docx", "gift", "xml", "zip"])
def test_a_question_of_ten_options_comes_back_whole_from_every_format(form):
    text = "questions:\n- type: multiple\n  stem: 下列哪些正确？\n  answer: AIJ\n  options:\n"
    text += "".join(f"  - {each}\n" for each in TEN)
    question = read(text.encode(), "ten.yaml").records[0].question
    assert question is not None and len(question.options) == 10
    written = WRITERS[form].write([question], {})
    name = "ten.txt" if form == "gift" else f"ten.{form}"
    back = read(written, name).records[0].question
    assert back is not None and [each.content for each in back.options] == [
        each.content for each in question.options
    ]
    right = [n for n, each in enumerate(back.options) if each.id in back.key.option_ids]
    assert right == [0, 8, 9]


@pytest.mark.parametrize(
    ("texts", "keeps"),
    [
        (["三日", "五日", "A和B都对", "七日"], True),
        ([*TEN[:9], "A和I都对"], True),
        ([*TEN[:9], "Ａ、Ｉ均正确"], True),
        (["三日", "五日", "以上都对", "七日"], True),
        (["三日", "五日", "十日", "七日"], False),
        (["GPS", "CPU", "IP", "USB"], False),
    ],
)
def test_options_that_speak_of_others_by_letter_keep_their_order(texts, keeps):
    assert keeps_order(QuestionType.MULTIPLE, texts) is keeps
