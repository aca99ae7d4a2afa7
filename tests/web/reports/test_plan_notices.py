"""月计划通知 by the pages: drafted, issued, drawn from the office's own template where there is one."""

from __future__ import annotations

import io

from docx import Document


def test_a_notice_is_drafted_issued_and_drawn_from_the_offices_template(home, tmp_path):
    home.enter("head")
    assert "/plan-notices/new" in home.client.get("/briefings").text
    fields = {"unit": str(home.unit_id), "month": "11", "to": "各科室"}
    assert home.post("/plan-notices/new", **fields).status_code == 422
    lie = {"year": "2026", "next_steps": "时间过半、任务过半"}
    assert home.post("/plan-notices/new", **fields, **lie).status_code == 422
    at = home.post("/plan-notices/new", **fields, year="2026").headers["Location"]
    page = home.client.get(at).text
    assert "第1周" in page and "周测" in page and 'name="problems"' not in page
    words = {"to": "各庭室", "next_steps": "按时。"}
    first = home.seen(at)
    assert home.post(f"{at}/words", **words, **first).status_code == 303
    again = home.post(f"{at}/words", to="各庭室", next_steps="照旧。", **first)
    assert again.status_code == 422 and "照旧。" in again.text and "请看过再办" in again.text
    assert home.post(f"{at}/issue", **first).status_code == 422
    home.post(f"{at}/issue", **home.seen(at))
    own = Document(io.BytesIO(home.client.get("/briefings/template?kind=plan").data))
    own.add_paragraph("本院自印 {{ to }}")
    folder = home.client.application.extensions["learnapp.config"].home / "templates"
    folder.mkdir(exist_ok=True)
    own.save(folder / "plan_notice.docx")
    paper = Document(io.BytesIO(home.client.get(f"{at}/docx/issued").data))
    assert paper.paragraphs[-1].text == "本院自印 各庭室"
    assert home.client.get(f"{at}/figures/1").status_code == 404
