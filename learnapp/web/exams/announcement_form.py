"""The form by which a proctor announces something, as the page of a window shows it."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from learnapp.services.exams import attempt_news
from learnapp.web.core import request_context as req


class AnnouncementForm(FlaskForm):
    """One text on the open pages of everybody who answers in a window."""

    text = TextAreaField(_("通知内容"))


def announcement_now(window_id: int) -> AnnouncementForm:
    """The form with what is announced now."""
    texts = attempt_news.announced_in(req.session(), window_id).texts
    return AnnouncementForm(formdata=None, prefix="say-", text="".join(texts))


def announced_label(text: str) -> str:
    """The message after an announcement, or after one was withdrawn."""
    if text.strip():
        return gettext("通知已发出，一分钟内显示在作答页面上。")
    return gettext("通知已撤下，一分钟内从作答页面上消失。")
