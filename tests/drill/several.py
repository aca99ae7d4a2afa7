"""What several machines do as one: a file uploaded to one is read by the one that leads, and what was
in it is shown by each."""

from __future__ import annotations

import io
import random
import re

from PIL import Image

from tests.bench.client import Client
from tests.drill.ending import say
from tests.drill.machines import Machine
from tests.drill.night import Night
from tests.guard import holds_within
from tests.small_office import PASSWORD
from tests.unit.question_bank.banks import docx, paragraphs_xml

_MB = 1024 * 1024
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="image" Target="media/1.png"/></Relationships>'
)
_PICTURE = (
    "<w:p><w:r><w:t>1.见图</w:t></w:r><w:r><w:drawing><a:blip "
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="r1"/>'
    "</w:drawing></w:r></w:p>"
)


def several_machines(night: Night) -> None:
    """Tried once, before the night's troubles."""
    night.wait_one_leads()
    leader = _leader(night)
    say(f"one process of all machines leads the scheduler, on {leader.name}")
    uploader = next(each for each in night.offices.webs if each is not leader)
    client = _signed_in(uploader)
    bank = client.post("/banks", name="演练题库", unit="1", classification="public")
    data = _word_file()
    assert len(data) > _MB, len(data)
    client.get(bank)
    job = client.upload(f"{bank}/import", "带图的题.docx", data)
    read = holds_within(120, lambda: "导入 1 题" in client.get(job))
    assert read, f"a file of {len(data)} bytes from {uploader.name} was not read: {client.get(job)}"
    client.post(f"{job}/confirm")
    assert holds_within(60, lambda: "已导入 1 题" in client.get(bank)), client.get(bank)
    say(f"a file of {len(data)} bytes uploaded to {uploader.name} was read by {leader.name}")
    _seen_by_all(night, client, bank)


def _leader(night: Night) -> Machine:
    """The machine whose connection holds the scheduler's lock, by what the service logged there."""
    words = "this process leads the scheduler"
    found = [
        each for each in night.offices.webs if words in (each.folder / "learnapp.log").read_text()
    ]
    assert len(found) == 1, f"{[each.name for each in found]} logged that they lead"
    return found[0]


def _signed_in(machine: Machine) -> Client:
    client = Client(8000, machine.address)
    client.get("/sign-in")
    client.post("/sign-in", login_name="admin", password=PASSWORD)
    client.get("/me")
    return client


def _word_file() -> bytes:
    """A Word file of over a megabyte: one question with a picture that no compression makes smaller."""
    noise = random.Random(1).randbytes(700 * 700 * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (700, 700), noise).save(out, "PNG")
    body = _PICTURE + paragraphs_xml("A.甲", "B.乙", "答案：A")
    members = {
        "word__media__1_dot_png": out.getvalue(),
        "word___rels__document_dot_xml_dot_rels": _RELATIONS,
    }
    return docx(body, **members)


def _seen_by_all(night: Night, client: Client, bank: str) -> None:
    """The picture of the question, asked of every web machine."""
    (question,) = set(re.findall(r"/questions/\d+", client.get(bank)))
    (picture,) = set(re.findall(r"/media/[0-9a-f]{64}", client.get(question)))
    for each in night.offices.webs:
        shown = _signed_in(each).get(picture)
        assert len(shown) > _MB // 2, f"{each.name} shows no picture"
    say("its picture is shown by each of the three")
