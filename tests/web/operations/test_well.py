"""/well says what is not well and what to do; /health and /metrics are for programs."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault
from learnapp.services.operations import backups
from learnapp.web.core import metrics
from tests.small_office import NOW


def test_an_admin_sees_what_to_do_and_why_a_backup_failed_and_nobody_else_sees_it(home):
    with home.database.writing() as session:
        why = Conflict(BackupFault.NO_SPACE, free=1, needed=9)
        backups.note_failed(session, NOW, NOW, why)
    home.enter("admin")
    page = home.client.get("/well").text
    assert "计划任务没有运行" in page and "重启服务" in page
    assert "磁盘空间不够：剩 1 MB，约需 9 MB" in page
    assert "/well" in home.client.get("/desk").text
    home.enter("head")
    assert home.client.get("/well").status_code == 403


def test_a_process_is_alive_whatever_is_ill_and_ready_only_when_all_is_well(home):
    assert home.client.get("/health/live").json == {"ok": True}
    ready, old = home.client.get("/health/ready"), home.client.get("/healthz")
    assert ready.status_code == old.status_code == 503  # nothing has beaten the scheduler's lock
    assert ready.json.keys() == old.json.keys() == {"ok", "parts"}


def test_figures_are_for_the_machine_itself_and_what_a_proxy_hands_on_is_not_it(home):
    text = home.client.get("/metrics").text
    assert 'learnapp_well{part="database"} 1.0' in text
    assert "learnapp_open_attempts 0.0" in text and "learnapp_free_bytes" in text
    again = home.client.get("/metrics").text
    assert 'learnapp_requests_total{kind="probe",status="2xx"}' in again
    assert home.client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 404
    away = {"REMOTE_ADDR": "10.0.0.9"}
    assert home.client.get("/metrics", environ_base=away).status_code == 404


def test_with_a_token_figures_are_for_whoever_shows_it(home, monkeypatch):
    config = home.client.application.extensions["learnapp.config"]
    token = "a token of more than twenty"
    object.__setattr__(config, "metrics_token", token)
    away = {"REMOTE_ADDR": "10.0.0.9"}
    shown = {"Authorization": f"Bearer {token}"}
    assert home.client.get("/metrics", environ_base=away, headers=shown).status_code == 200
    assert home.client.get("/metrics").status_code == 404


@pytest.mark.parametrize(
    "method, path, kind",
    [
        ("POST", "/attempts/x/answers", "save"),
        ("POST", "/attempts/x/submit", "submit"),
        ("GET", "/week", "page"),
        ("POST", "/roster", "deed"),
        ("GET", "/static/js/told.js", "static"),
        ("GET", "/health/live", "probe"),
    ],
)
def test_requests_are_counted_by_few_kinds(method, path, kind):
    assert metrics.kind_of(method, path) == kind
