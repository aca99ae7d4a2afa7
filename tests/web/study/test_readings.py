"""A reading on its way in: the preview shows the text, pictures go to who may read, losses are named."""

from __future__ import annotations

import io
import re

from sqlalchemy import select, update

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.study.models import Reading, ReadingMedia
from tests.services.study.word import RELATIONS, STYLES, cell, paragraph, png, run
from tests.unit.question_bank.banks import docx
from tests.web.core.test_admin import _upload

SPACES = (
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' "
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'"
)


def lecture() -> bytes:
    wide = "".join(cell(paragraph(f"第{n}列的内容")) for n in range(12))
    return docx(
        paragraph("讲稿", "t")
        + paragraph("第一章", "h1")
        + f"<w:p {SPACES}>{run('看图')}<w:r><a:blip r:embed='rId1'/></w:r></w:p>"
        + f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>"
        + "<w:p><w:r><w:sym/></w:r>" + run("符号") + "</w:p>"
        + paragraph("第二章", "h1") + paragraph("正文" * 1300),
        word__styles_dot_xml=STYLES,
        word___rels__document_dot_xml_dot_rels=RELATIONS,
        word__media__a_dot_png=png((900, 60)),
    )  # fmt: skip


def staged(home) -> str:
    home.enter("admin")
    reply = _upload(home, "/readings/import", lecture(), "讲稿.docx", unit=str(home.unit_id))
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def test_the_preview_shows_the_text_by_days_and_what_was_lost(home):
    page = home.client.get(staged(home)).text
    assert "第 1 天" in page and "第 2 天" in page and "看图" in page and "正文正文" in page
    assert 'class="table-scroll" tabindex="0"' in page and "第11列的内容" in page
    assert "没有带入的内容" in page and "第一章　第 16 段：特殊字体的符号" in page


def test_a_picture_of_a_text_goes_to_its_editor_then_to_its_readers_and_to_nobody_else(home):
    job = staged(home)
    (address,) = re.findall(r'src="(/media/[0-9a-f]{64})"', home.client.get(job).text)
    assert home.client.get(address).mimetype == "image/png"
    home.enter("officer")
    assert home.client.get(address).status_code == 404
    home.enter("admin")
    done = home.post(f"{job}/confirm", title="讲稿", source="", classification="internal")
    assert done.status_code == 303
    home.enter("officer")
    assert home.client.get(address).status_code == 404  # nobody asks it of them
    with home.database.writing() as session:
        reading_id = session.scalar(select(Reading.id).where(Reading.classification == "internal"))
        assert session.scalar(select(ReadingMedia.media_type)) == "image/png"
        session.execute(
            update(Reading).where(Reading.id == reading_id).values(classification="public")
        )
    assert home.client.get(address).status_code == 200


def test_only_questions_that_a_save_would_take_are_offered_as_checks(home):
    with home.database.writing() as session:
        reading = session.scalars(select(Reading.id)).first()
        offered = QuestionVersion.type == "single"
        draft = session.scalars(select(QuestionVersion.id).where(offered)).first()
        session.execute(
            update(QuestionVersion).where(QuestionVersion.id == draft).values(status="draft")
        )
    home.enter("admin")
    page = home.client.get(f"/readings/{reading}").text
    choices = re.findall(r'<option value="(\d+)"', page)
    assert choices and str(draft) not in choices


def test_several_texts_are_staged_at_once_and_confirmed_one_after_the_other(home):
    home.enter("admin")
    unit = str(home.unit_id)
    texts = [(io.BytesIO(f"# 题{n}\n\n## 一\n\n正文".encode()), f"读{n}.md") for n in (1, 2)]
    token = home.token()
    wrong = [(io.BytesIO("# 题\n\n正文".encode()), "好.md"), (io.BytesIO(b"x"), "坏.exe")]
    reply = home.client.post(
        "/readings/import", data={"file": wrong, "unit": unit, "csrf_token": token}
    )
    assert reply.status_code == 422 and "坏.exe：" in reply.text
    assert "还没有确认的导入" not in home.client.get("/readings").text
    first = home.client.post(
        "/readings/import", data={"file": texts, "unit": unit, "csrf_token": token}
    ).headers["Location"]
    assert "题1" in home.client.get(first).text
    named = {"source": "", "classification": "public"}
    second = home.post(f"{first}/confirm", title="题1", **named).headers["Location"]
    assert second != first and "题2" in home.client.get(second).text
    last = home.post(f"{second}/confirm", title="题2", **named).headers["Location"]
    assert re.fullmatch(r"/readings/\d+", last)
