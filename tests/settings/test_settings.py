"""A company's configuration: what is wrong in it is said with file, value and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollcall.definitions import variables_in_force
from rollcall.errors import SettingsError
from rollcall.home import Home
from rollcall.settings import last_written, parse_as_of, resolve, write_for_dbt
from rollcall.sources import PROJECT_ROOT
from rollcall.variables import check_variables


def _settings(tmp_path: Path, text: str, **seeds: str):
    config = tmp_path / "config"
    config.mkdir()
    (config / "rollcall.yml").write_text(text, encoding="utf-8")
    for name, rows in seeds.items():
        (config / f"{name}.csv").write_text(rows, encoding="utf-8")
    settings = resolve(Home.at(tmp_path / "home"), config=config, as_of=parse_as_of("2026-01-01"))
    return settings


def _key(text: str) -> str:
    return f"vars: {{composite_keys: [{text}]}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources:\n  web: [1\n", "not valid yaml"),
        ("- web\n", "write keys with values"),
        ("sources: [web]\n", "sources must be names with values"),
        ("sources:\n  web: yes\n", "source web: True is no mapping"),
        ("sources:\n  webb: {}\n", "rollcall.yml:2: there is no source 'webb'"),
        (
            "sources:\n  web: {purchase: events}\n",
            "rollcall.yml:2: source web: unknown setting 'purchase'",
        ),
        ("sources:\n  web: {purchases: baskets}\n", "purchases is 'baskets'"),
        ("source:\n  web: {}\n", "unknown key 'source'"),
        ("1: {}\nsource:\n  web: {}\n", "unknown key 1"),
        ("vars: {engagement_days: 14}\n", "rollcall.yml:1: there is no var 'engagement_days'"),
        ("industries: shop\n", "industries 'shop' is no list"),
        ("industries: [shop, zoo]\n", "industries: 'zoo' is unknown. Known: any, shop"),
        ("vars: 28\n", "vars must be names with values"),
        ("vars: {session_gap_minutes: thirty}\n", "'thirty' is no whole number"),
        ("vars: {audience_near_identical_jaccard: most}\n", "'most' is no number, as 0.9 is"),
        ("vars: {audience_near_identical_jaccard: 90}\n", "90 is no share. Write one above 0"),
        ("vars: {audience_near_identical_jaccard: 0}\n", "0 is no share"),
        ("vars: {audience_empty_runs: 0}\n", "audience_empty_runs: 0 is less than 1"),
        ("vars: {accounts_per_customer: true}\n", "True is no whole number"),
        ("vars: {accounts_per_customer: -1}\n", "accounts_per_customer: -1 is less than 1"),
        ("vars: {history_begins_at: soon}\n", "'soon' is no time, like 2026-07-01T00:00:00Z"),
        ("vars: {drift_minimum_releases: 1}\n", "drift_minimum_releases: 1 is less than 2"),
        ("vars: {tracking_kind_rate: 2}\n", "2 is no share"),
        ("vars: {phone_country: 44}\n", "44 is no text"),
        ("vars: {phone_country: UK}\n", "'UK' is no country"),
        ("vars: {accounts_per_customer: 0}\n", "accounts_per_customer: 0 is less than 1"),
        ("vars: {engagement_window_days: 0}\n", "engagement_window_days: 0 is less than 1"),
        ("vars: {session_gap_minutes: -1}\n", "session_gap_minutes: -1 is less than 0"),
        ("vars: {email_providers: [{domains: example.com}]}\n", "is no list"),
        ("vars: {email_providers: [{domains: ['@example.com']}]}\n", "domain '@example.com'"),
        (_key("{name: a, fields: [city, city], maximum_profiles: 1}"), "is there twice"),
        ("vars: {shared_device_rule: last}\n", "'last' is unknown"),
        ("vars: {email_providers: [gmail.com]}\n", "'gmail.com' is no mapping"),
        ("vars: {email_providers: [{ignores_dots: true}]}\n", "has no domains"),
        ("vars: {composite_keys: {name: a}}\n", "is no list"),
        ("vars: {composite_keys: [{name: a, fields: [city]}]}\n", "has no maximum_profiles"),
        (_key("{name: A b, fields: [city], maximum_profiles: 1}"), "name 'A b'"),
        (_key("{name: a, fields: [town], maximum_profiles: 1}"), "no column 'town'"),
        (_key("{name: a, fields: [], maximum_profiles: 1}"), "is no list of columns"),
        (_key("{name: a, fields: [city], maximum_profiles: 0}"), "maximum_profiles 0"),
        (_key("{name: a, fields: [city], maximum_profiles: 1, guard: 2}"), "part 'guard'"),
        (
            "vars: {session_gap_minutes: 30}\nsources: {}\nvars: {}\n",
            "rollcall.yml:3: key 'vars' is in line 1 already. Keep one of the two.",
        ),
        (
            "vars:\n  session_gap_minutes: 30\n  # Less.\n  session_gap_minutes: 20\n",
            "rollcall.yml:4: key 'session_gap_minutes' is in line 2 already",
        ),
        (
            _key("{name: a, name: b, fields: [city], maximum_profiles: 1}"),
            "key 'name' is in line 1",
        ),
        (
            "sources: {}\nvars:\n\n  rfm_history_months: 121\n",
            "rollcall.yml:4: var rfm_history_months: 121 is more than 120. Write 1 to 120.",
        ),
        ("vars: {engagement_window_days: 3651}\n", "3651 is more than 3650. Write 1 to 3650."),
        ("vars: {recommendation_order_products: 100000}\n", "100000 is more than"),
        ("vars: {reporting_currency: gbp}\n", "var reporting_currency: 'gbp' is no currency of IS"),
        ("vars: {reporting_currency: POUND}\n", "'POUND' is no currency of ISO 4217, like GBP."),
        ("vars: {reporting_currency: ''}\n", "reporting_currency: '' is no currency"),
        (
            "vars: {audience_retention_days: 27}\n",
            "rollcall.yml:1: var audience_retention_days is 27, less than the 28 of "
            "audience_response_days. Raise the one or lower the other.",
        ),
        (
            "vars: {audience_response_days: 91}\n",
            "rollcall.yml:1: var audience_retention_days is 90, less than the 91 of",
        ),
        (
            "vars: {audience_changes_days: 121}\n",
            "rollcall.yml:1: var audience_changes_days is 121, less than 122: a month, the 90 of "
            "audience_retention_days, and a day for the run that tells it. Write 122 or more, or "
            "fewer days of retention.",
        ),
        (
            "vars:\n  audience_empty_runs: 2\n  audience_retention_days: 119\n",
            "rollcall.yml:3: var audience_changes_days is 150, less than 151: a month, the 119 of",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        _settings(tmp_path, text)
    assert message in str(error.value)
    assert "rollcall.yml" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "vars: {audience_response_days: 30, audience_retention_days: 30}\n",
        "vars: {audience_retention_days: 118}\n",
        "vars: {audience_changes_days: 122}\n",
        "vars: {audience_retention_days: 300, audience_changes_days: 332}\n",
        "vars: {rfm_history_months: 120, reporting_currency: EUR}\n",
        # A key may be in one block and in another, and a block stand for two.
        "sources: {web: &plain {namespace: main}, app: *plain}\n",
        "vars: {email_providers: [{domains: [a.com]}, {domains: [b.com]}]}\n",
        "",
    ],
)
def test_what_fits_passes(tmp_path: Path, text: str) -> None:
    _settings(tmp_path, text)


def test_each_number_that_is_shipped_has_its_bounds() -> None:
    shipped = variables_in_force({})
    check_variables(shipped, dict.fromkeys(shipped, "dbt_project.yml"), PROJECT_ROOT)


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("features", "event_name,feature,kind\nx,y,usage\n", ":1: columns are"),
        ("featurs", "feature,event_name,kind\n", "stands in for no reference seed"),
        ("source_priorities", "source,priority\nweb,first\n", ":2: priority is 'first'"),
        ("audience_goals", "goal,event_name,meaning\nx,sold,X\n", "'sold' is no event"),
    ],
)
def test_a_seed_that_does_not_fit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, rows: str, message: str
) -> None:
    """Rows are read by position: features under the wrong heading would count as events."""
    for variable in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(variable, "restored after the test")
    settings = _settings(tmp_path, "sources:\n  web: {}\n", **{name: rows})
    with pytest.raises(SettingsError, match=message):
        write_for_dbt(settings, release_id="000001")


@pytest.mark.parametrize("name", ["rollcall.yml", "features.csv"])
def test_a_file_in_another_encoding_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(variable, "restored after the test")
    config = tmp_path / "config"
    config.mkdir()
    (config / "rollcall.yml").write_text("sources:\n  web: {}\n", encoding="utf-8")
    (config / name).write_bytes("# M\u00fcller\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=rf"{name}:1: byte 0xfc is not UTF-8. Save the file as"):
        write_for_dbt(resolve(Home.at(tmp_path / "home"), config=config), release_id="000001")


def test_what_a_source_may_not_bind_reaches_dbt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(variable, "restored after the test")
    text = "sources:\n  web: {}\n  crm: {binds_not: [phone, email], expanded_limit_megabytes: 5}\n"
    settings = _settings(tmp_path, text)
    assert settings.sources["crm"].expanded_limit_megabytes == 5
    write_for_dbt(settings, release_id="000001")
    sources = last_written(settings.home)["sources"]
    assert (sources["crm"]["binds_not"], sources["web"]["binds_not"]) == (["email", "phone"], [])


@pytest.mark.parametrize("name", ["it's", '"x"', "{{ 1 }}", "{name}", "a*", "b[1]", "c\nd"])
def test_a_home_that_would_be_read_as_code_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is read as code or as a pattern"):
        resolve(Home.at(tmp_path / name))


def test_a_seed_with_its_columns_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ROLLCALL_HOME", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(variable, "restored after the test")
    rows = "engagement_state,rank,minimum_features,maximum_features\nall,1,1,6\n"
    settings = _settings(tmp_path, "sources:\n  web: {}\n", engagement_state_rules=rows)
    write_for_dbt(settings, release_id="000001")
    macro = (settings.home.dbt / "macros" / "run_settings.sql").read_text(encoding="utf-8")
    assert str(tmp_path / "config" / "engagement_state_rules.csv") in macro


def test_a_company_has_the_audiences_of_its_industries_and_those_of_any(tmp_path: Path) -> None:
    """A shop is not told, run after run, that its gaming audiences are empty."""

    def audiences(text: str, name: str) -> set[str]:
        folder = tmp_path / name
        folder.mkdir()
        write_for_dbt(_settings(folder, text), release_id="1")
        return set(last_written(Home.at(folder / "home"))["audiences"])

    shop, everything = audiences("industries: [shop]\n", "shop"), audiences("{}\n", "all")
    assert {"aud_cart_abandoners", "aud_power_users"} <= shop
    assert {"aud_bonus_skippers", "aud_trial_ending"} == everything.difference(shop) & {
        "aud_bonus_skippers",
        "aud_trial_ending",
        "aud_cart_abandoners",
    }


def test_how_long_rows_are_kept_is_said_by_source_and_entity(tmp_path: Path) -> None:
    text = (
        "sources:\n  web: {retention_days: {events: 400}}\n  shop: {}\n"
        "  email_platform: {retention_days: {messages: 36500}}\n"
    )
    sources = _settings(tmp_path, text).sources
    kept = {name: dict(source.retention_days) for name, source in sources.items()}
    assert kept == {"web": {"events": 400}, "shop": {}, "email_platform": {"messages": 36500}}


@pytest.mark.parametrize(
    ("source", "written", "told"),
    [
        ("web", "400", "retention_days is 400. Write days by entity, like {events: 400"),
        ("web", "{orders: 400}", "'orders' does not expire. Known: events, messages"),
        ("web", "{events: 0}", "events is 0. Write a whole number of days, 1 to 36500"),
        ("web", "{events: 36501}", "events is 36501. Write a whole number of days"),
        ("web", "{events: true}", "events is True. Write a whole number of days"),
        ("web", "{events: 1.5}", "events is 1.5. Write a whole number of days"),
        ("web", "{events: soon}", "events is 'soon'. Write a whole number of days"),
        ("web", "{messages: 9}", "no table of the source says `expires: messages`"),
        ("data_bank", "{events: 9}", "no table of the source says `expires: events`"),
    ],
)
def test_what_cannot_expire_is_named(tmp_path: Path, source: str, written: str, told: str) -> None:
    """Rows that go by a slip of the pen are gone."""
    text = f"sources:\n  crm: {{}}\n  {source}: {{retention_days: {written}}}\n"
    with pytest.raises(SettingsError) as caught:
        _settings(tmp_path, text)
    assert f"rollcall.yml:3: source {source}: retention_days" in str(caught.value)
    assert told in str(caught.value)
