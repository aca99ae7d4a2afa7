"""A device in words: what its browser says of itself, enough to tell one's own sessions apart."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

# What the user agent contains, and its word; the first that fits, for the later ones are claimed by others.
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", _("鸿蒙设备")),
    ("OpenHarmony", _("鸿蒙设备")),
    ("Android", _("安卓设备")),
    ("Windows", _("Windows 电脑")),
    ("Macintosh", _("Mac 电脑")),
    ("Linux", _("Linux 电脑")),
)
_BROWSERS = (
    ("wxwork", _("企业微信")),
    ("MicroMessenger", _("微信")),
    ("DingTalk", _("钉钉")),
    ("QQBrowser", _("QQ 浏览器")),
    ("UCBrowser", _("UC 浏览器")),
    ("HuaweiBrowser", _("华为浏览器")),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(agent: str) -> str:
    """What the table of sessions stores of a user agent: the marks of its system and browser."""
    found = (
        next((mark for mark, _word in table if mark in agent), "")
        for table in (_SYSTEMS, _BROWSERS)
    )
    return " ".join(filter(None, found)) or "browser"


def device_label(device: str) -> str:
    """The same in words: “安卓设备 · 微信”."""
    marks = device.split(" ")
    words = [str(word) for table in (_SYSTEMS, _BROWSERS) for mark, word in table if mark in marks]
    return " · ".join(words) or gettext("其他设备")
