"""A seed that cannot be read, or holds what its columns do not take, is told by line and value."""

from __future__ import annotations

from pathlib import Path

import pytest
from given_seeds import SHIPPED, declared, write_seeds

from rollcall.errors import SettingsError
from rollcall.forms import check_seeds
from rollcall.seeds import seed_rows


def _written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "seed.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_are_read_with_their_lines(tmp_path: Path) -> None:
    """Blank lines say nothing, wherever they are; a quoted text may go over several lines."""
    text = '\ufeffname,meaning\r\na,"x, ""y"""\r\n\r\nb,"one\r\ntwo"\r\nc,\r\n\r\n\r\n'
    assert seed_rows(_written(tmp_path, text)) == [
        (2, {"name": "a", "meaning": 'x, "y"'}),
        (4, {"name": "b", "meaning": "one\r\ntwo"}),
        (6, {"name": "c", "meaning": ""}),
    ]


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        ("a,b\n1,2\nx,one, or two\n", "utf-8", "seed.csv:3: 3 values for 2 columns. Put"),
        ("a,b\n1,2,\n", "utf-8", "seed.csv:2: 3 values .* Put a text that holds a comma or"),
        ("a,b\n1,2\n\nx\n", "utf-8", "seed.csv:4: 1 values for 2 columns. Put"),
        ("a,b\n1,2\n  \n", "utf-8", "seed.csv:3: 1 values for 2 columns"),
        ('a,b\n1,"2\nx,3\ny,4\n', "utf-8", "seed.csv:2: .* Put a text that holds a comma or"),
        (
            "a,b\n1,2\nx,Düsseldorf\n",
            "latin-1",
            "seed.csv:3: byte 0xfc is not UTF-8. Save the file",
        ),
        ("a,b\n1,2\n", "utf-16", "seed.csv:1: byte 0xff is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, text: str, encoding: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        seed_rows(_written(tmp_path, text, encoding))


def _stands_in(folder: Path, seed: str, old: str, new: str) -> None:
    """Let a shipped seed with `old` as `new` stand in for it, as a company's does."""
    paths = write_seeds(folder, {seed: SHIPPED[seed].read_text(encoding="utf-8")}, seed, old, new)
    check_seeds(SHIPPED | paths, declared())


@pytest.mark.parametrize(
    ("seed", "old", "new"),
    [
        ("event_vocabulary", "page_viewed,A page", "page_viewed,A whole page"),
        # A number may have more digits than are kept, a bound may be reached.
        ("exchange_rates", "0.8700", "0.870000001"),
        ("exchange_rates", "2026-01-01,USD", "2026-01-02,EUR"),
        ("billing_intervals", "day,1,", "day,36500,"),
        ("rfm_cut_points", ",365\n", ",99999999999999999.00001\n"),
        ("content_fields", "timezone,UTC", "timezone,America/Argentina/Buenos_Aires"),
        ("content_fields", "send_hour,10", "send_hour,23"),
        ("content_fields", '"[""our-favourites""]"', "[]"),
        ("health_limits", "match_rate,0.5", "unattributed_orders_rate,0"),
        ("identifier_types", "1,false", "1,FALSE"),
        ("source_priorities", "shop,2", "shop,1"),
    ],
)
def test_what_its_columns_take_passes(tmp_path: Path, seed: str, old: str, new: str) -> None:
    _stands_in(tmp_path, seed, old, new)


@pytest.mark.parametrize(
    ("seed", "old", "new", "message"),
    [
        # Written twice.
        (
            "exchange_rates",
            ",USD,",
            ",EUR,",
            "exchange_rates.csv:3: rate_date '2026-01-01', from_currency 'EUR', to_currency 'GBP' "
            "is in line 2 already. Keep one of the two.",
        ),
        (
            "event_vocabulary",
            "product_list_viewed",
            "page_viewed",
            "event_vocabulary.csv:3: event_name 'page_viewed' is in line 2 already",
        ),
        (
            "engagement_state_rules",
            "core,",
            "casual,",
            "rules.csv:3: engagement_state 'casual' is in line 2 already",
        ),
        (
            "engagement_state_rules",
            "core,2",
            "core,01",
            "rules.csv:3: rank '01' is in line 2 already",
        ),
        ("engagement_channels", "app,", "web,", "channels.csv:3: channel 'web' is in line 2"),
        ("billing_intervals", "week,", "day,", "intervals.csv:3: billing_interval 'day' is in li"),
        ("source_priorities", "shop,", "crm,", "priorities.csv:3: source 'crm' is in line 2"),
        ("content_fields", "language,", "name,", "content_fields.csv:3: field 'name' is in line 2"),
        # Numbers.
        ("exchange_rates", "0.8700", "0", "exchange_rates.csv:2: rate is '0'. Write a number"),
        ("exchange_rates", "0.8700", "-1", "rate is '-1'. Write a number of at most 10 digits be"),
        ("exchange_rates", "0.8700", "0.000000001", "before the point and 8 after it, above 0."),
        ("exchange_rates", "0.8700", "nan", "rate is 'nan'"),
        ("exchange_rates", "0.8700", "Infinity", "rate is 'Infinity'"),
        ("exchange_rates", "0.8700", "0_8", "rate is '0_8'"),
        ("exchange_rates", "0.8700", "", "rate is empty. Write a number"),
        ("exchange_rates", "0.8700", "12345678901", "rate is '12345678901'"),
        (
            "rfm_cut_points",
            ",365",
            ",100000000000000000",
            "cut_points.csv:2: cut_value is '1000000",
        ),
        ("rfm_cut_points", ",365", ",99999999999999999.999999", "cut_value is '99999999999999999."),
        (
            "risk_moments",
            "bet_settled,,0",
            "bet_settled,,nan",
            "moments.csv:3: value_below is 'nan",
        ),
        ("health_limits", "match_rate,0.5", "match_rate,nan", "limits.csv:2: warn_below is 'nan'"),
        ("health_limits", "match_rate,0.5", "match_rate,1e999", "Write a number, or nothing."),
        ("source_priorities", "crm,1", "crm,1.0", "priority is '1.0'. Write a whole number, at"),
        ("source_priorities", "crm,1", "crm,\u0661", "priority is '\u0661'. Write a whole number"),
        ("identifier_types", "1,false", "1,no", "is_anonymous is 'no'. Write true or false."),
        # Days, names and words.
        (
            "exchange_rates",
            "2026-01-01",
            "20260101",
            "rate_date is '20260101'. Write a date, like ",
        ),
        ("exchange_rates", "2026-01-01", "2026-02-29", "rates.csv:2: rate_date is '2026-02-29'"),
        ("exchange_rates", "EUR", "eur", "from_currency is 'eur'. Write a currency of ISO 4217, l"),
        (
            "event_vocabulary",
            "page_viewed",
            "Page Viewed",
            "event_name is 'Page Viewed'. Write a n",
        ),
        ("event_vocabulary", "seen,0", "seen,2", "money_direction is '2'. Write -1, 0 or 1."),
        ("event_vocabulary", "seen,0", "seen,", "money_direction is empty. Write -1, 0 or 1."),
        ("engagement_channels", "web,", "web ,", "channels.csv:2: channel begins or ends with a b"),
        ("engagement_feature_sets", ",news", ", ", "sets.csv:3: feature is blank. Write a text."),
        (
            "countries",
            "Australia,AU",
            "Australia,AUS",
            "country is 'AUS'. Write a country of ISO 3",
        ),
        (
            "health_limits",
            "match_rate",
            "matchrate",
            "health_limits.csv:2: metric is 'matchrate'. Write accepted_line_count, ",
        ),
        (
            "identifier_limits",
            "email,user_id",
            "email,user",
            "identifier_limits.csv:2: tied_type 'user' is no identifier_type of "
            "identifier_types.csv. Write one that is, or add it there.",
        ),
        # Texts that a message shows.
        ("content_fields", "name,there", "name,\u200b", "content_fields.csv:2: fallback is blank"),
        ("content_fields", "name,there", "name,\u00a0", "content_fields.csv:2: fallback is blank"),
        (
            "content_fields",
            "timezone,UTC",
            "timezone,utc",
            "a time zone of IANA, like Europe/Londo",
        ),
        ("content_fields", "timezone,UTC", "timezone,Mars/Base", "csv:4: fallback is 'Mars/Base'"),
        (
            "content_fields",
            "send_hour,10",
            "send_hour,24",
            "csv:5: fallback is '24'. Write a whole",
        ),
        ("content_fields", "send_hour,10", "send_hour,noon", "at least 0, at most 23."),
        (
            "content_fields",
            '"[""our-favourites""]"',
            "mugs",
            "csv:11: fallback is 'mugs'. Write a ",
        ),
        ("content_fields", '"[""our-favourites""]"', "{}", "a JSON array of texts, like "),
        ("content_fields", '"[""our-favourites""]"', "[1]", "csv:11: fallback is '[1]'"),
        ("content_fields", '"[""our-favourites""]"', '"[""""]"', "csv:11: fallback is '[\"\"]'"),
        # Billing intervals.
        (
            "billing_intervals",
            "day,1,",
            "day,1,1",
            "billing_intervals.csv:2: interval_days '1', interval_months '1'. Write one of them, "
            "and leave the others empty.",
        ),
        ("billing_intervals", "day,1,", "day,,", "intervals.csv:2: interval_days '', interval_mon"),
        (
            "billing_intervals",
            "day,1,",
            "day,0,",
            "interval_days is '0'. Write a whole number, at ",
        ),
        ("billing_intervals", "month,,1", "month,,-1", "interval_months is '-1'"),
    ],
)
def test_what_a_column_does_not_take_is_named(
    tmp_path: Path, seed: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(SettingsError) as error:
        _stands_in(tmp_path, seed, old, new)
    assert message in str(error.value)
