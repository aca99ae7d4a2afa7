"""Errors as pages or JSON: domain refusals to 403, 404, 409, 422; nothing shows a traceback."""

from __future__ import annotations

import secrets

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from learnapp.domain.errors import Conflict, DomainError, Forbidden, NotFound, RuleBroken, TooMuch
from learnapp.web import request as req
from learnapp.web.local_path import local_path
from learnapp.web.problems import problem
from question_bank.model import BadResponse

__all__ = ["install", "problem"]

STATUS: dict[type[DomainError], int] = {
    RuleBroken: 422,
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TooMuch: 429,
}


def install(app: Flask) -> None:
    """Hang the handlers on the app."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(BadResponse, _bad_response)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _reply(status: int, title: str, text: str, code: str, reference: str = "") -> Response:
    _know_who_reads()
    req.give_up()
    if request.path.endswith("/answers") or request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error=code, text=text), status)
    error = {
        "code": status,
        "title": title,
        "text": text,
        "action_url": "/",
        "action_label": _("回到首页"),
        "reference": reference,
    }
    return make_response(render_template("errors/error.html", error=error), status)


def _know_who_reads() -> None:
    """Load the menus' rights before the transaction goes; a broken one leaves plain menus."""
    try:
        req.actor()
    except SQLAlchemyError:
        current_app.logger.exception("rights could not be read")


def _domain(error: DomainError) -> Response:
    status = STATUS[type(error)]
    titles = {
        422: _("这样不能保存"),
        404: _("没有找到"),
        403: _("无权查看"),
        409: _("情况已经变了"),
        429: _("今天太多了"),
    }
    return _reply(status, titles[status], problem(error.code, **error.params), error.code)


def _bad_response(error: BadResponse) -> Response:
    return _reply(422, _("这样不能保存"), problem("bad_event"), error.code)


def _csrf(error: CSRFError) -> Response:
    if request.endpoint == "sign_in.enter":  # the form stood open while the session changed
        flash(_("页面已过期，请再试一次。"), "due")
        way = url_for("sign_in.form", next=local_path(request.values.get("next")))
        return make_response(redirect(way, 303))
    if request.endpoint == "attempts.submit" and not request.is_json and _from_here():
        return _send_again()
    return _reply(400, _("表单已失效"), problem("csrf"), "csrf")


def _from_here() -> bool:
    """Whether the browser says that one of our own pages sent the form."""
    return request.headers.get("Origin", "") == request.host_url.rstrip("/")


def _send_again() -> Response:
    """A form of answers with an older token: nothing is done by it, and nothing that was typed is
    lost; its sender presses once more, with the new token."""
    fields = [
        (name, value)
        for name, values in request.form.lists()
        if name != "csrf_token"
        for value in values
    ]
    page = render_template("attempts/again.html", url=request.path, fields=fields)
    return make_response(page, 400)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        req.give_up()
        return make_response(error.response)
    status = error.code or 500
    texts = {
        401: (_("请先登录"), _("登录已失效，请重新登录。")),
        404: (_("没有找到"), problem("not_found")),
        405: (_("不能这样访问"), _("请从页面上的按钮进入。")),
        413: (_("文件太大"), _("文件不能超过 60 MB，没有上传。")),
    }
    title, text = texts.get(status, (_("请求有误"), _("请返回后再试。")))
    return _reply(status, title, text, str(status))


def _unexpected(error: Exception) -> Response:
    """The house's own fault: kept in the log under a reference, said in plain words."""
    req.give_up()
    reference = secrets.token_hex(4)
    current_app.logger.exception("unexpected %s", reference)
    return make_response(render_template("errors/plain.html"), 500)
