"""Errors as pages or JSON: domain refusals to 403, 404, 409, 422; nothing shows a traceback."""

from __future__ import annotations

import logging

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
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError, StatementError
from werkzeug.exceptions import HTTPException, InternalServerError

from learnapp import logs
from learnapp.config import MOST_UPLOAD
from learnapp.domain.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    NotFound,
    RuleBroken,
    TooMuch,
)
from learnapp.services.operations import refusals
from learnapp.web.core import request_context as req
from learnapp.web.core.access import draw_again_of
from learnapp.web.core.failures import is_unavailable, plain_page
from learnapp.web.core.local_path import local_path
from learnapp.web.core.signed_out import signed_out_page
from learnapp.web.core.wording import problem
from question_bank.model import BadResponse

__all__ = ["install", "problem"]

log = logging.getLogger("learnapp.web")

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
    for kind in (DataError, OverflowError, UnicodeEncodeError):
        app.register_error_handler(kind, _unfit_value)
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(Exception, _unexpected)
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign] # _unexpected does


def _wants_json() -> bool:
    json_only = request.path.endswith(("/answers", "/news"))
    return json_only or request.accept_mimetypes.best == "application/json"


def _reply(status: int, title: str, text: str, code: str) -> Response:
    _know_who_reads()
    req.give_up()
    log.info("refused %s %s %s %s", status, request.method, request.endpoint, code)
    if _wants_json():
        return make_response(jsonify(error=code, text=text), status)
    error = {
        "code": status,
        "title": title,
        "text": text,
        "action_url": "/",
        "action_label": _("回到首页"),
        "reference": logs.current_id(),
    }
    return make_response(render_template("core/errors/error.html", error=error), status)


def _know_who_reads() -> None:
    """Load the menus' rights before the transaction goes; a broken one leaves plain menus."""
    try:
        req.actor()
    except SQLAlchemyError:
        req.give_up()


def _domain(error: DomainError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    titles = {
        422: _("这样不能保存"),
        404: _("没有找到"),
        403: _("无权查看"),
        409: _("情况已经变了"),
        429: _("今天太多了"),
    }
    reply = _reply(status, titles[status], problem(error.code, **error.params), error.code)
    if status == 403:
        _record_refusal(error.code)
    return reply


def _record_refusal(code: str) -> None:
    """What was refused is recorded after what was begun is undone; a database that is away is logged."""
    if req.signed_in_as() is None:
        return
    try:
        with req.writing() as opened:
            refusals.note(req.own_caller(opened), request.endpoint or "", code)
    except SQLAlchemyError as error:
        log.error("a refusal could not be recorded: %s", logs.summary(error))


def _bad_response(error: BadResponse) -> Response:
    return _reply(422, _("这样不能保存"), problem("bad_event"), error.code)


def _csrf(error: CSRFError) -> Response:
    if (page := _typed_again()) is not None:
        return make_response(page, 400)
    if request.endpoint == "sign_in.enter":  # the form was open while the session changed
        flash(_("页面已过期，请再试一次。"), "due")
        way = url_for("sign_in.form", next=local_path(request.values.get("next")))
        return make_response(redirect(way, 303))
    return _reply(400, _("表单已失效"), problem("csrf"), "csrf")


def _from_elsewhere() -> bool:
    """Whether the browser says that another site sent the form: nothing of it is shown then."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != request.host_url.rstrip("/")


def _typed_again() -> str | None:
    """The page of a plain post with all that was typed, where its view keeps that."""
    view = current_app.view_functions.get(request.endpoint or "")
    draw = draw_again_of(view)
    if draw is None or request.is_json or _from_elsewhere():
        return None
    with req.reading_page():
        if req.signed_in_as() is None:
            return signed_out_page()
        try:
            return draw()
        except DomainError:
            return None


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        req.give_up()
        return make_response(error.response)
    status = error.code or 500
    texts = {
        401: (_("请先登录"), _("登录已失效，请重新登录。")),
        404: (_("没有找到"), problem("not_found")),
        405: (_("不能这样访问"), _("请从页面上的按钮进入。")),
        408: (_("没有收完"), _("内容没有在时限内送到，没有保存。请再试一次。")),
        413: (_("文件太大"), _("文件不能超过 %(n)s MB，没有上传。", n=MOST_UPLOAD >> 20)),
        503: (_("暂时忙"), _("同时上传的内容太多，没有保存。请稍后再试。")),
    }
    title, text = texts.get(status, (_("请求有误"), _("请返回后再试。")))
    return _reply(status, title, text, str(status))


def _unfit_value(error: Exception) -> Response:
    """A value that no column holds (too large, too long, a NUL, half a character): the sender's fault.

    Forms and addresses are checked before; this is for what got past them on either database.
    """
    log.warning("unfit value %s: %s", request.endpoint, logs.summary(error))
    return _reply(422, _("这样不能保存"), problem("value_unfit"), "value_unfit")


def _clash(error: Exception) -> Response:
    """A row that contradicts others (made twice at one instant, or of something that is gone).

    A rule that should have refused it is missing: it is in the log as a fault.
    """
    log.error("clash %s: %s", request.endpoint, logs.summary(error), exc_info=error)
    return _reply(409, _("情况已经变了"), problem("changed_meanwhile"), "changed_meanwhile")


def _unexpected(error: Exception) -> Response:
    """The system's own fault: in the log once, under the request's id that the page shows."""
    req.give_up()
    cause = getattr(error, "original_exception", None) or error
    if isinstance(cause, StatementError) and isinstance(cause.orig, OverflowError):
        return _unfit_value(cause)  # an instant before the first or after the last there is
    about = (request.method, request.endpoint, logs.summary(cause))
    log.error("failed %s %s: %s", *about, exc_info=cause)
    status = 503 if is_unavailable(cause) else 500
    if _wants_json():
        return make_response(jsonify(error="failed", reference=logs.current_id()), status)
    return make_response(plain_page(current_app), status)
