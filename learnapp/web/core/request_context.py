"""What a request carries: clock, database, transaction, actor; one commit per request, in one place."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import cast

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from learnapp import logs
from learnapp.clock import Clock, MachineClock
from learnapp.db.accounts.sign_ins import SignedIn
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.core.sealing import Seal
from learnapp.db.files.store import FileStore
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.permissions import Actor
from learnapp.randomness import Randomness
from learnapp.services.accounts import sign_in as sign_in_service
from learnapp.services.operations import timekeeping
from learnapp.web.core import idempotency, second_factor
from learnapp.web.core.access import Rule, draw_again_of, rule_of
from learnapp.web.core.bodies import take_body
from learnapp.web.core.input import refuse_unfit_text
from learnapp.web.core.security import check_form_token
from learnapp.web.core.signed_out import signed_out_page

log = logging.getLogger("learnapp.web")

SAFE = {"GET", "HEAD", "OPTIONS"}


class User(UserMixin):
    """A signed-in person as Flask-Login knows them: its id is the session's token."""

    def __init__(self, token: str, who: SignedIn) -> None:
        self.token = token
        self.who = who

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token


def database() -> Database:
    """The installation's database."""
    return cast(Database, current_app.extensions["learnapp.database"])


def files() -> FileStore:
    """The installation's files."""
    return cast(FileStore, current_app.extensions["learnapp.files"])


def seal() -> Seal:
    """What encrypts the secrets that are stored for a while."""
    return cast(Seal, current_app.extensions["learnapp.seal"])


def now() -> datetime:
    """The instant of this request: read once, the same throughout."""
    if "now" not in g:
        g.now = clock().now()
    return cast(datetime, g.now)


def clock() -> Clock:
    """The clock of this installation."""
    return cast(Clock, current_app.extensions["learnapp.clock"])


def randomness() -> Randomness:
    """The source of randomness of this installation."""
    return cast(Randomness, current_app.extensions["learnapp.randomness"])


def session() -> Session:
    """The request's transaction."""
    return cast(Session, g.session)


def actor() -> Actor:
    """Who asks, with the grants in force; nobody's when not signed in."""
    if "actor" not in g:
        who = signed_in_as()
        if who is None:
            return Actor(person_id=-1)
        if "session" not in g:  # an error page after the transaction was undone
            return own()
        held = grants_of(session(), who.person_id, local_day(now()))
        g.actor = Actor(who.person_id, held)
    return cast(Actor, g.actor)


def caller(opened: Session | None = None) -> Caller:
    """The transaction (or one that the view opened), who asks with the grants in force, and the
    instant of this request."""
    return Caller(session() if opened is None else opened, actor(), now())


def own_caller(opened: Session | None = None) -> Caller:
    """The same for what people do for themselves: without any grant."""
    return Caller(session() if opened is None else opened, own(), now())


def signed_in_as() -> SignedIn | None:
    """Who is signed in, if anybody."""
    return current_user.who if current_user.is_authenticated else None


def reader() -> SignedIn:
    """Who is signed in, on a page that asks for it; 401 where the session has just ended."""
    who = signed_in_as()
    if who is None:
        abort(401)
    return who


def session_token() -> str:
    """The token of the sign-in that the request's cookie names; empty when not signed in."""
    return str(current_user.get_id() or "")


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction of its own, for views that carry own_transactions."""
    with database().reading() as opened:
        yield opened


@contextmanager
def writing() -> Iterator[Session]:
    """The same, writing."""
    with database().writing(request.endpoint or "") as opened:
        yield opened


def _open(transaction: AbstractContextManager[Session]) -> None:
    g.transaction = transaction
    g.session = transaction.__enter__()


def finish() -> None:
    """Keep what was done; called once, before the reply leaves."""
    transaction = g.pop("transaction", None)
    g.pop("session", None)
    if transaction is not None:
        transaction.__exit__(None, None, None)


def read_again() -> None:
    """Begin a new view of the database on a page that reads: of what was committed since."""
    finish()
    _open(database().reading())


def give_up() -> None:
    """Undo what was done; called when anything was raised."""
    transaction = g.pop("transaction", None)
    g.pop("session", None)
    if transaction is None:
        return
    kind, error, trace = sys.exc_info()
    if error is None:
        error = RuntimeError("given up")
        kind, trace = type(error), None
    try:
        transaction.__exit__(kind, error, trace)
    except BaseException as raised:
        if raised is not error:
            raise


def install(app: Flask) -> None:
    """Hang the request's beginning and end on the app."""
    manager = LoginManager(app)
    manager.session_protection = None  # phones change addresses; the token is the protection
    manager.user_loader(_load_user)
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: give_up())


def _load_user(token: str) -> User | None:
    if "session" not in g:
        return None
    who = sign_in_service.who(session(), token, now())
    return None if who is None else User(token, who)


def _begin() -> BaseResponse | None:
    """Take the body, open the transaction, ask the route's rule.

    A writer takes its lock before it reads, and after the last byte of the body: nobody waits with
    the lock for a network.
    """
    if request.endpoint is None or request.endpoint == "static":
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        abort(500, "a route without a rule")
    if rule.bare:
        return None
    if request.method not in SAFE:
        take_body(rule)
    refuse_unfit_text(request)
    if request.method not in SAFE:
        check_form_token()
    wants_write = request.method not in SAFE and not rule.own_transactions
    _open(database().writing(request.endpoint) if wants_write else database().reading())
    _know_the_time()
    if rule.signed_in and not current_user.is_authenticated:
        if request.is_json or request.accept_mimetypes.best == "application/json":
            abort(401)
        if draw_again_of(current_app.view_functions[request.endpoint]) is not None:
            return Response(signed_out_page(), 401)
        target = request.full_path.rstrip("?") if request.method in SAFE else None
        return redirect(url_for("sign_in.form", next=target))
    if (away := second_factor.way_of(rule, signed_in_as(), now())) is not None:
        return away
    who = signed_in_as()
    if wants_write and who is not None:
        sign_in_service.used(session(), who, now(), request.remote_addr or "")
        g.noted = True
    if rule.permission is not None and not actor().may(rule.permission):
        raise Forbidden(permission=str(rule.permission))
    if rule.own_transactions:
        _ = signed_in_as() and not rule.without_grants and actor()
        finish()
    return _once(rule) if rule.makes and request.method not in SAFE else None


def _once(rule: Rule) -> BaseResponse | None:
    """Claim the key of the form; the answer, where the action was asked for before.

    In the transaction of the action where there is one: both are stored, or neither.
    """
    who, key = signed_in_as(), idempotency.asked_key()
    if who is None or key is None:
        return None
    if not rule.own_transactions:
        return idempotency.begin(session(), who.person_id, key, now())
    with writing() as opened:
        return idempotency.begin(opened, who.person_id, key, now())


def _end_once(response: Response) -> None:
    """Keep what the action came to; one that was undone has gone with its transaction."""
    if idempotency.begun() is None or request.endpoint is None:
        return
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is not None and rule.own_transactions:
        with writing() as opened:
            idempotency.end(opened, response)
    elif "session" in g:
        idempotency.end(session(), response)


def _know_the_time() -> None:
    """Begin from what is recorded of the clock; after a jump, see whether somebody confirmed it."""
    watch = clock()
    if not isinstance(watch, MachineClock):
        return
    if not watch.settled:
        watch.settle(timekeeping.recorded(session(), watch.read().boot))
    elif watch.jump() is not None:
        watch.follow(timekeeping.recorded(session(), watch.read().boot))


def _end(response: Response) -> Response:
    _end_once(response)
    finish()
    _note_use()
    return response


def _note_use() -> None:
    """Note the use of a session that ends soon when it is idle, after the page is drawn: a page itself
    writes nothing. A database that cannot be written is no reason to refuse the page."""
    who = signed_in_as() if request.endpoint not in (None, "static") else None
    if who is None or "noted" in g or not who.use.wants_noting(now(), posted=False):
        return
    try:
        with writing() as opened:
            sign_in_service.used(opened, who, now(), request.remote_addr or "")
    except SQLAlchemyError as error:
        log.error("the use of a session could not be noted: %s", logs.summary(error))


def own() -> Actor:
    """Who asks, without grants: enough for what touches one's own things, and a query less."""
    who = signed_in_as()
    return Actor(who.person_id if who else -1)


@contextmanager
def reading_page() -> Iterator[None]:
    """A transaction in which a view with own_transactions draws a page after a refusal."""
    _open(database().reading())
    try:
        yield
    finally:
        finish()
