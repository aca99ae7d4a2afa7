"""The colours of a dark page: chosen by hand or by the device, they are the same."""

import re
from pathlib import Path

TOKENS = Path("static/css/tokens.css").read_text(encoding="utf-8")


def _colours(selector: str) -> dict[str, str]:
    body = TOKENS.split(selector + " {")[1].split("}")[0]
    return dict(re.findall(r"(--[\w-]+): (#\w+);", body))


def test_a_dark_page_is_the_same_whether_the_device_or_the_reader_chose_it():
    by_device = _colours(":root:not([data-theme])")
    assert by_device == _colours(':root[data-theme="dark"]')
    assert by_device.keys() == _colours(":root").keys()
