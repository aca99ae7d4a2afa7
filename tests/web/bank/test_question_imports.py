"""An import from an admin's side: doubts mended in place, twins, pictures, what was left, cancelling."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
import xlsxwriter
from PIL import Image
from sqlalchemy import event, update

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.files.store import FileStore
from learnapp.jobs import imports as imports_job
from learnapp.jobs.imports import enter_waiting, read_waiting
from learnapp.services.bank import question_entry
from learnapp.web.bank import uploading
from question_bank import limited
from question_bank.formats import read
from tests.services.people.rosters import SEAL, book
from tests.web.core.test_admin import _new_bank, _upload

TEXT = """一、单选题
1.甲应当在几日内答复？
A.三日
B.五日
答案：A
2.乙应当在几日内答复？
A.三日
B.五日
答案：
3.丙可以在几日内申请复议？
A.三日
B.五日
答案：C
二、多选题
1.丁的权利有哪些？
A.陈述
B.申辩
C.听证
答案：A
"""


def staged(home, text=TEXT, name="题.txt"):
    home.enter("admin")
    bank = _new_bank(home)
    reply = _upload(home, f"{bank}/import", text.encode() if isinstance(text, str) else text, name)
    assert reply.status_code == 303, reply.text
    return bank, reply.headers["Location"]


def test_doubts_stand_beside_their_source_and_are_filtered(home):
    _, job = staged(home)
    page = home.client.get(job).text
    assert "读出 4 题" in page and "导入 1 题" in page
    doubtful = home.client.get(f"{job}?outcome=to_confirm").text
    assert doubtful.count('<article class="record') == 3
    assert "没有答案" in doubtful and "答案超出了选项范围" in doubtful
    assert "多选题只有一个答案" in doubtful
    assert home.client.get(f"{job}?type=multiple").text.count('<article class="record') == 1


def test_a_record_is_mended_in_place_and_comes_in(home):
    bank, job = staged(home)
    form = home.client.get(f"{job}/rows/2?outcome=to_confirm").text
    assert "乙应当在几日内答复" in form
    options = {"options-0": "三日", "options-1": "五日"}
    wrong = home.post(f"{job}/rows/2", type="single", stem="乙应当？", answer="D", **options)
    assert wrong.status_code == 422 and "答案超出了选项范围" in wrong.text
    done = home.post(
        f"{job}/rows/2?outcome=to_confirm",
        type="single",
        stem="乙应当在几日内答复？",
        answer="B",
        category="行政/答复",
        **options,
    )
    assert done.status_code == 303 and "outcome=to_confirm" in done.headers["Location"]
    assert "导入 2 题" in home.client.get(job).text
    home.post(f"{job}/confirm")
    assert "已导入 2 题" in home.client.get(bank).text


def test_a_repair_that_is_proposed_stands_in_the_form(home):
    _, job = staged(home)
    form = home.client.get(f"{job}/rows/4").text
    assert re.search(r'<option selected value="single">', form)


def test_many_are_taken_left_and_filed_at_once(home):
    bank, job = staged(home)
    home.post(f"{job}/all?outcome=to_confirm", do="take")
    assert "导入 2 题" in home.client.get(job).text  # two of the three are not whole
    home.post(f"{job}/all", do="category", category="行政法/期限")
    assert home.client.get(job).text.count("行政法 / 期限") == 4
    home.post(f"{job}/all?type=multiple", do="leave")
    home.post(f"{job}/confirm")
    assert "已导入 1 题" in home.client.get(bank).text


def test_a_corrected_file_adds_only_what_is_new(home):
    bank, job = staged(home)
    home.post(f"{job}/confirm")
    again = _upload(
        home, f"{bank}/import", TEXT.replace("答案：\n", "答案：B\n").encode(), "题.txt"
    )
    page = home.client.get(again.headers["Location"]).text
    assert "导入 1 题" in page and "其中 1 题与题库或本文件中的题相同" in page


def test_the_same_question_with_another_key_is_never_taken_by_itself(home):
    bank, job = staged(home)
    home.post(f"{job}/confirm")
    other = TEXT.replace("答案：A\n2.", "答案：B\n2.")
    again = _upload(home, f"{bank}/import", other.encode(), "题.txt").headers["Location"]
    page = home.client.get(f"{again}?twin=same").text
    assert "题库里已有题干和选项相同、答案不同的题" in page and "那一题的答案是：</" not in page
    assert "但那一题的答案是：<b>A</b>" in page


def test_near_twins_are_shown_with_their_difference(home):
    long = (
        "1.人民法院应当在收到起诉状之日起七日内决定是否立案并书面通知当事人\nA.对\nB.错\n答案：A\n"
    )
    text = long + long.replace("1.", "2.").replace("七日", "十日")
    _, job = staged(home, text)
    page = home.client.get(f"{job}?twin=near").text
    assert "<del>七</del>" in page and "<ins>十</ins>" in page


def test_what_was_left_comes_back_as_it_came(home):
    _, job = staged(home)
    reply = home.client.get(f"{job}/left")
    assert reply.status_code == 200 and ".txt" in reply.headers["Content-Disposition"]
    text = reply.data.decode("utf-8-sig")
    assert "※待确认：没有答案" in text and "甲应当" not in text
    assert len(read(reply.data, "a.txt").records) == 3


def _workbook(picture: bytes) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("题")
    sheet.write_row(0, 0, ["题型", "题干", "正确答案", "A", "B"])
    sheet.write_row(1, 0, ["单选题", "看图答题", "A", "一", "二"])
    sheet.insert_image(1, 1, "a.png", {"image_data": io.BytesIO(picture)})
    book.close()
    return out.getvalue()


def test_a_picture_is_shown_to_those_who_may_see_its_question(home):
    made = io.BytesIO()
    Image.new("RGB", (20, 10), "navy").save(made, "PNG")
    bank, job = staged(home, _workbook(made.getvalue()), "题.xlsx")
    (address,) = set(re.findall(r'src="(/media/[0-9a-f]{64})"', home.client.get(job).text))
    shown = home.client.get(address)
    assert shown.mimetype == "image/png"
    assert hashlib.sha256(shown.data).hexdigest() == address.rsplit("/", 1)[-1]
    home.post(f"{job}/confirm")
    assert address in home.client.get(bank).text
    home.enter("officer")
    assert home.client.get(address).status_code == 200  # the question may be practised
    with home.database.writing() as session:
        session.execute(update(QuestionVersion).values(use="exam"))
    assert home.client.get(address).status_code == 404
    assert home.client.get(f"/media/{'0' * 64}").status_code == 404


def test_a_text_is_pasted_as_it_comes(home):
    home.enter("admin")
    bank = _new_bank(home)
    reply = home.post(f"{bank}/import", text="1.甲说（√）\r\n2.乙说（×）")
    assert reply.status_code == 303
    assert "导入 2 题" in home.client.get(reply.headers["Location"]).text
    refused = home.post(f"{bank}/import", text="一句话")
    assert refused.status_code == 422 and "没有认出试题" in refused.text


@pytest.fixture
def in_the_background(monkeypatch):
    """Small files are read as large ones are."""
    monkeypatch.setattr(uploading, "_AT_ONCE", 10_000)


def _large(questions):
    lines = ["一、判断题"]
    lines += [
        f"{n}.第{n}号规定自公布之日起施行，编号{n * 7919}。（√）" for n in range(1, questions + 1)
    ]
    return "\n".join(lines)


def test_a_large_file_is_read_in_the_background_and_tells_how_far_it_is(home, in_the_background):
    _, job = staged(home, _large(600))
    assert "正在读文件" in home.client.get(job).text
    files = FileStore(home.client.application.extensions["learnapp.files"]._folder)
    assert read_waiting(home.database, files, home.clock.now()) == 1
    assert home.client.get(f"{job}/progress").json == {
        "state": "staged",
        "done": 600,
        "total": 600,
    }
    assert "导入 600 题" in home.client.get(job).text
    assert home.post(f"{job}/confirm").headers["Location"].endswith(job)
    assert "正在导入：0 / 600" in home.client.get(job).text
    assert home.post(f"{job}/confirm").headers["Location"].endswith(job)  # also without its key
    assert home.post(f"{job}/cancel").status_code == 409
    assert job in home.client.get("/banks").text
    assert enter_waiting(home.database, SEAL, home.clock.now()) == 1
    assert "已导入 600 题" in home.client.get(job).text
    assert "600 题" in home.client.get("/banks").text
    assert enter_waiting(home.database, SEAL, home.clock.now()) == 0
    assert read_waiting(home.database, files, home.clock.now()) == 0


def test_each_part_of_a_large_import_is_a_transaction_of_its_own(home, in_the_background):
    _, job = staged(home, _large(600))
    files = home.client.application.extensions["learnapp.files"]
    read_waiting(home.database, files, home.clock.now())
    home.post(f"{job}/confirm")
    seen = []
    event.listen(home.database.engine, "commit", seen.append)
    enter_waiting(home.database, SEAL, home.clock.now())
    assert len(seen) >= 600 / question_entry.PART


def test_an_import_that_cannot_go_on_says_how_far_it_came(home, monkeypatch, in_the_background):
    _, job = staged(home, _large(600))
    files = home.client.application.extensions["learnapp.files"]
    read_waiting(home.database, files, home.clock.now())
    home.post(f"{job}/confirm")
    real, parts = question_entry.enter_part, []

    def dies_after_one(session, now, part):
        parts.append(part)
        if len(parts) > 1:
            raise OSError("the machine went away")
        real(session, now, part)

    monkeypatch.setattr(question_entry, "enter_part", dies_after_one)
    for _round in range(6):
        enter_waiting(home.database, SEAL, home.clock.now())
    page = home.client.get(job).text
    assert "上次导入中断：已导入 40 题" in page
    monkeypatch.undo()
    home.post(f"{job}/confirm")
    enter_waiting(home.database, SEAL, home.clock.now())
    assert "已导入 600 题" in home.client.get(job).text


def test_a_reading_that_is_cancelled_leaves_nothing_behind(home, in_the_background):
    _, job = staged(home, _large(600))
    assert home.post(f"{job}/cancel").status_code == 303
    files = home.client.application.extensions["learnapp.files"]
    assert read_waiting(home.database, files, home.clock.now()) == 0
    assert home.post(f"{job}/confirm").status_code == 409


def test_a_large_file_that_must_not_be_read_says_why(home, in_the_background):
    _, job = staged(home, "机密★10年\n" + _large(600))
    files = home.client.application.extensions["learnapp.files"]
    read_waiting(home.database, files, home.clock.now())
    page = home.client.get(job).text
    assert "文件标有密级" in page and "题库没有变动" in page


def test_an_import_may_wait_for_a_reviewer(home):
    bank, job = staged(home)
    home.post(f"{job}/confirm", do="review")
    page = home.client.get(bank).text
    assert "已导入 1 题，等待审核" in page and "待审" in page


def test_the_template_is_a_workbook_that_reads(home):
    home.enter("admin")
    reply = home.client.get("/banks/template.xlsx")
    assert reply.status_code == 200 and reply.data.startswith(b"PK")


def test_a_reading_that_never_ends_is_given_up_after_three_attempts(
    home, monkeypatch, in_the_background
):
    _, job = staged(home, _large(600))
    files = home.client.application.extensions["learnapp.files"]
    begun = []

    def dies(*given):
        begun.append(given)
        raise OSError("the machine went away")

    monkeypatch.setattr(imports_job, "read_limited", dies)
    for _round in range(5):
        read_waiting(home.database, files, home.clock.now())
    assert len(begun) == 3
    page = home.client.get(job).text
    assert "读了 3 次都没有读完" in page and "题库没有变动" in page
    listed = home.client.get("/banks").text
    assert job in listed and "未能读入" in listed
    home.post(f"{job}/cancel")
    assert job not in home.client.get("/banks").text


def test_no_transaction_is_open_while_a_file_is_read(home, monkeypatch, in_the_background):
    seen = []
    real = limited._answers

    def watched(task, *given):
        engines = {
            home.database.engine,
            home.client.application.extensions["learnapp.database"].engine,
        }
        seen.append((task, [each.pool.checkedout() for each in engines]))
        return real(task, *given)

    monkeypatch.setattr(limited, "_answers", watched)
    _, job = staged(home)
    home.client.get(f"{job}/left")
    staged(home, _large(600))
    files = home.client.application.extensions["learnapp.files"]
    read_waiting(home.database, files, home.clock.now())
    unit = str(home.unit_id)
    _upload(
        home,
        "/roster/import",
        book([], [("甲", "300001", "城关派出所", "")]),
        "名册.xlsx",
        unit=unit,
    )
    _upload(home, "/readings/import", "# 题\n\n## 一\n\n正文".encode(), "读.md", unit=unit)
    assert len(seen) == 5 and len({task for task, _ in seen}) == 4
    assert all(count == 0 for _, counts in seen for count in counts)


def test_each_of_several_files_becomes_a_bank_called_like_it(home):
    home.enter("admin")
    fields = {"owner": str(home.unit_id), "secrecy": "internal", "csrf_token": home.token()}

    def bring(*named):
        chosen = [(io.BytesIO(data.encode()), name) for name, data in named]
        return home.client.post("/banks/from-files", data=fields | {"files": chosen})

    wrong = bring(("一.txt", TEXT), ("二.exe", TEXT))
    assert wrong.status_code == 422 and "二.exe：" in wrong.text
    assert "应知" not in home.client.get("/banks").text
    first = bring(("应知一.txt", TEXT), ("应知二.txt", TEXT)).headers["Location"]
    following = home.post(f"{first}/confirm").headers["Location"]
    assert "/banks/import/" in following and following != first
    assert re.fullmatch(r"/banks/\d+", home.post(f"{following}/confirm").headers["Location"])
    banks = home.client.get("/banks").text
    assert "应知一" in banks and "应知二" in banks
    home.enter("head")
    assert bring(("三.txt", TEXT)).status_code in (403, 400)
