"""A briefing by the pages: its figures in Word equal those of the page; the issued copy is clean."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

from docx import Document

from tests.web.reports.test_weekly import report  # noqa: F401 — a fixture


def _paper(home, url):
    paper = Document(io.BytesIO(home.client.get(url).data))
    texts = [each.text for each in paper.paragraphs]
    return texts, [[cell.text for cell in row.cells] for each in paper.tables for row in each.rows]


def test_the_figures_of_the_document_are_those_of_the_page(home, report):  # noqa: F811
    page = home.client.get(report).text
    owed = re.search(r"任务进度.*?<small>(\d+/\d+)", page, re.DOTALL).group(1)
    assert "写简报" in page and "项次未完成" in home.client.get(f"{report}/briefing").text
    assert home.post(f"{report}/briefing", problems="时间过半、任务过半").status_code == 422
    at = home.post(
        f"{report}/briefing", next_steps="下周补齐。", copies="报：市委政法委\n发：各分局"
    ).headers["Location"]
    shown = re.sub(r"<[^>]+>", "", home.client.get(at).text)
    done, total = owed.split("/")
    texts, _ = _paper(home, f"{at}/docx/proof")
    assert any(f"{done}〔F" in each and f"/{total}〔F" in each for each in texts)
    assert f"{done}〔F" in shown and "下周补齐。" in shown
    figure = home.client.get(
        re.search(rf'href="({at}/figures/1)"', home.client.get(at).text).group(1)
    )
    assert "口径：" in figure.text and "看背后的人" in figure.text
    assert home.client.get(f"{at}/docx/issued").status_code == 404
    home.post(f"{at}/issue", **home.seen(at))
    texts, cells = _paper(home, f"{at}/docx/issued")
    name = unquote(home.client.get(f"{at}/docx/issued").headers["Content-Disposition"])
    assert "第1期（总第1期）.docx" in name
    assert not any("〔F" in each for each in texts) and texts[0] == "日学周测月考简报"
    assert texts[1] == "第1期（总第1期）" and any(each.startswith("校验码 ") for each in texts)
    assert texts[-3:-1] == ["报：市委政法委", "发：各分局"]
    assert any(f"（{owed} 项次）" in each for each in texts) and len(cells) > 3
    code = re.search(r"校验码 (\w{8})", home.client.get(at).text).group(1)
    assert at in home.client.get(f"/briefings?code={code}").text


def test_an_office_replaces_the_template(home, report, tmp_path):  # noqa: F811
    at = home.post(f"{report}/briefing").headers["Location"]
    own = Document(io.BytesIO(home.client.get("/briefings/template").data))
    own.add_paragraph("本局自印：{{ title }}{{ ''.__class__ }}")
    folder = tmp_path / "home" / "templates"
    folder.mkdir()
    own.save(folder / "briefing.docx")
    texts, _ = _paper(home, f"{at}/docx/proof")
    assert texts[-1] == "本局自印：日学周测月考简报"  # what is not a text of the briefing stays out


def test_a_broken_template_is_named_with_the_place_of_the_fault(home, report, tmp_path):  # noqa: F811
    at = home.post(f"{report}/briefing").headers["Location"]
    folder = tmp_path / "home" / "templates"
    folder.mkdir()
    (folder / "briefing.docx").write_bytes(b"not a document")
    found = home.client.get(f"{at}/docx/proof")
    assert found.status_code == 422 and "templates/briefing.docx" in found.text
    own = Document()
    own.add_paragraph("本局自印：{% unknown %}")
    own.save(folder / "briefing.docx")
    found = home.client.get(f"{at}/docx/proof")
    assert found.status_code == 422 and "unknown" in found.text and "本局自印" in found.text
