"""What is easily guessed is no password; what is long and of one's own is one."""

from __future__ import annotations

import pytest

from learnapp.domain.accounts.passwords import check_password
from learnapp.domain.core.errors import RuleBroken
from learnapp.services.accounts.passwords import words_of

ABOUT = ("p10023", *words_of(["张三丰", "云岭市公安局城关派出所"]))


@pytest.mark.parametrize(
    "weak",
    [
        "police110",
        "Police@110",
        "ｐｏｌｉｃｅ１１０",
        "jingcha2024",
        "Jingcha110!",
        "gongan110",
        "fayuan2025",
        "qwer1234",
        "1qaz2wsx",
        "1qaz@WSX",
        "asdfghjkl",
        "zxcvbnm1",
        "woaini1314",
        "a1b2c3d4",
        "abcd1234",
        "Aa123456",
        "P@ssw0rd",
        "password1",
        "iloveyou",
        "admin888",
        "summer2026",
        "wangwei1985",
        "xiaoming88",
        "lixiaoming1990",
        "liuyang520",
        "woshijingcha",
        "zhangsanfeng1",
        "Zhangsanfeng@88",
        "zsf19900101",
        "chengguan2026",
        "yunling@2026",
        "城关派出所2026",
        "p10023p10023",
        "P10023!!",
        "rixue2026",
        "learnapp1",
        "mima123456",
        "xuexiqiangguo",
        "学习强国2026",
        "jing110cha",
        "青溪城关派出所1",
        "police-gongan",
    ],
)
def test_what_is_guessed_first_is_refused(weak):
    with pytest.raises(RuleBroken) as refused:
        check_password(weak, ABOUT)
    assert refused.value.code == "password_weak"


@pytest.mark.parametrize(
    "digits",
    [
        "12345678",
        "5201314520",
        "13812345678",
        "1990-01-01",
        "11010119900307123X",
        "１３８００１３８０００",
    ],
)
def test_a_number_that_others_know_is_refused(digits):
    with pytest.raises(RuleBroken) as refused:
        check_password(digits, ABOUT)
    assert refused.value.code == "password_digits"


@pytest.mark.parametrize(
    "good",
    [
        "correct horse 7",
        "xkqzvwpb",
        "T7#kq9Lm",
        "blue tree 42 river",
        "tangshi-sanbaishou",
        "xiexie-nihao-2",
        "demo-learn-2026",
        "春眠不觉晓处处闻啼鸟",
        "a" + "好" * 3 + "x9-qr",
    ],
)
def test_what_takes_many_guesses_is_taken(good):
    check_password(good, ABOUT)


@pytest.mark.parametrize(("length", "code"), [(7, "password_short"), (129, "password_long")])
def test_length_is_said_by_itself(length, code):
    with pytest.raises(RuleBroken) as refused:
        check_password(("kx7-pq2mz" * 20)[:length], ABOUT)
    assert refused.value.code == code


def test_a_repeat_of_any_length_is_weak():
    with pytest.raises(RuleBroken):
        check_password("ab" * 64, ABOUT)
