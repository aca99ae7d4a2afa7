"""/metrics: figures for a monitoring program, for the machine itself or whoever has the token.

Counts of requests are of the process that answers; with several the monitoring program sees them in
turn, so alerts rest on the figures of the installation, which all processes give alike.
"""

from __future__ import annotations

import hmac
import ipaddress
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from learnapp.config import Config
from learnapp.db.core.engine import Database
from learnapp.db.operations import conditions, heartbeat
from learnapp.services.operations import backups
from learnapp.services.operations.health import Health
from learnapp.web.core import request_context as req
from learnapp.web.core.access import bare

blueprint = Blueprint("metrics", __name__)

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


class Measures:
    """What this process counts of its requests."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        of = ("kind", "status")
        self._requests = Counter(
            "learnapp_requests", "Requests by kind and class of status", of, registry=self.registry
        )
        self._seconds = Histogram(
            "learnapp_request_seconds",
            "Seconds from the whole body to the reply",
            ("kind",),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def note(self, kind: str, status: str, seconds: float) -> None:
        """Count a request; `status` is the line of the reply."""
        self._requests.labels(kind, f"{status[:1]}xx").inc()
        self._seconds.labels(kind).observe(seconds)


def kind_of(method: str, path: str) -> str:
    """Which kind of request: few words, whatever is asked for."""
    if path.endswith("/answers"):
        return "save"
    if path.endswith("/submit"):
        return "submit"
    if path.endswith("/news"):
        return "news"
    if path.startswith(("/health", "/metrics")):
        return "probe"
    if path.startswith("/static/"):
        return "static"
    return "page" if method in ("GET", "HEAD") else "deed"


class _House(Collector):
    """Figures of the installation, asked for when they are wanted."""

    def __init__(self, config: Config, database: Database, health: Health) -> None:
        self._home, self._database, self._health = config.home, database, health

    def collect(self) -> Iterator[Metric]:
        report = self._health.report()
        parts = GaugeMetricFamily("learnapp_well", "1 where a part is well", labels=["part"])
        for name, state in report.parts.items():
            parts.add_metric([name], float(state == "well"))
        yield parts
        yield _gauge("learnapp_free_bytes", "Free on the disk", _free(self._home))
        age = heartbeat.age_s(self._home / "scheduler.lock")
        if age is not None:
            yield _gauge("learnapp_scheduler_age_seconds", "Since the scheduler's last round", age)
        if report.parts["database"] == "well":
            yield from self._of_database()

    def _of_database(self) -> Iterator[Metric]:
        try:
            with self._database.reading() as session:
                counts = conditions.counts(session)
                last = backups.history(session).last_good
        except SQLAlchemyError:
            return
        for name, count in counts.items():
            yield _gauge(f"learnapp_{name}", "Now", count)
        if last is not None:
            name = "learnapp_backup_timestamp_seconds"
            yield _gauge(name, "Instant of the last good backup", last.timestamp())


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _free(home: Path) -> int:
    return shutil.disk_usage(home).free


@blueprint.get("/metrics")
@bare
def metrics() -> Response:
    """The figures, as Prometheus reads them; 404 for whoever may not have them."""
    config = cast(Config, current_app.extensions["learnapp.config"])
    if not _may_read(config.metrics_token):
        abort(404)
    health = cast(Health, current_app.extensions["learnapp.health"])
    house = CollectorRegistry()
    house.register(_House(config, req.database(), health))
    own = cast(Measures, current_app.extensions["learnapp.measures"])
    text = generate_latest(house) + generate_latest(own.registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _may_read(token: str | None) -> bool:
    """Whoever has the token; without one, the machine itself. What a proxy hands on comes from it."""
    if token is not None:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
