"""What the tests of the library share: questions at random, and files made on the spot."""

from __future__ import annotations

import io
import zipfile

from hypothesis import strategies as st

from question_bank.content import EMPTY, Content
from question_bank.model import (
    TRUE_FALSE_OPTIONS,
    BlankKey,
    Question,
    QuestionType,
    TextKey,
    choice_key,
    make_options,
)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

words = st.text("甲乙丙丁法院检察公安证据程序abc12，。；|/\\>“”%-", min_size=1, max_size=12).map(
    lambda text: text.strip() or "甲"
)
paragraphs = st.lists(words, min_size=1, max_size=3).map("\n".join)


_TRUTHS = (["true"], ["false"], ["true", "false"])


@st.composite
def questions(draw: st.DrawFn, kinds: tuple[QuestionType, ...] = tuple(QuestionType)) -> Question:
    """A whole question of any type."""
    kind = draw(st.sampled_from(kinds))
    stem = Content.from_text(draw(paragraphs))
    options = ()
    if kind is QuestionType.TRUE_FALSE:
        options = TRUE_FALSE_OPTIONS
        key = choice_key([each] for each in draw(st.sampled_from(_TRUTHS)))
    elif kind is QuestionType.FILL_BLANK:
        gaps = draw(st.lists(words, min_size=1, max_size=3))
        stem = Content.from_text("____".join(["", *gaps]), blanks=True)
        accepted = st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
        blanks = draw(st.lists(accepted, min_size=len(gaps), max_size=len(gaps)))
        key = BlankKey(tuple(blanks), draw(st.booleans()))
    elif kind is QuestionType.SHORT_ANSWER:
        key = TextKey(draw(paragraphs), tuple(draw(st.lists(words, max_size=2))))
    else:
        texts = draw(st.lists(words, min_size=2, max_size=8, unique=True))
        options = make_options([Content.from_text(text) for text in texts])
        fewest, most = (1, 1) if kind is QuestionType.SINGLE else (2, len(options))
        ids = st.sets(st.sampled_from([o.id for o in options]), min_size=fewest, max_size=most)
        key = choice_key(
            draw(st.lists(ids, min_size=1, max_size=draw(st.sampled_from([1, 1, 2, 3]))))
        )
    passage = draw(st.none() | paragraphs)
    return Question(
        type=kind,
        stem=stem,
        options=options,
        key=key,
        explanation=draw(st.just(EMPTY) | paragraphs.map(Content.from_text)),
        source=draw(st.just("") | words),
        category=tuple(draw(st.lists(words, max_size=2))),
        difficulty=draw(st.none() | st.integers(1, 5)),
        passage=None if passage is None else Content.from_text(passage),
    )


def docx(body: str, **members: str | bytes) -> bytes:
    """A Word file whose body is this XML; more members by name, `__` for `/`, `_dot_` for `.`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def paragraphs_xml(*lines: str) -> str:
    """Plain paragraphs."""
    return "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
