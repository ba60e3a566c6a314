"""Alerts go where the environment says, and nowhere by default; they name nobody."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from dagster import job, op, resource

from orchestration import alerts
from orchestration.alerts import HOOKS, send_alert
from rollcall.errors import BuildError

SECRET = "ada@example.com"  # noqa: S105


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that keeps what it is sent."""
    taken: list[dict[str, Any]] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            taken.append(json.loads(self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_sent_until_the_environment_says_where() -> None:
    assert send_alert("text", {}) == []


def test_a_webhook_takes_the_text(webhook: tuple[str, list[dict[str, Any]]]) -> None:
    address, taken = webhook
    assert send_alert("a\nb", {"ROLLCALL_ALERT_WEBHOOK": address}) == ["webhook"]
    assert taken == [{"text": "a\nb"}]


@pytest.mark.parametrize("user", [None, "ann"])
def test_a_mailbox_gets_the_text(monkeypatch: pytest.MonkeyPatch, user: str | None) -> None:
    told: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: int) -> None:
            told.append((host, port))

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: Any) -> None:
            pass

        def starttls(self) -> None:
            told.append("encrypted")

        def login(self, name: str, password: str) -> None:
            told.append((name, password))

        def send_message(self, message: Any) -> None:
            told.append((message["Subject"], message["To"], message.get_content()))

    monkeypatch.setattr(alerts.smtplib, "SMTP", Server)
    environment = {"ROLLCALL_ALERT_EMAIL": "ops@company.example", "ROLLCALL_SMTP": "mail:2525"}
    if user:
        environment |= {"ROLLCALL_SMTP_USER": user, "ROLLCALL_SMTP_PASSWORD": "p"}
    assert send_alert("first line\nsecond", environment) == ["email"]
    signed_in = ["encrypted", ("ann", "p")] if user else []
    assert told == [
        ("mail", 2525), *signed_in,
        ("first line", "ops@company.example", "first line\nsecond\n"),
    ]  # fmt: skip


def _job(run: Any, name: str, error: Exception | None) -> Any:
    @op(name=name)
    def step() -> None:
        if error:
            raise error

    @resource
    def given(_: Any) -> Any:
        return run

    @job(hooks=set(HOOKS), resource_defs={"run": given})
    def one() -> None:
        step()

    return one.execute_in_process(raise_on_error=False)


def _released(**statuses: str) -> Any:
    audiences = {name: {"status": status} for name, status in statuses.items()}
    return SimpleNamespace(
        version="000004", error=None, released=SimpleNamespace(audiences=audiences)
    )


@pytest.mark.parametrize(
    ("run", "step", "error", "named"),
    [
        (SimpleNamespace(version="000003", error=BuildError(SECRET), released=None), "dbt",
         ValueError(SECRET), ["000003", "BuildError", "exit code 4", "dbt"]),
        (SimpleNamespace(version="000003", error=None, released=None), "dbt",
         ValueError(SECRET), ["exit code 1"]),
        (_released(a="held", b="released"), "release", None, ["000004", "holds 1 audiences", "a"]),
        (_released(a="held"), "ingest", None, []),
        (_released(b="released"), "release", None, []),
    ],
)  # fmt: skip
def test_failures_and_holds_are_told(
    monkeypatch: pytest.MonkeyPatch, run: Any, step: str, error: Exception | None, named: list[str]
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(alerts, "send_alert", sent.append)
    _job(run, step, error)
    assert len(sent) == bool(named)
    for text in sent:
        assert all(word in text for word in named)
        assert SECRET not in text


def test_an_alert_that_cannot_be_sent_does_not_fail_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: str) -> None:
        raise OSError("no mail today")

    monkeypatch.setattr(alerts, "send_alert", fail)
    assert _job(_released(a="held"), "release", None).success
