"""Every page that links, and every GET route with real ids, lead to; asked without a browser."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from flask import Flask, template_rendered
from werkzeug.routing import Rule as Route

from learnapp.domain.core.permissions import ROLES
from learnapp.web.core.access import rule_of
from tests.crawl.world import HELD, WALKERS, Visitor, World

_LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
# So many addresses of one kind (route and names in its query) are enough for one walker.
_ENOUGH = 3


@dataclass(frozen=True)
class Seen:
    """A page as a walker was answered: who, where, with what status and which template."""

    walker: str
    path: str
    endpoint: str
    status: int
    template: str | None
    size: int
    posted: dict[str, str] | None = None  # the form, where only a post shows the page


@dataclass
class Found:
    """What a walk found: pages, and what was not as the role × route matrix says."""

    pages: list[Seen] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Take in what another walk found."""
        self.pages += other.pages
        self.faults += other.faults

    def by_template(self) -> dict[str, list[Seen]]:
        """The pages that show each template, the fullest first."""
        found: dict[str, list[Seen]] = defaultdict(list)
        for page in sorted(self.pages, key=lambda each: -each.size):
            if page.template is not None:
                found[page.template].append(page)
        return found


_OWN_CASE = "请由另一位有权限的人办理"


@contextmanager
def _templates_of(app: Flask) -> Iterator[list[str]]:
    names: list[str] = []

    def note(_sender: Flask, template: object, **_more: object) -> None:
        names.append(str(getattr(template, "name", "")))

    with template_rendered.connected_to(note, app):
        yield names


class Walk:
    """One walker's walk over the application."""

    def __init__(self, app: Flask, world: World, walker: str) -> None:
        self._app, self._world, self._walker = app, world, walker
        self._unlinked = [path for walker, path in world.pages if walker == self._walker]
        self._visitor = Visitor(app, world.logins.get(walker))
        self._adapter = app.url_map.bind("localhost")
        self._kinds: Counter[tuple[str, frozenset[str]]] = Counter()
        self.found = Found()

    def follow_links(self) -> None:
        """Breadth first from the home page; what a page links to must open."""
        waiting = ["/", *self._unlinked]
        known = set(waiting)
        while waiting:
            path = waiting.pop(0)
            seen, text = self._ask(path)
            if seen is None:
                continue
            if seen.status >= 400 and path not in self._unlinked:
                self.found.faults.append(f"{self._walker}: a link to {path} answers {seen.status}")
            for link in _LINK.findall(text):
                link = unescape(link)
                if link not in known and not link.startswith("/static/"):
                    known.add(link)
                    waiting.append(link)

    def try_routes(self, ids: dict[str, dict[str, str]]) -> None:
        """Every GET route with ids that others met; the status that the matrix says."""
        for route in self._app.url_map.iter_rules():
            if "GET" not in (route.methods or ()) or route.endpoint == "static":
                continue
            values = ids.get(route.endpoint)
            if route.arguments and values is None:
                continue
            path = self._adapter.build(route.endpoint, values or {})
            seen, text = self._ask(path, whatever=True)
            assert seen is not None
            if _OWN_CASE in text and seen.status == 403:
                continue  # the right is there, but the case is one's own
            if not self._as_the_matrix_says(route, seen.status):
                self.found.faults.append(f"{self._walker}: {path} answers {seen.status}")

    def posts(self) -> None:
        """Pages that only a post shows."""
        for walker, path, data in self._world.posts:
            if walker != self._walker:
                continue
            with _templates_of(self._app) as names:
                reply = self._visitor.post(path, **data)
            if reply.status_code >= 500:
                self.found.faults.append(f"{walker}: posting to {path} answers {reply.status_code}")
            name = _page_template(names)
            self.found.pages.append(Seen(walker, path, "", reply.status_code, name, 0, data))

    def _ask(self, path: str, whatever: bool = False) -> tuple[Seen | None, str]:
        parts = urlsplit(path)
        endpoint = self._endpoint(parts.path)
        if endpoint is None:
            self.found.faults.append(f"{self._walker}: a link to {path}, which no route knows")
            return None, ""
        kind = (endpoint, frozenset(parse_qs(parts.query)))
        if not whatever and self._kinds[kind] >= _ENOUGH:
            return None, ""
        self._kinds[kind] += 1
        with _templates_of(self._app) as names:
            reply = self._visitor.client.get(path)
        if reply.status_code >= 500 and endpoint != "site.health":
            self.found.faults.append(f"{self._walker}: {path} answers {reply.status_code}")
        text = reply.text if reply.mimetype == "text/html" else ""
        if reply.status_code in (302, 303) and not whatever:
            text += f'<a href="{reply.headers["Location"]}">'
        name = _page_template(names)
        seen = Seen(self._walker, path, endpoint, reply.status_code, name, len(text))
        self.found.pages.append(seen)
        return seen, text

    def _endpoint(self, path: str) -> str | None:
        try:
            endpoint, _ = self._adapter.match(path, method="GET")
        except Exception:  # werkzeug raises one of several
            return None
        return str(endpoint)

    def _as_the_matrix_says(self, route: Route, status: int) -> bool:
        rule = rule_of(self._app.view_functions[route.endpoint])
        assert rule is not None
        if route.endpoint == "site.health":
            return status in (200, 503)  # no scheduler runs beside the crawl
        if self._walker == "nobody":
            return status == 302 if rule.signed_in else status in (200, 302, 303, 404)
        if rule.permission is None:
            return status in (200, 302, 303, 404)
        if HELD.get(self._walker, set()) & ROLES[rule.permission]:
            return status in (200, 302, 404)
        return status == 403


def _page_template(names: list[str]) -> str | None:
    """The page among the templates rendered for a reply."""
    return names[-1] if names else None


def ids_met(app: Flask, found: Found) -> dict[str, dict[str, str]]:
    """For each route with arguments, real values that some walker's page was opened with."""
    adapter = app.url_map.bind("localhost")
    met: dict[str, dict[str, str]] = {}
    for page in found.pages:
        if page.status != 200 or page.posted is not None:
            continue
        endpoint, values = adapter.match(urlsplit(page.path).path, method="GET")
        if values:
            met.setdefault(str(endpoint), {name: str(value) for name, value in values.items()})
    return met


def walk(world: World, folder: Path) -> Found:
    """All walkers, each on a copy of its own: links first, then every route with what they met."""
    found, ids = Found(), {}
    for walker in WALKERS:
        with world.copy(folder / walker) as app:
            one = Walk(app, world, walker)
            one.follow_links()
            ids = ids_met(app, one.found) | ids
            found.add(one.found)
    for walker in WALKERS:
        with world.copy(folder / f"{walker}-routes") as app:
            one = Walk(app, world, walker)
            one.try_routes(ids)
            one.posts()
            found.add(one.found)
    return found
