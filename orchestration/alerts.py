"""Alerts of a run, off until the environment says where they go.

`ROLLCALL_ALERT_WEBHOOK` is an address that takes a JSON object with a `text`, as chat tools do.
`ROLLCALL_ALERT_EMAIL` is a mailbox, `ROLLCALL_SMTP` the host (and `:port`) that takes mail for it,
`ROLLCALL_SMTP_FROM` the sender; with `ROLLCALL_SMTP_USER` and `ROLLCALL_SMTP_PASSWORD` the
connection is encrypted and logs in. An alert tells what happened, never of whom.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Mapping
from email.message import EmailMessage

import requests
from dagster import HookContext, failure_hook, success_hook

from rollcall.operations import failure
from rollcall.release.approval import held_audiences

_SECONDS = 10
_RUN = {"run"}
_RELEASE = "release"


def send_alert(text: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Send `text` wherever the environment says; return where it went.

    Raises what the webhook or the mail server answers: Dagster notes it, the run goes on.
    """
    sent = []
    webhook = environment.get("ROLLCALL_ALERT_WEBHOOK")
    if webhook:
        requests.post(webhook, json={"text": text}, timeout=_SECONDS).raise_for_status()
        sent.append("webhook")
    mailbox = environment.get("ROLLCALL_ALERT_EMAIL")
    if mailbox:
        _send_mail(text, mailbox, environment)
        sent.append("email")
    return sent


def _send_mail(text: str, mailbox: str, environment: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["Subject"] = text.splitlines()[0]
    message["From"] = environment.get("ROLLCALL_SMTP_FROM", mailbox)
    message["To"] = mailbox
    message.set_content(text)
    host, _, port = environment.get("ROLLCALL_SMTP", "localhost").partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as server:
        user = environment.get("ROLLCALL_SMTP_USER")
        if user:
            server.starttls()
            server.login(user, environment.get("ROLLCALL_SMTP_PASSWORD", ""))
        server.send_message(message)


@failure_hook(required_resource_keys=_RUN)
def alert_failure(context: HookContext) -> None:
    """Say which stage stopped the run, and by what kind of error."""
    run = context.resources.run
    told = failure(run.error or context.op_exception)
    send_alert(
        f"Rollcall: run {run.version} stopped, the old release stands\n"
        f"Stage {context.op.name}: {told['error']}, exit code {told['exit_code']}. "
        "The message is on the run's screen; docs/operations.md says what the code means."
    )


@success_hook(required_resource_keys=_RUN)
def alert_holds(context: HookContext) -> None:
    """Say which audiences a release holds, where it holds any."""
    run = context.resources.run
    held = held_audiences(run.released.audiences) if run.released else []
    if context.op.name == _RELEASE and held:
        send_alert(
            f"Rollcall: release {run.version} holds {len(held)} audiences\n"
            f"{', '.join(held)}\n`rollcall status` says why, docs/holds.md what to do."
        )


HOOKS = frozenset({alert_failure, alert_holds})
