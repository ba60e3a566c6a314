"""Sources that share a home do not change what each says alone."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

AS_OF = "2020-05-29T00:00:00Z"


def _figures(home: Path, source: str, released, worked) -> dict[str, object]:
    """Return a source's lines, records, sessions, revenue and customers."""
    figures: dict[str, object] = {
        entity: worked(
            home, f"select count(*) from int_unified__{entity} where source = {source!r}"
        )
        for entity in ("orders", "order_lines", "events", "profiles", "messages")
    }
    figures["lines"] = released(
        home,
        "select metric, metric_value from data_health "
        f"where source = {source!r} and metric like '%line_count' order by metric",
    )
    figures["sessions"] = released(home, f"select count(*) from sessions where source = {source!r}")
    figures["revenue"] = worked(
        home,
        "select sum(net_amount) from int_activity__orders "
        f"where source = {source!r} and customer_id is not null and status <> 'cancelled'",
    )
    figures["customers"] = released(
        home,
        "select count(distinct customer_id) from identity_map "
        f"where identifier_type = 'profile_id' and identifier_value like '{source}:%'",
    )
    return figures


def test_three_landings_in_one_home(
    rollcall, realdata: Path, tmp_path: Path, released, worked
) -> None:
    shop = tmp_path / "shop"
    rollcall(
        *("sample", "--out", shop, "--kind", "shop", "--customers", "500"),
        *("--days", "200", "--until", AS_OF, "--seed", "3"),
    )
    landings = {
        "online_retail": realdata / "online_retail" / "landing",
        "clique_bait": realdata / "clique_bait" / "landing",
        "sample": shop,
    }
    together = tmp_path / "together"
    flags = [flag for landing in landings.values() for flag in ("--landing", landing)]
    rollcall("run", *flags, "--home", together, "--as-of", AS_OF)
    for name, folder in landings.items():
        alone = tmp_path / name
        rollcall("run", "--landing", folder, "--home", alone, "--as-of", AS_OF)
        sources = [name] if name != "sample" else ["crm", "web", "app", "shop", "pos"]
        for source in sources:
            expected = _figures(alone, source, released, worked)
            assert expected["lines"]
            assert _figures(together, source, released, worked) == expected, source
