"""What a roster costs, as large as the town: uploaded, read in the background, looked at, brought in."""

from __future__ import annotations

import io
import re

import xlsxwriter
from sqlalchemy import select

from learnapp.db.files.models import ImportJob
from learnapp.db.people.models import Unit
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.jobs import imports
from tests.scale.measure import Cost, watching
from tests.scale.place import Place

IN_A_UNIT = 50


def measure(place: Place) -> dict[str, Cost]:
    """Each step of a roster with as many people as the town has, in new units."""
    engine, found = place.database.engine, {}
    count = len(place.town.people)
    with place.database.reading() as session:
        top = session.scalars(select(Unit.name).where(Unit.id == place.town.top_id)).one()
    data = workbook(top, count)
    place.enter("root")
    now, parts = place.clock.now(), place.client.application.extensions
    with watching(engine) as found["roster: upload"]:
        path = _upload(place, data)
    with watching(engine) as found["roster: read in the background"]:
        imports.read_waiting(place.database, parts["learnapp.files"], now)
    found["roster: preview"] = place.page(path)
    with watching(engine) as found["roster: confirm"]:
        place.post(f"{path}/confirm")
    with watching(engine) as found["roster: people brought in"]:
        imports.enter_waiting(place.database, parts["learnapp.seal"], now)
    with place.database.reading() as session:
        last = select(ImportJob).where(ImportJob.kind == ImportKind.ROSTER)
        job = session.scalars(last.order_by(ImportJob.id.desc()).limit(1)).one()
        assert (job.state, job.counts["added"]) == (JobState.DONE, count), job.counts
    place.enter()
    return found


def workbook(top: str, count: int) -> bytes:
    """A workbook of so many people in new units, which are under the one named `top`."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": True}) as book:
        sheet = book.add_worksheet("单位")
        sheet.write_row(0, 0, ("单位名称", "上级单位"))
        for number in range(-(-count // IN_A_UNIT)):
            sheet.write_row(number + 1, 0, (f"新所{number:05d}", top))
        sheet = book.add_worksheet("人员")
        sheet.write_row(0, 0, ("姓名", "警号", "单位", "人员类别"))
        for number in range(count):
            row = (f"新人{number}", f"9{number:07d}", f"新所{number // IN_A_UNIT:05d}", "民警")
            sheet.write_row(number + 1, 0, row)
    return made.getvalue()


def _upload(place: Place, data: bytes) -> str:
    form = {"unit": str(place.town.top_id), "file": (io.BytesIO(data), "名册.xlsx")}
    reply = place.post("/roster/import", **form)
    found = re.search(r"/roster/import/[\w-]+", reply.headers.get("Location", ""))
    assert found, (reply.status_code, reply.text[:2000])
    return found.group(0)
