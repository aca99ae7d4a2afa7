"""Taps from opening the product: today's portion, the test's first question, what one got wrong."""

from __future__ import annotations

import re

from sqlalchemy import select

from learnapp.db.study.models import Portion, ReadingSection
from tests.checks import put_check


class Thumb:
    """Follows links and presses buttons of the pages, and counts them."""

    def __init__(self, home) -> None:
        self.home, self.taps = home, 0
        self.page = home.client.get("/week").text

    def follow(self, pattern: str) -> None:
        """Tap a link whose tag matches."""
        self.taps += 1
        found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>(?:\s*<span[^>]*>)*\s*{pattern}', self.page)
        assert found, (pattern, self.page)
        self._open(found.group(1).replace("&amp;", "&"))

    def press(self, url: str, **fields: str) -> None:
        """Press the button of the form that posts there."""
        self.taps += 1
        form = re.search(rf'<form[^>]*action="({url})"[^>]*>(.*?)</form>', self.page, re.DOTALL)
        assert form, (url, self.page)
        hidden = re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form.group(2))
        self._open(self.home.post(form.group(1), **(dict(hidden) | fields)).location)

    def choose(self) -> None:
        """Tap an option; what is chosen goes with the button."""
        self.taps += 1

    def _open(self, url: str) -> None:
        reply = self.home.client.get(url)
        while reply.status_code in (302, 303):
            reply = self.home.client.get(reply.location)
        self.page = reply.text


def _with_three_sections(home) -> list[str]:
    with home.database.writing() as session:
        section = session.scalars(select(ReadingSection).order_by(ReadingSection.ordinal)).all()[-1]
        session.add(
            ReadingSection(
                version_id=section.version_id,
                ordinal=section.ordinal + 1,
                portion_id=session.scalars(select(Portion.id)).one(),
                heading="第3节",
                html=section.html,
                length=section.length,
            )
        )
        right, _wrong = put_check(session)
    return right


def test_the_daily_ways_are_short(home, record_property):
    right = _with_three_sections(home)
    home.enter("officer")
    reading = Thumb(home)
    reading.follow("读物")
    reading.press("/portions/1/place")
    reading.press("/portions/1/place")
    reading.choose()
    reading.press("/portions/1/check", answer=right[0])
    assert "本篇已完成" in reading.page
    sitting = Thumb(home)
    sitting.follow("开始测试")
    sitting.press(r"/windows/\d+/start")
    assert 'class="q"' in sitting.page
    wrong = Thumb(home)
    wrong.follow("我的错题")
    assert "<h1>错题本</h1>" in wrong.page
    taps = (reading.taps, sitting.taps, wrong.taps)
    record_property(
        "tried",
        f"taps: a portion of three sections with its check {taps[0]}, first question of a test "
        f"{taps[1]}, my wrong answers {taps[2]}",
    )
    assert taps[0] <= 5 and taps[1] <= 2 and taps[2] <= 1
