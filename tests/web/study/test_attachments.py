"""附件 on pages: attached by staff, played part by part beside the text, opened by nobody else."""

from __future__ import annotations

import re

from tests.web.core.test_admin import _upload

SOUND = b"ID3\x04" + bytes(range(200))


def _files(page: str) -> list[str]:
    return re.findall(r'(?:src|href)="(/[^"]*/files/[^"/]+)"', page)


def test_what_is_attached_is_played_in_parts_by_its_readers_until_it_is_taken_off(home):
    home.enter("admin")
    told = _upload(home, "/readings/1/files", SOUND, "讲座.mp3", title="讲座", transcript="大家好")
    assert told.location == "/readings/1#told"
    page = home.client.get("/readings/1").text
    assert "已附上" in page and "讲座" in page
    (place,) = set(_files(page))
    assert home.client.get(place).data == SOUND
    home.enter("officer")
    assert home.client.get(place).status_code in (403, 404)
    reading = home.client.get("/portions/1").text
    assert '<audio class="player" controls' in reading and "文字稿" in reading
    (own,) = set(_files(reading))
    part = home.client.get(own, headers={"Range": "bytes=4-7"})
    assert part.status_code == 206 and part.data == SOUND[4:8]
    assert part.headers["Content-Range"] == f"bytes 4-7/{len(SOUND)}"
    assert part.headers["X-Content-Type-Options"] == "nosniff" and part.mimetype == "audio/mpeg"
    home.enter("admin")
    home.post(f"{place}/remove")
    assert not _files(home.client.get("/readings/1").text)
    home.enter("officer")
    assert home.client.get(own).status_code == 404


def test_a_file_that_is_not_what_its_name_says_is_refused_in_words(home):
    home.enter("admin")
    _upload(home, "/readings/1/files", b"MZ nothing of it", "讲座.mp4", title="", transcript="")
    page = home.client.get("/readings/1").text
    assert "可能已损坏" in page and not _files(page)
