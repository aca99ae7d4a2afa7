"""A file that nobody can read is taught on its page, read anew, and its layout kept for the next one."""

from __future__ import annotations

from tests.web.core.test_admin import _new_bank, _upload


def lines(first, last):
    rows = [f"<{n}> 谁签字{n} // 值班员{n} / 访客{n} => {'AB'[n % 2]}" for n in range(first, last)]
    return "\n".join(rows).encode()


MARKED = {
    "number-1": "1", "stem-1": "谁签字1", "options-1": "值班员1\r\n访客1", "answer-1": "B",
    "number-2": "2", "stem-2": "谁签字2", "options-2": "值班员2\r\n访客2", "answer-2": "A",
}  # fmt: skip


def test_a_file_is_taught_tried_read_and_its_layout_serves_the_next(home):
    home.enter("admin")
    bank = _new_bank(home)
    refused = _upload(home, f"{bank}/import", lines(1, 9), "题.txt")
    job = refused.headers["Location"]
    page = home.client.get(job).text
    assert "谁签字1" in page and f"{job}/teach" in page
    assert "&lt;8&gt; 谁签字8" in home.client.get(f"{job}/teach").text
    looked = home.post(f"{job}/teach", do="look", **MARKED)
    assert looked.status_code == 200 and 'value="谁签字1"' not in looked.text
    assert "谁签字1</textarea>" in looked.text
    tried = home.post(f"{job}/teach", do="try", **MARKED)
    assert tried.status_code == 200 and '<td class="num">8</td>' in tried.text
    wrong = home.post(f"{job}/teach", do="try", **{**MARKED, "stem-2": "没有"})
    assert wrong.status_code == 422 and "“没有”" in wrong.text
    read = home.post(f"{job}/teach", do="apply", name="政治处题库", **MARKED)
    assert read.status_code == 303
    assert "导入 8 题" in home.client.get(job).text
    assert "政治处题库" in home.client.get(bank).text
    kept = home.client.get(bank).text.split('<option value="')
    (layout,) = [each.split('"')[0] for each in kept if "政治处题库" in each]
    data = {"kept": layout, "text": lines(20, 26).decode()}
    following = home.post(f"{bank}/import", **data).headers["Location"]
    assert "导入 6 题" in home.client.get(following).text
    home.post(f"{job}/layouts/{layout}/away")
    assert "政治处题库" not in home.client.get(bank).text
