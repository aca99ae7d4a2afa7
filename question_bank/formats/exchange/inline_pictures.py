"""Pictures inside a text as data, for formats that hold nothing but text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace

from question_bank.content import Content, Media, Paragraph, Piece, Text
from question_bank.formats.exchange.markup import media_type
from question_bank.formats.packages.pictures import keep_picture
from question_bank.formats.recognise.lines import content_of
from question_bank.formats.records import MediaFile
from question_bank.model import Question, media_of

_MARK = "](data:image/"
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\((data:image/[a-z]+;base64,[A-Za-z0-9+/=]+)\)")


def address_of(data: bytes) -> str | None:
    """The picture as an address that holds its data; None for what pages cannot show."""
    kind = media_type(data)
    return None if kind is None else f"data:{kind};base64,{base64.b64encode(data).decode()}"


def data_of(address: str) -> bytes | None:
    """The bytes of an address that holds its data; None for any other."""
    if not address.startswith("data:image/"):
        return None
    try:
        return base64.b64decode(address.partition("base64,")[2])
    except (binascii.Error, ValueError):
        return None


def with_pictures(content: Content, pictures: Mapping[str, bytes]) -> str:
    """The content as text, each picture that is given as `![description](data)`."""
    shown = []
    for paragraph in content.paragraphs:
        pieces = []
        for piece in paragraph.pieces:
            if isinstance(piece, Media) and piece.sha256 in pictures:
                address = address_of(pictures[piece.sha256])
                pieces.append(f"![{piece.alt}]({address})" if address else "")
            else:
                pieces.append(Paragraph((piece,)).plain)
        shown.append("".join(pieces))
    return "\n".join(shown)


def content_with_pictures(text: str, media: dict[str, MediaFile], blanks: bool = False) -> Content:
    """The content that `with_pictures` was given; its pictures are put into `media`."""
    if _MARK not in text:
        return Content.from_text(text, blanks)

    def picture(found: re.Match[str]) -> str:
        return keep_picture(data_of(found.group(2)), found.group(1)[:40], media)

    return content_of(_PICTURE.sub(picture, text), blanks)


def without_descriptions(content: Content, pictures: Mapping[str, bytes]) -> str:
    """The content as text, nothing in place of pictures that are given: they stand beside it."""
    return "\n".join(
        "".join(
            ""
            if isinstance(piece, Media) and piece.sha256 in pictures
            else Paragraph((piece,)).plain
            for piece in paragraph.pieces
        )
        for paragraph in content.paragraphs
    )


def in_text(question: Question, pictures: Mapping[str, bytes]) -> Question:
    """The question with its pictures as words of its texts, as `with_pictures` shows them."""

    def shown(content: Content) -> Content:
        paragraphs = (
            Paragraph(tuple(_shown(piece, pictures) for piece in each.pieces))
            for each in content.paragraphs
        )
        return Content(tuple(paragraphs))

    if not media_of(question) & pictures.keys():
        return question
    return replace(
        question,
        stem=shown(question.stem),
        options=tuple(replace(each, content=shown(each.content)) for each in question.options),
        explanation=shown(question.explanation),
        passage=None if question.passage is None else shown(question.passage),
    )


def _shown(piece: Piece, pictures: Mapping[str, bytes]) -> Piece:
    if isinstance(piece, Media) and piece.sha256 in pictures:
        return Text(with_pictures(Content((Paragraph((piece,)),)), pictures))
    return piece


def out_of_text(content: Content, media: dict[str, MediaFile]) -> Content:
    """The content whose pictures `in_text` made words of."""
    return (
        content_with_pictures(content.plain, media, bool(content.blanks))
        if _holds(content)
        else content
    )


def _holds(content: Content) -> bool:
    return any(isinstance(each, Text) and _MARK in each.text for each in content.pieces)
