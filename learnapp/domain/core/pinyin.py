"""The spelling of Chinese characters in Latin letters.

The dictionaries take 56 MB. They are loaded where something is first spelt: processes that serve
nobody but officers at their tests never do.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache


def syllables(text: str) -> list[str]:
    """The syllable of each character, without tones, as the words around it are read; runs of other
    characters as they are.

    >>> syllables("重庆")
    ['chong', 'qing']
    """
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


@lru_cache(maxsize=20_000)
def initial(char: str) -> str:
    """The first letter of a character's commonest reading; any other character as it is."""
    readings = _readings().get(ord(char))
    return unicodedata.normalize("NFD", readings)[0] if readings else char


@cache
def _readings() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict
