"""Erasing people from a home: releases, raw zone, quarantine, and whatever tools left behind.

Each step can be done twice. The journal is written before the first one and goes after the last,
so that an erasure that was killed is finished by the next one, or by the next run.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from rollcall.erasure.again import forms_of
from rollcall.erasure.journal import (
    Journal,
    finish,
    load,
    save,
    sweep_outbox,
    write_outbox,
)
from rollcall.erasure.matching import IN_ORDER, Forms
from rollcall.erasure.people import opened, person
from rollcall.erasure.raw import RawEraser
from rollcall.erasure.releases import remove_old, rewrite_releases
from rollcall.erasure.stones import Stones
from rollcall.errors import ReleaseError, SettingsError, UnknownIdentifierError
from rollcall.home import Home
from rollcall.release import home_lock, kept_versions, prepare_previous, verify
from rollcall.release.files import scratch_folder
from rollcall.release.publish import SERVING_NAME, current_version
from rollcall.release.seen import built_as_of, is_released, note_built, note_released
from rollcall.release.sql import statement
from rollcall.release.tables import known_plan
from rollcall.secret import check_secret
from rollcall.settings import last_written, resolve
from rollcall.sources import PROJECT_ROOT, shipped_sources
from rollcall.state import newest_state

# What a platform can know a member by.
_KEYS = ("customer_id", "user_id", "email", "phone")
_MEMBERSHIPS = "audience_memberships"
# The gates, and the published tables, that say who is who.
_IDENTITY = ("identity", "merges")
_PUBLISHED = ("identity_map", "identity_merges")
_REQUESTS = ("erasure", "erased_identifiers")
_SO = "nobody is erased"


def erase(
    home: Home, identifier: str, identifier_type: str | None = None, *, wait: bool = False
) -> dict[str, Any]:
    """Erase the person whom an identifier leads to, by all that is loaded; return the receipt.

    One that leads to nobody is erased alone: `identifier_type` then says what it is. Raises
    LockedError, SettingsError, or ReleaseError where the current release is not what was published,
    or nobody can tell who is who by now.
    """
    with home_lock(home, wait=wait):
        finish_begun(home)
        return _erase(home, *_resolve(home, identifier, identifier_type))


def erase_pending(home: Home, *, wait: bool = False) -> dict[str, Any] | None:
    """Erase everybody whose request is loaded; None where there is none.

    What was under way is finished first. Raises as `erase` does.
    """
    with home_lock(home, wait=wait):
        finished = finish_begun(home)
        if home.work.exists():
            newest_state(home, (*_REQUESTS, *_IDENTITY), _SO)
        identifiers, customers = open_requests(home)
        if not identifiers:
            return finished
        return _erase(home, identifiers, customers, is_newer=True)


def finish_begun(home: Home) -> dict[str, Any] | None:
    """Finish an erasure that was killed. The caller holds the home's lock."""
    check_secret(home)
    sweep_outbox(home, datetime.now(UTC))
    journal = load(home)
    return _go_on(home, journal) if journal else None


def open_requests(home: Home) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the identifiers and ids of everybody who asked to be erased and still is in the raw
    zone, as the last run found them.

    Raises ReleaseError where the last run's database cannot tell.
    """
    plan = known_plan(home)
    if plan is None or "erased_identifiers" not in plan.gates or not home.work.exists():
        raise ReleaseError(
            f"{home.work}: without the last run's database nobody can say who asked to be erased. "
            "`rollcall run` makes it."
        )
    try:
        with duckdb.connect(str(home.work), read_only=True) as work:
            identifiers = work.execute(
                statement(
                    "select identifier_type, identifier_value from {t} order by all",
                    t=plan.gates["erased_identifiers"][0],
                )
            ).fetchall()
            customers = work.execute(
                statement("select customer_id from {t} order by all", t=plan.gates["erasure"][0])
            ).fetchall()
    except duckdb.Error as error:
        raise ReleaseError(
            f"{home.work}: who asked to be erased cannot be read ({type(error).__name__}). "
            "Close what holds it, or `rollcall run`."
        ) from error
    return [(kind, value) for kind, value in identifiers], [one for (one,) in customers]


# Who it is.


def _resolve(
    home: Home, text: str, identifier_type: str | None
) -> tuple[list[tuple[str, str]], list[str], bool]:
    """Return the person's identifiers and ids, and whether the last run's database told them."""
    if current_version(home) is None:
        raise ReleaseError(
            f"{home.current}: nothing is released here yet, so nobody can be found. `rollcall run`"
        )
    release = home.current.resolve()
    verify(release)
    tables = _newest_tables(home)
    with ExitStack() as stack:
        released = stack.enter_context(opened(release / SERVING_NAME, *_PUBLISHED))
        try:
            newest = stack.enter_context(opened(home.work, *tables)) if tables else released
            found = person(newest, released, text, identifier_type)
        except duckdb.Error as error:
            raise ReleaseError(
                f"{home.work}: who is who by now cannot be read ({type(error).__name__}), so "
                f"{_SO}. Close what holds it and erase again, or `rollcall run` first."
            ) from error
    if found:
        return sorted(found[0]), sorted(found[1]), tables is not None
    _check_is_not_asked_for(home, text)
    alone = _normal(home, identifier_type, text) if identifier_type in IN_ORDER else None
    if alone is None or identifier_type is None:
        kind = f" as {identifier_type}" if identifier_type else ""
        raise UnknownIdentifierError(
            f"erase: nobody has this identifier{kind}. To erase it alone, say what it is: --type "
            f"{', '.join(IN_ORDER)}."
        )
    _check_is_somebody(home, identifier_type, alone)
    return [(identifier_type, alone)], [], tables is not None


def _newest_tables(home: Home) -> list[str] | None:
    """Return the tables of `work.duckdb` that say who is who by all that is loaded.

    None where the current release says it and that database does not: after an erasure it is gone.
    Where neither does, it is built anew. Raises ReleaseError where that cannot be done: whatever
    joined the person since would stay, and what ties it to them would be gone.
    """
    if built_as_of(home) is None and is_released(home):
        return None
    plan = newest_state(home, _IDENTITY, _SO)
    return [plan.gates[gate][0] for gate in _IDENTITY]


def _normal(home: Home, identifier_type: str, text: str) -> str | None:
    """Return an identifier that nobody has, as identity would write it; ids as they are typed."""
    if identifier_type == "email":
        return _forms(home).email(text)
    if identifier_type == "phone":
        return _forms(home).phone(text, None)
    return text.strip() or None


def _check_is_not_asked_for(home: Home, text: str) -> None:
    """Refuse to erase by one identifier who has asked to go, of whom all are known."""
    try:
        asked = set(open_requests(home)[0])
    except ReleaseError:
        # After an erasure there is no such database until the next run.
        return
    if any((kind, _normal(home, kind, text)) in asked for kind in IN_ORDER):
        raise SettingsError(
            "erase: who has this identifier has asked to be erased, and is in no table any more: "
            "`rollcall erase --pending` takes all of them out of the files."
        )


def _check_is_somebody(home: Home, identifier_type: str, value: str) -> None:
    """Refuse a placeholder: whoever carries it would lose their records, for good."""
    written = [value, value.partition(":")[2]]
    found = duckdb.execute(
        "select value, pattern from read_csv(?, all_varchar = true, header = true) "
        "where identifier_type = ? and (list_contains(?, value) "
        "or exists (select 1 from unnest(?) as w (word) where regexp_matches(word, pattern)))",
        [str(_blocked_identifiers(home)), identifier_type, written, written],
    ).fetchone()
    if found:
        raise SettingsError(
            f"erase: this {identifier_type} stands for nobody: blocked_identifiers.csv lists "
            f"{found[0] or found[1]}. Name an identifier that is theirs alone."
        )


def _blocked_identifiers(home: Home) -> Path:
    shipped = PROJECT_ROOT / "seeds" / "reference" / "blocked_identifiers.csv"
    try:
        own = last_written(home).get("seed_files") or {}
    except SettingsError:
        own = {}
    return Path(own.get("blocked_identifiers", shipped))


def _forms(home: Home) -> Forms:
    try:
        return forms_of(last_written(home).get("vars") or {})
    except SettingsError:
        return forms_of({})


def _owed(home: Home, customers: Sequence[str]) -> Iterator[dict[str, str]]:
    """Go over the keys of the memberships that any kept release tells of these people."""
    seen: set[tuple[str, str, str]] = set()
    for version in kept_versions(home):
        path = home.releases / version / "tables" / f"{_MEMBERSHIPS}.parquet"
        if not path.exists():
            continue
        query = (
            "select audience, {keys} from read_parquet({path}) as member "
            "where member.customer_id in (select unnest(?::varchar[])) order by all"
        )
        try:
            rows = duckdb.execute(
                statement(query, keys=list(_KEYS), path=path), [list(customers)]
            ).fetchall()
        except duckdb.Error:
            continue
        for audience, *values in rows:
            for key, value in zip(_KEYS, values, strict=True):
                if value is not None and (audience, key, value) not in seen:
                    seen.add((audience, key, value))
                    yield {"audience": audience, "key": key, "value": value, "action": "remove"}


# What is done.


def _erase(
    home: Home, identifiers: list[tuple[str, str]], customers: list[str], is_newer: bool
) -> dict[str, Any]:
    now = datetime.now(UTC)
    erasure_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    journal = Journal(
        erasure_id,
        now.isoformat(timespec="seconds"),
        identifiers,
        customers,
        is_whole=is_released(home),
        is_newer=is_newer,
    )
    save(home, journal)
    return _go_on(home, journal)


def _go_on(home: Home, journal: Journal) -> dict[str, Any]:
    """Do every step of an erasure, also those that were done before it was killed."""
    if "owed" not in journal.done:
        journal.done["owed"] = write_outbox(
            home, journal.erasure_id, _owed(home, journal.customer_ids)
        )
        save(home, journal)
    stones = Stones(home)
    stones.add(journal.identifiers)
    rewrite_releases(home, journal, lambda: save(home, journal))
    _erase_raw(home, journal, stones)
    journal.done["removed"] = sorted({*journal.done.get("removed", []), *_remove_artefacts(home)})
    remove_old(home, journal)
    note_built(home, None)
    if journal.is_whole:
        note_released(home)
    return finish(home, journal)


def _erase_raw(home: Home, journal: Journal, stones: Stones) -> None:
    sources = {**shipped_sources(), **_configured(home)}
    with scratch_folder(home.root / "erasing") as folder, duckdb.connect() as connection:
        living = _living(home, journal, folder)
        eraser = RawEraser(home, sources, stones, _forms(home), living, connection)
        eraser.set_stones_of_records()
        eraser.erase()
    told = asdict(eraser.removed)
    before = journal.done.get("raw", {})
    for part in ("rows", "values", "lines", "copies"):
        for place, number in before.get(part, {}).items():
            told[part][place] = told[part].get(place, 0) + number
    told["landing_folders"] = sorted({*told["landing_folders"], *before.get("landing_folders", [])})
    journal.done["raw"] = told
    save(home, journal)


def _living(home: Home, journal: Journal, folder: Path) -> Path | None:
    """Return a Parquet file with the identifiers of whoever lives, now or in the release."""
    released = home.current / "tables" / f"{_PUBLISHED[0]}.parquet"
    plan = known_plan(home) if journal.is_newer and home.work.exists() else None
    if plan is None:
        return released if released.exists() else None
    living = folder / "living.parquet"
    query = """
        copy (
            select identifier_type, identifier_value from identity_map
            union
            select identifier_type, identifier_value from read_parquet({released})
        ) to {living} (format parquet)
    """
    try:
        with opened(home.work, *(plan.gates[gate][0] for gate in _IDENTITY)) as newest:
            newest.connection.execute(statement(query, released=released, living=living))
    except duckdb.Error as error:
        raise ReleaseError(
            f"{home.work}: who is who by now cannot be read ({type(error).__name__}). Close what "
            "holds it and erase again: what was begun goes on."
        ) from error
    return living


def _configured(home: Home) -> dict[str, Any]:
    """Return the sources as the last run had them set, namespace and all."""
    try:
        written = last_written(home)
    except SettingsError:
        return {}
    config = Path(written["config"]) if written.get("config") else None
    if config is None or not config.is_dir():
        return {}
    return dict(resolve(home, config=config).sources)


def _remove_artefacts(home: Home) -> list[str]:
    """Remove what was built from the raw zone, and what tools wrote of it; return the names.

    DuckDB keeps deleted rows in its pages, so its file goes whole: the next run builds it anew.
    What schedules are on stays in Dagster's storage, which tells of no person.
    """
    target = home.dbt / "target"
    found = [home.work, home.work.with_name(home.work.name + ".wal"), home.previous, home.gx]
    found += [home.diff, home.spark, home.dbt / "logs"]
    found += [path for path in _inside(target) if path != home.dbt_manifest]
    found += [
        path for path in _inside(home.dagster) if path.name not in ("dagster.yaml", "schedules")
    ]
    removed = []
    for path in found:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        removed.append(str(path.relative_to(home.root)))
    if home.dbt_manifest.exists():
        prepare_previous(home, json.loads(home.dbt_manifest.read_text(encoding="utf-8")))
    return removed


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
