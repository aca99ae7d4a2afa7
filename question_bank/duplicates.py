"""Twins: questions that are the same, the same with another key, or nearly the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from question_bank.model import (
    BlankKey,
    ChoiceKey,
    Question,
    TextKey,
    fingerprint,
    option_text,
)
from question_bank.text_normalise import fold

NEAR = 92.0
_SHINGLE = 4
_HASHES = 8
_NEEDED = 3
_CROWDED = 60

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class KnownQuestion(Generic[Name]):
    """A question that is there already: its name, fingerprint, key and folded text."""

    name: Name
    mark: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Duplicate(Generic[Name]):
    """What a question is a twin of: `same` if stem and options agree, `near` if they almost do.

    `key_differs` is meant for the same only: one of the two keys must be wrong.
    """

    name: Name
    same: bool
    key_differs: bool = False
    likeness: int = 100


def known(name: Name, question: Question) -> KnownQuestion[Name]:
    """What is remembered of a question to find its twins."""
    return KnownQuestion(name, fingerprint(question), key_mark(question), folded(question))


def folded(question: Question) -> str:
    """Stem and options, folded, options in any order."""
    options = sorted(fold(each.content.plain) for each in question.options)
    return "\n".join([fold(question.stem.plain), *options])


def key_mark(question: Question) -> str:
    """The key as text that does not depend on the order of options."""
    match question.key:
        case ChoiceKey() as key:
            parts = [
                "\n".join(sorted(option_text(question, o) for o in each)) for each in key.answers
            ]
            return "\0".join(sorted(parts))
        case BlankKey(blanks, ordered):
            parts = [";".join(sorted(map(fold, accepted))) for accepted in blanks]
            return "\n".join(parts if ordered else sorted(parts))
        case TextKey(reference):
            return fold(reference)


class DuplicateIndex(Generic[Name]):
    """Finds the twins of questions among those it was shown before, in about constant time.

    Near ones are sought by shared rare fragments, then compared letter by letter
    (Levenshtein's distance over the longer length, as a percentage).
    """

    def __init__(self, there: Iterable[KnownQuestion[Name]] = ()) -> None:
        self._same: dict[str, KnownQuestion[Name]] = {}
        self._shared: defaultdict[int, list[KnownQuestion[Name]]] = defaultdict(list)
        for each in there:
            self.add(each)

    def add(self, each: KnownQuestion[Name]) -> None:
        """Remember a question; the first of several that are the same stands for them."""
        if each.mark in self._same:
            return
        self._same[each.mark] = each
        for piece in _pieces(each.text):
            if len(self._shared[piece]) < _CROWDED:
                self._shared[piece].append(each)

    def of(self, each: KnownQuestion[Name]) -> Duplicate[Name] | None:
        """The twin of a question: the same if there is one, else the nearest at 92 % or more."""
        same = self._same.get(each.mark)
        if same is not None:
            return Duplicate(same.name, True, same.key != each.key)
        shared: defaultdict[str, int] = defaultdict(int)
        found: dict[str, KnownQuestion[Name]] = {}
        for piece in _pieces(each.text):
            for other in self._shared.get(piece, ()):
                shared[other.mark] += 1
                found[other.mark] = other
        best: Duplicate[Name] | None = None
        for mark, count in shared.items():
            if count < min(_NEEDED, len(each.text) // 8):
                continue
            likeness = fuzz.ratio(each.text, found[mark].text, score_cutoff=NEAR)
            if likeness and (best is None or likeness > best.likeness):
                best = Duplicate(found[mark].name, False, likeness=int(likeness))
        return best


def _pieces(text: str) -> Sequence[int]:
    """The least of the text's fragments by hash: near texts share most of them."""
    fragments = {text[at : at + _SHINGLE] for at in range(max(1, len(text) - _SHINGLE + 1))}
    hashes = sorted(_hash(each) for each in fragments)
    return hashes[:_HASHES]


def _hash(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest())


def difference(mine: str, other: str) -> list[tuple[str, str]]:
    """The two texts as one run of pieces: ("same", …), ("mine", …) or ("other", …)."""
    pieces: list[tuple[str, str]] = []
    gone, come = "", ""
    for step in Indel.opcodes(other, mine):
        if step.tag != "equal":
            gone += other[step.src_start : step.src_end]
            come += mine[step.dest_start : step.dest_end]
            continue
        pieces += _changed(gone, come)
        gone, come = "", ""
        pieces.append(("same", mine[step.dest_start : step.dest_end]))
    return pieces + _changed(gone, come)


def _changed(gone: str, come: str) -> list[tuple[str, str]]:
    return [piece for piece in (("other", gone), ("mine", come)) if piece[1]]
