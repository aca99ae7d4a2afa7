"""自选动作 on pages: offered by a head, in the officer's week, counted apart, taken out again."""

from __future__ import annotations

from tests.small_office import NOW


def test_a_head_offers_a_reading_and_takes_it_out_again(home):
    assert home.clock.now() > NOW
    home.enter("officer")
    assert home.client.get("/electives").status_code == 403
    home.enter("head")
    assert "还没有自选动作" in home.client.get("/electives").text
    form = home.client.get("/electives/new?q=读").text
    assert "reading:1" in form and "exam:1" not in form
    assert "没有可加的内容" in home.client.get("/electives/new?q=没有这个").text
    wrong = {"thing": "reading:1", "unit": str(home.unit_id), "last_day": "2020-01-01"}
    assert home.post("/electives/new", **wrong).status_code == 422
    right = wrong | {"thing": "exam:1", "last_day": ""}
    assert home.post("/electives/new", **right).status_code == 303
    page = home.client.get(f"/electives?unit={home.unit_id}").text
    assert "周测" in page and "/electives/1/take-out" in page
    figures = home.client.get(f"/progress/stages/{home.stage_id}/units/{home.unit_id}").text
    assert "自选动作（另计）" in figures
    assert home.post("/electives/1/take-out").status_code == 303
    assert "还没有自选动作" in home.client.get("/electives").text
