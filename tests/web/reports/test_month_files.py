"""迎检台账 by the page: asked for, made in the background, listed, taken out as a zip."""

from __future__ import annotations

import io
import zipfile

from learnapp.jobs import background


def test_a_month_is_made_by_one_press_and_taken_out_with_what_is_missing_in_its_list(home):
    home.enter("admin")
    fields = {"unit": str(home.unit_id), "month": "11"}
    assert home.post("/files", **fields).status_code == 422
    assert home.post("/files", **fields, year="2027").status_code == 422
    at = home.post("/files", **fields, year="2026").headers["Location"]
    assert "已排队" in home.client.get(at).text
    assert background.carry_out_waiting(home.database, home.clock.now) == 1
    page = home.client.get(at).text
    assert "学习计划和完成情况" in page and "缺：还没有结束" in page
    reply = home.client.get(f"{at}/zip")
    with zipfile.ZipFile(io.BytesIO(reply.data)) as files:
        assert files.namelist()[:2] == ["00 卷内目录.docx", "01 学习计划和完成情况.docx"]
        first = files.read(files.namelist()[1])
    assert home.client.get(f"{at}/papers/1").data == first
    assert home.client.get(f"{at}/papers/99").status_code == 404
    assert home.client.get(f"{at}/contents.docx").status_code == 200
    assert "迎检台账" in home.client.get("/audit").text
    home.enter("head")
    assert home.client.get(at).status_code == 404
    jobs = home.client.get("/jobs").text
    assert "迎检台账" in jobs and at not in jobs
    home.enter("officer")
    assert home.client.get(at).status_code == 403
