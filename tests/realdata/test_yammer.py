"""The e-mails of a social network, counted again from the file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2022-09-01T00:00:00Z"


@pytest.fixture(scope="module")
def home(company: Callable[..., Path]) -> Path:
    return company("yammer", AS_OF)


def test_who_was_written_to_and_who_read(home: Path, worked) -> None:
    counts = worked(
        home,
        "select count(*) filter (where message_opened_count_28_days > 0),"
        " (select count(distinct user_id) from int_unified__messages"
        "  where occurred_at >= timestamp '2022-09-01' - interval 28 day),"
        " (select count(distinct user_id) from int_unified__messages) from customer_360",
    )
    assert counts == [(3_751, 4_697, 6_179)]


def test_every_line_is_a_message(home: Path, worked, realdata: Path) -> None:
    """An open is of what its user was sent last, as a plain walk through the file says."""
    path = realdata / "yammer" / "landing" / "yammer" / "emails" / "yammer_emails.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = sorted(
            csv.DictReader(file),
            key=lambda row: (row["user_id"], row["occurred_at"], row["action"][:4] != "sent"),
        )
    expected: dict[tuple[str, str], int] = {}
    sent: dict[str, str] = {}
    for row in lines:
        if row["action"].startswith("sent_"):
            sent[row["user_id"]] = row["action"].removeprefix("sent_")
        action = {"email_open": "opened", "email_clickthrough": "clicked"}.get(row["action"])
        key = (sent[row["user_id"]], action or "sent")
        expected[key] = expected.get(key, 0) + 1
    found = worked(
        home, "select campaign_id, action, count(*) from int_unified__messages group by 1, 2"
    )
    assert {(campaign, action): count for campaign, action, count in found} == expected
    assert sum(expected.values()) == 90_389


def test_what_became_of_the_digest(home: Path, released, realdata: Path) -> None:
    """Messages sent, opened and clicked, and to how many people, as pandas counts them."""
    emails = pd.read_csv(
        realdata / "yammer" / "landing" / "yammer" / "emails" / "yammer_emails.csv",
        parse_dates=["occurred_at"],
    ).sort_values("occurred_at", kind="stable")
    is_sent = emails["action"].str.startswith("sent_")
    sent = emails[is_sent].rename(columns={"action": "sent_action"})
    sent["sent_at"] = sent["occurred_at"]
    responses = pd.merge_asof(
        emails[~is_sent], sent[["user_id", "occurred_at", "sent_action", "sent_at"]],
        on="occurred_at", by="user_id",
    )  # fmt: skip
    digests = responses[responses["sent_action"] == "sent_weekly_digest"]
    expected = {
        action: len(digests[digests["action"] == name].drop_duplicates(["user_id", "sent_at"]))
        for action, name in (("opened", "email_open"), ("clicked", "email_clickthrough"))
    }
    digest = sent[sent["sent_action"] == "sent_weekly_digest"]
    rates = [round(expected[action] / len(digest), 6) for action in ("opened", "clicked")]
    assert released(
        home,
        "select recipient_count, sent_count, opened_count, clicked_count, opened_rate,"
        " clicked_rate, is_final from campaign_performance where campaign_id = 'weekly_digest'",
    ) == [
        (
            digest["user_id"].nunique(),
            len(digest),
            expected["opened"],
            expected["clicked"],
            *rates,
            False,
        )
    ]
    assert len(digest) > 50_000
