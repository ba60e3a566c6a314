"""`rollcall explain` on a small release: why two are one, and what nobody may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner

from rollcall import explained as show
from rollcall.cli import app
from rollcall.errors import SettingsError
from rollcall.identity.explain import Identifier, explain, find

ANA, BEN, FORMER = "a" * 64, "b" * 64, "f" * 64
_TABLES = f"""
    create table identity_map as
    select col0 as identifier_type, col1 as identifier_value, col2 as customer_id,
        col0 = 'phone' as is_composite_match
    from (values
        ('user_id', 'main-ana', '{ANA}'), ('email', 'ana@example.com', '{ANA}'),
        ('phone', '+447700900001', '{ANA}'), ('profile_id', 'crm:1', '{ANA}'),
        ('user_id', 'game:7', '{BEN}'), ('loyalty_id', '7', '{BEN}'),
        ('user_id', '7', '{ANA}')
    );
    create table identity_edges as
    select col0 as left_type, col1 as left_value, col2 as right_type,
        col3 as right_value, '{ANA}' as customer_id, '["crm","shop"]' as sources,
        col4::timestamp as first_seen_at, col5::timestamp as last_seen_at,
        col6 as record_count
    from (values
        ('user_id', 'main-ana', 'email', 'ana@example.com', '2025-01-02', '2025-03-04', 1200),
        ('email', 'ana@example.com', 'phone', '+447700900001', '2025-02-01', '2025-02-01', 1),
        ('email', 'ana@example.com', 'profile_id', 'crm:1', null, null, 2),
        ('user_id', '7', 'email', 'ana@example.com', '2025-05-01', '2025-05-01', 1)
    );
    create table identity_rejected_edges as
    select 'user_id' as left_type, 'main-ana' as left_value, 'anonymous_id' as right_type,
        'kiosk' as right_value, 'shared_device' as reason, '["web"]' as sources,
        timestamp '2025-01-01' as first_seen_at, timestamp '2025-01-01' as last_seen_at,
        1 as record_count;
    create table identity_merges as
    select '{FORMER}' as absorbed_customer_id, '{ANA}' as customer_id, 'merged' as reason,
        timestamp '2025-06-01' as merged_at;
    create table identity_cuts as
    select 'preference_centre' as source, 'cut-1' as cut_id, 'phone' as left_type,
        '+447700900001' as left_value, 'profile_id' as right_type, 'crm:1' as right_value,
        'indirect' as outcome
    union all
    select 'preference_centre', 'cut-2', 'phone', '1', 'email', 'x', 'applied'
    union all
    select 'preference_centre', 'cut-3', 'email', 'never@seen.example', 'email',
        'never@seen.example', 'same_identifier';
    create table customer_360 as
    select '{ANA}' as customer_id, 'core' as engagement_state, 3 as feature_count,
        null as rfm_segment, null as recency_score, null as frequency_score,
        null as monetary_score, 12.5 as net_revenue_amount, null as last_active_at,
        true as has_marketing_email_consent, false as has_marketing_sms_consent,
        false as has_marketing_push_consent, false as has_ads_consent,
        false as has_profiling_consent;
    create table audiences as
    select col0 as audience, col1 as purpose, col2 as is_suppression, col3 as qualified_count
    from (values
        ('member_of', 'marketing_email', false, 4), ('left_it', 'marketing_email', false, 4),
        ('qualifies_not', 'marketing_email', false, 4), ('no_consent', 'marketing_sms', false, 4),
        ('inner', 'none', false, 4), ('open_case', 'none', true, 3), ('empty_list', 'none', true, 0)
    );
    create table audience_exclusions as
    select col0 as audience, col1 as reason, col2 as customer_count
    from (values ('member_of', 'suppressed', 2), ('qualifies_not', 'suppressed', 1),
        ('qualifies_not', 'consent', 1), ('inner', 'not_exported', 4));
    create table audience_memberships as
    select 'member_of' as audience, '{ANA}' as customer_id, timestamp '2025-04-01' as entered_at;
    create table audience_changes as
    select 'left_it' as audience, '{ANA}' as customer_id, 'exited' as action,
        'no_longer_qualified' as reason, timestamp '2025-05-01' as released_as_of;
    create table risk_markers as
    select '{ANA}' as customer_id, 'night_play' as indicator, false as is_in_force;
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    release = tmp_path / "home" / "releases" / "000001"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "serving.duckdb")) as connection:
        connection.execute(_TABLES)
    (tmp_path / "home" / "current").symlink_to(release)
    return tmp_path / "home"


@pytest.fixture
def release(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with show.open_release(home / "current") as opened:
        yield opened


@pytest.fixture
def said(home: Path) -> Callable[..., str]:
    """Return a function that runs `rollcall explain …` and returns what it prints."""

    def run(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["explain", *arguments, "--home", str(home)])
        assert done.exit_code == code, done.output
        return done.output

    return run


@pytest.mark.parametrize(
    ("text", "kind", "identifier"),
    [
        (" ANA@Example.com ", None, Identifier("email", "ana@example.com")),
        ("+44 7700 900001", None, Identifier("phone", "+447700900001")),
        ("main-ana", None, Identifier("user_id", "main-ana")),
        ("7", "loyalty_id", Identifier("loyalty_id", "7")),
        ("game:7", None, Identifier("user_id", "game:7")),
    ],
)
def test_an_identifier_is_found_as_a_person_types_it(
    release: duckdb.DuckDBPyConnection, text: str, kind: str | None, identifier: Identifier
) -> None:
    assert find(release, text, kind)[0] == identifier


@pytest.mark.parametrize("customer_id", [ANA, FORMER])
def test_a_customer_id_of_now_and_of_before(
    release: duckdb.DuckDBPyConnection, customer_id: str
) -> None:
    assert find(release, customer_id) == (None, ANA)
    # Laid out from where the oldest edge begins.
    assert explain(release, customer_id).asked == Identifier("user_id", "main-ana")


def test_what_stands_for_several_is_asked_back(release: duckdb.DuckDBPyConnection) -> None:
    """Without a namespace `7` is anybody's; the message must not show whose it is."""
    with pytest.raises(SettingsError, match="several customers are written so"):
        find(release, "7", None)


def test_the_shortest_way_between_two(release: duckdb.DuckDBPyConnection) -> None:
    explained = explain(release, "+447700900001")
    path = explained.path_to(Identifier("profile_id", "crm:1"))
    assert [edge.evidence for edge in path] == [
        "crm, shop; 2025-02-01; 1 record",
        "crm, shop; at no known time; 2 records",
    ]


def test_one_customer_is_laid_out(said: Callable[..., str]) -> None:
    shown = said("main-ana")
    assert f"Customer {ANA}" in shown
    assert f"answers for {FORMER} since 2025-06-01 (merged)" in shown
    for line in (
        "email ana@example.com  crm, shop; 2025-01-02 to 2025-03-04; 1,200 records",
        "phone +447700900001  crm, shop; 2025-02-01; 1 record, by a composite key",
        "profile_id crm:1  crm, shop; at no known time; 2 records",
    ):
        assert line in shown
    assert "shared_device" in shown
    assert "core" in shown
    for audience, standing in (
        ("member_of", "2025-04-01"),
        ("left_it", "left: no_longer_qualified"),
        # Who is in any audience is in no suppression list.
        ("qualifies_not", "does not qualify  "),
        ("no_consent", "no consent for marketing_sms"),
        ("inner", "never exported"),
    ):
        (line,) = [line for line in shown.splitlines() if audience in line]
        assert standing in line


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ("", "does not qualify, or is in a suppression list: open_case  "),
        # Nobody who qualifies is in a list: then it is not that.
        ("delete from audience_exclusions where reason = 'suppressed'", "does not qualify  "),
        (
            "update audience_exclusions set reason = 'too_many_audiences' where reason > 'd'",
            "does not qualify, or too_many_audiences  ",
        ),
        # Denied, or never asked for: no table tells the two apart.
        (
            "update audience_exclusions set reason = 'profiling' where reason > 'd'",
            "does not qualify, or profiling  ",
        ),
        (
            "update audience_exclusions set reason = 'profiling' where reason > 'd';"
            " update customer_360 set has_profiling_consent = true",
            "does not qualify  ",
        ),
    ],
)
def test_why_one_is_out_is_told_as_far_as_the_release_knows(
    home: Path, said: Callable[..., str], change: str, standing: str
) -> None:
    """Who is in a suppression list is published nowhere."""
    with duckdb.connect(str(home / "releases" / "000001" / "serving.duckdb")) as connection:
        connection.execute(f"delete from audience_memberships; {change}")
    (line,) = [line for line in said("main-ana").splitlines() if "qualifies_not" in line]
    assert standing in line.replace("│", "  ")


def test_a_marker_in_force_is_why_one_is_out(home: Path, said: Callable[..., str]) -> None:
    with duckdb.connect(str(home / "releases" / "000001" / "serving.duckdb")) as connection:
        connection.execute(
            f"insert into risk_markers values ('{ANA}', 'chasing_losses', true),"
            f" ('{ANA}', 'chasing_losses', true), ('{BEN}', 'rising_deposits', true)"
        )
    shown = said("main-ana")
    (line,) = [line for line in shown.splitlines() if "qualifies_not" in line]
    assert "suppressed: chasing_losses" in line and "," not in line
    assert "night_play" not in shown and "rising_deposits" not in shown
    (line,) = [line for line in shown.splitlines() if "inner" in line]
    assert "never exported" in line


def test_a_visitor_has_no_more(said: Callable[..., str]) -> None:
    assert "An anonymous visitor" in said("game:7")


def test_a_second_identifier_shows_the_way_alone(said: Callable[..., str]) -> None:
    shown = said("+447700900001", "crm:1")
    assert "phone +447700900001" in shown and "profile_id crm:1" in shown
    assert "main-ana" not in shown and "Audiences" not in shown
    assert "of two customers" in said("main-ana", "game:7", code=2)


def test_a_second_identifier_that_a_guard_keeps_apart(said: Callable[..., str]) -> None:
    told = " ".join(said("main-ana", "kiosk", code=2).split())
    assert "It is the second one" in told
    assert "turned down: shared_device" in told


def test_a_type_that_is_none_or_another(said: Callable[..., str]) -> None:
    """An identifier of another type must not be told to stand for nobody."""
    assert "no type 'fax'" in said("main-ana", "--type", "fax", code=2)
    assert "identifier as phone" in " ".join(said("main-ana", "--type", "phone", code=2).split())
    assert "identifier as email" in " ".join(said("kiosk", "--type", "email", code=2).split())


def test_what_is_nobody_s_says_why(said: Callable[..., str]) -> None:
    shown = said("kiosk")
    assert "stands for nobody" in shown and "shared_device" in shown
    assert "no customer" in said("never seen", code=2)


def test_a_refused_cut_is_told_without_its_values(
    home: Path, release: duckdb.DuckDBPyConnection, said: Callable[..., str]
) -> None:
    """A run's output goes to logs; who asks for the cut by name sees it all."""
    console = Console(width=200, record=True, file=None)
    with console.capture() as captured:
        show.show_refused_cuts(console, release)
    told = captured.get()
    assert "cut-1 is refused: no edge ties the two directly" in told
    assert "phone +… -[crm, shop; 2025-02-01; 1 record]- email a…@e…" in told
    assert "cut-2" not in told
    # One that nobody has leads nowhere, and is told all the same.
    assert "cut-3 is refused: it names one identifier twice, email n…@s…." in told
    values = ("ana@example.com", "+447700900001", "crm:1", "never@seen")
    assert not any(value in told for value in values)
    whole = said("--cut", "cut-1")
    assert "ana@example.com" in whole and "profile_id crm:1" in whole
    assert "no refused cut 'cut-2'" in said("--cut", "cut-2", code=2)


def test_a_name_is_needed(said: Callable[..., str]) -> None:
    assert "name an identifier" in said(code=2)
    assert "name an identifier" in said("main-ana", "--cut", "cut-1", code=2)


def test_a_release_of_an_older_version_says_so(home: Path, said: Callable[..., str]) -> None:
    path = str(home / "current" / "serving.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute("drop table identity_edges; drop table identity_cuts")
    assert "made by an older Rollcall" in said("main-ana", code=6)
    with show.open_release(home / "current") as release:
        assert show.refused_cuts(release) == []


def test_a_customer_too_large_to_lay_out(
    home: Path, said: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show, "_SHOWN_IDENTIFIERS", 4)
    shown = said("main-ana")
    assert "too many to lay out" in shown
    assert "crm:1" not in shown
