"""A key that admits a further answer beside those it has."""

from __future__ import annotations

from question_bank.model import BlankKey, ChoiceKey, Key, choice_key
from question_bank.text_normalise import fold


def admit(key: Key, more: Key) -> Key | None:
    """The key by which what either says is right; None for kinds of which nothing can be admitted.

    Blanks admit the further answers blank by blank; a short answer is judged by a person and its
    reference admits nothing. Raises ValueError for keys of unequal numbers of blanks.
    """
    match key, more:
        case ChoiceKey(), ChoiceKey():
            return choice_key([*key.answers, *more.answers])
        case BlankKey(), BlankKey():
            if len(key.blanks) != len(more.blanks):
                raise ValueError("the keys have unequal numbers of blanks")
            pairs = zip(key.blanks, more.blanks, strict=True)
            return BlankKey(tuple(_both(*each) for each in pairs), key.ordered)
    return None


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """The accepted answers of one blank; a further one that folds to the same adds nothing."""
    known = {fold(each) for each in first}
    return first + tuple(each for each in dict.fromkeys(second) if fold(each) not in known)
