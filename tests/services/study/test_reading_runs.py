"""Pictures, notes and formulas stay in their places; what cannot be kept is named with its place."""

from __future__ import annotations

import re

from lxml import etree

from learnapp.services.study.reading_runs import Runs
from learnapp.services.study.reading_text import pictures_in
from question_bank.formats.office.docx_file import MAIN
from question_bank.formats.packages.package import open_package
from tests.services.study.word import paragraph, run, text_of
from tests.unit.question_bank.banks import W, docx


def test_pictures_and_notes_are_kept_in_their_places() -> None:
    blip = "<w:r><w:drawing><a:blip r:embed='rId1'/></w:drawing></w:r>"
    note = "<w:r><w:footnoteReference w:id='2'/></w:r>"
    text = text_of(f"<w:p>{run('图')}{blip}{run('后')}{note}</w:p>" + paragraph("下段"))
    (section,) = text.sections
    (sha256,) = text.pictures
    assert pictures_in(section.html) == {sha256}
    assert text.pictures[sha256].mime == "image/png"
    assert re.search(r"<p>图<img [^>]+>后<sup>1</sup></p><p>下段</p>", section.html)
    assert section.html.endswith('<p class="footnote"><sup>1</sup> 见第三条。</p>')


def test_what_cannot_be_kept_is_named_with_its_place() -> None:
    def odd(xml: str) -> str:
        return f"<w:p><w:r>{xml}</w:r>{run('文')}</w:p>"

    text = text_of(
        paragraph("目录一", "c") + paragraph("章", "h1")
        + odd("<w:drawing><c:chart xmlns:c='urn:c'/></w:drawing>")
        + odd("<w:drawing><d:relIds xmlns:d='urn:d'/></w:drawing>")
        + odd("<w:object><o:OLEObject xmlns:o='urn:o'/></w:object>")
        + odd("<a:blip r:embed='rId2'/>")
        + odd("<w:sym/>") + odd("<w:commentReference/>") + odd("<w:footnoteReference w:id='9'/>")
        + f"<w:p>{run('秘', '<w:vanish/>')}{run('明')}<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></w:p>"
    )  # fmt: skip
    lost = {(each.code, each.section) for each in text.lost}
    named = (
        "chart",
        "diagram",
        "object",
        "picture",
        "symbol",
        "comment",
        "note",
        "hidden",
        "formula",
    )
    assert lost == {("contents", ""), *((code, "章") for code in named)}
    assert next(each for each in text.lost if each.code == "picture").paragraph == 6
    assert "秘" not in text.sections[0].html and "x=1" in text.sections[0].html


def test_a_paragraph_comes_as_html_and_as_plain_text_and_each_loss_is_told_once() -> None:
    inside = (
        run("甲 &lt; 乙", "<w:b/>")
        + "<w:r><w:br/><w:sym/></w:r>"
        + "<w:del>"
        + run("删")
        + "</w:del>"
    )
    with open_package(docx(paragraph("正文")), MAIN) as package:
        runs = Runs(package)
        found = runs.of(etree.fromstring(f"<w:p {W}>{inside}</w:p>"))
        assert found == ("<strong>甲 &lt; 乙</strong><br>", "甲 < 乙\n")
        assert runs.take_lost() == [("symbol", "")]
        assert runs.take_lost() == []
