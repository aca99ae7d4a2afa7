"""How names are spelt, sorted and searched: people's, units', login names, one-time codes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from learnapp.domain.core import pinyin

# Dashes and dots that phones and office programs put for the plain ones.
_PLAIN = str.maketrans({dash: "-" for dash in "‐‑‒–—―−﹘﹣－"} | {"．": ".", "。": ".", "＿": "_"})
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
LONGEST_NAME = 200

# Readings that a character has as a surname and not elsewhere, the two-character ones first.
_SURNAMES = {
    "单于": "chan yu",
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "盖": "ge",
    "朴": "piao", "翟": "zhai", "员": "yun", "贠": "yun", "乐": "yue", "缪": "miao", "洗": "xian",
    "覃": "qin", "繁": "po", "召": "shao", "折": "she", "种": "chong", "祭": "zhai", "秘": "bi",
    "牟": "mu", "郇": "xun", "佴": "nai", "隗": "wei", "阚": "kan", "都": "du", "卜": "bu",
    "藏": "zang",
}  # fmt: skip


def clean_name(raw: str) -> str:
    """A person's or a unit's name as stored.

    Without unseen characters; without any space where it is Chinese (张　三 is 张三), else with
    single ones; Latin letters and digits of full width become plain, brackets stay as written.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", raw))
    text = "".join(
        unicodedata.normalize("NFKC", char) if "０" <= char <= "ｚ" and char.isalnum() else char
        for char in text
    )
    words = text.split()
    return ("" if _HAN.search(text) else " ").join(words)


def name_key(raw: str) -> str:
    """What two spellings of one name share: width, case, spaces and brackets make no difference."""
    return "".join(unicodedata.normalize("NFKC", clean_name(raw)).casefold().split())


def clean_login(raw: str) -> str:
    """What was typed as a login name: plain width, plain dashes, no spaces, lower case."""
    return _plain(raw).lower()


def clean_code(raw: str) -> str:
    """What was typed as a one-time code: plain width, capitals, without dashes and spaces."""
    return _plain(raw).upper().replace("-", "")


def _plain(raw: str) -> str:
    text = _UNSEEN.sub("", raw.translate(_PLAIN))
    return "".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).split())


@lru_cache(maxsize=64)  # a name is asked for its order and its search key one after the other
def sort_key(name: str) -> str:
    """Pinyin by syllables, as a Chinese reader expects a list; a surname in its own reading."""
    for length in (2, 1):
        reading = _SURNAMES.get(name[:length])
        if reading is not None:
            return " ".join([reading, *pinyin.syllables(name[length:])]).lower()[:LONGEST_NAME]
    return " ".join(pinyin.syllables(name)).lower()[:LONGEST_NAME]


def search_key(name: str) -> str:
    """What a search looks through: the name, its pinyin in one word, and the initials."""
    syllables = sort_key(name).split()
    parts = (name_key(name), "".join(syllables), "".join(each[:1] for each in syllables))
    return "\x1f".join(parts)[: 2 * LONGEST_NAME]


_NAME_WITH_LOGIN = re.compile(r"(.+)[（(]([^（()）]+)[)）]")


def name_and_login(text: str) -> tuple[str, str] | None:
    """The parts of a person as lists distinguish namesakes, 曾小明（200001）; None for other texts."""
    found = _NAME_WITH_LOGIN.fullmatch(text.strip())
    return None if found is None else (found[1], found[2])


def search_words(text: str) -> str:
    """What was typed into a search for people, in the spelling of the keys."""
    return name_key(text).replace("'", "")
