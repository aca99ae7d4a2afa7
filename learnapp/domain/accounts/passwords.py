"""What may be a password: long enough, not easily guessed, not one of the last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from learnapp.domain.core.errors import RuleBroken

PASSWORD_LENGTH = (8, 128)
LAST_PASSWORDS = 5  # remembered, the present one among them
# How many guesses must be needed at the least, as a power of ten; zxcvbn counts them by word lists,
# keyboard runs, dates, repeats. Sign-in lets a stranger try some hundreds a day.
_LEAST_GUESSES = 7.3
_LEAST_OWN = 4  # letters, characters and digits beside what others connect with the person
_LOOKED_AT = 72  # characters: what comes after only makes it harder

# What passwords of this field begin with: the trade, the product, common words in pinyin.
_OF_THE_FIELD = """
police jingcha gongan minjing fujing ganjing paichusuo xingjing jiaojing tejing zhongdui dadui
court fayuan faguan jianchayuan jianchaguan sifa sifaju zhengfa zhengfawei jianyu shuji
learnapp rixue zhouce yuekao xuexi kaoshi dangyuan dangwei renmin zhongguo beijing china
mima wodemima woaini nihao admin administrator root guanliyuan ceshi test user yonghu
password passwd letmein welcome huanying fighting jiayou demo learn study exam
学习强国 强国 xuexiqiangguo qiangguo daxuexi zhengzhi lilun
日学 周测 月考 学习 考试 警察 公安 民警 辅警 法院 法官 检察院 司法局 政法委 密码 管理员 中国
"""

_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
    "(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|an|en|in|un|ia|ua|uo"
    "|a|o|e|i|u|v)|er|an|ai|ao|ou|en"
)
_LIKE_A_NAME = re.compile(f"(?:{_SYLLABLE}){{2,3}}")
_SIGNS, _DIGITS = re.compile(r"[\W_]"), re.compile(r"\d")
_LETTERS = re.compile("[a-z]+")


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Raise RuleBroken("password", …) unless it is long enough and not easily guessed.

    `about` are words that others connect with the person: login names, their name and unit, in
    characters and pinyin. Length and a list over composition, as NIST SP 800-63B section 5.1.1.2
    advises. Codes: password_short, password_long, password_digits, password_weak.
    """
    low, high = PASSWORD_LENGTH
    if len(password) < low:
        raise RuleBroken("password", "password_short", least=low)
    if len(password) > high:
        raise RuleBroken("password", "password_long", most=high)
    plain = unicodedata.normalize("NFKC", password).lower()
    # An identity card, a telephone, a date: numbers of a person are known to many.
    if re.fullmatch(r"[\d\s.\-]+x?", plain):
        raise RuleBroken("password", "password_digits")
    every = (*about, *_OF_THE_FIELD.split(), *_names_in(plain))
    # In order: the guesses for a word grow with its place, and those of the person come first.
    words = list(dict.fromkeys(word.lower() for word in every if len(word) > 1))
    looked_at = plain[:_LOOKED_AT]
    if _own(looked_at, words) < _LEAST_OWN or _guesses(looked_at, words) < _LEAST_GUESSES:
        raise RuleBroken("password", "password_weak")


def _own(plain: str, words: Iterable[str]) -> int:
    """How many letters, characters and digits are left beside words that others know."""
    known = (each for each in words if len(each) > (2 if each.isascii() else 1))
    for word in sorted(known, key=len, reverse=True):
        plain = plain.replace(word, "")
    return len(_SIGNS.sub("", plain))


def _guesses(plain: str, words: list[str]) -> float:
    """How many guesses it takes, as a power of ten; a sign or a digit put into a word makes it
    tenfold."""
    from zxcvbn import zxcvbn  # its word lists take 13 MB, and few processes set a password

    found = float(zxcvbn(plain, user_inputs=words)["guesses_log10"])
    for put_in in (_SIGNS, _DIGITS):
        bare = put_in.sub("", plain)
        if bare and bare != plain:
            without = float(zxcvbn(bare, user_inputs=words)["guesses_log10"])
            found = min(found, without + len(plain) - len(bare))
    return found


def _names_in(plain: str) -> list[str]:
    """What reads as a name in pinyin, where it is the only word: 王伟 and a year, 小明 and two digits."""
    runs = (_LETTERS.findall(plain), _LETTERS.findall(_SIGNS.sub("", plain)))
    return [run[0] for run in runs if len(run) == 1 and _LIKE_A_NAME.fullmatch(run[0])]
