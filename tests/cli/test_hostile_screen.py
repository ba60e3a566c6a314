"""What others wrote reaches a terminal and a spreadsheet without commanding either."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.testing import CliRunner, Result

from rollcall.cli import app
from rollcall.home import Home
from rollcall.ingest import UnreadableFile
from rollcall.screen import PlainProgress, show_unreadable, table_of
from rollcall.shown import SafeConsole, printable, printable_lines, spreadsheet_cell

# Clear the screen, set its title, ring; C1's one-byte CSI; turn the writing; forge a line; delete.
ATTACKS = (
    "\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]52;c;ZWNobyBoaQ==\x07",
    "\x9b31m",
    "\u202egnp.exe",
    "\u2066hidden\u2069",
    "\rrollcall: all is well",
    "\b\b\b\x7f",
    "[link=https://evil.example]here[/link]",
    "\udcff",
)
COMMANDS = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r", "\b", "\x7f", "\udcff")


def _is_harmless(text: str) -> bool:
    return not any(command in text for command in COMMANDS)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_is_shown_and_not_obeyed(attack: str) -> None:
    """Whichever way it comes to the console: as text, in a table, as an error, as progress."""
    stream = io.StringIO()
    console = SafeConsole(file=stream, width=200, force_terminal=False)
    console.print(attack, markup=False)
    console.print(Text(attack))
    table = Table("x")
    table.add_row(Text(attack))
    console.print(table)
    console.print(table_of(attack, (attack,), [(attack,)]))
    found = UnreadableFile("shop", "orders", Path(f"/in/{attack}.csv"), 1, attack, attack)
    show_unreadable(console, [found])
    PlainProgress(console).step(attack, 10, 10)
    shown = stream.getvalue()
    assert shown.count("\n") >= 8
    assert _is_harmless(shown)
    assert "link=https" not in attack or "[link=https" in shown


def test_a_plain_console_would_obey() -> None:
    """Else the test above shows nothing."""
    stream = io.StringIO()
    Console(file=stream).print("\x1b[2J", markup=False)
    assert not _is_harmless(stream.getvalue())


def test_colours_of_our_own_stay() -> None:
    stream = io.StringIO()
    SafeConsole(file=stream, force_terminal=True, color_system="standard").print("[red]x[/red]")
    assert stream.getvalue() == "\x1b[31mx\x1b[0m\n"


def test_what_is_harmless_stays_as_it_is() -> None:
    text = "Zoë 日本 🙂‍🙂 o'neill@example.com\nsecond"
    assert printable_lines(text) == text
    assert printable("a\nb\tc") == "a\\nb\\tc"


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20"]
)
def test_a_formula_is_a_text_in_a_csv_for_people(start: str) -> None:
    assert spreadsheet_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert spreadsheet_cell(f"a{start}b") == f"a{start}b"


def test_numbers_stay_numbers_in_a_csv() -> None:
    assert [spreadsheet_cell(value) for value in (-1, 2.5, None, True)] == [-1, 2.5, None, True]


def _invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose release holds one hostile name; as much of it as a query reads."""
    place = Home.at(tmp_path / "home")
    release = place.releases / "000001"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "serving.duckdb")) as serving:
        serving.execute("create table people as select ?::varchar as name", [HOSTILE])
    place.current.symlink_to(release)
    return place


HOSTILE = '=HYPERLINK("http://evil.example")\x1b[2J'


def test_query_neutralises_for_people_and_leaves_machines_what_stands_there(home: Home) -> None:
    ask = ("query", 'select name, 1 as "=cmd" from people', "--home", str(home.root))
    assert _is_harmless(_invoke(*ask).stdout)
    text = _invoke(*ask, "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(text))) == [
        ["name", "'=cmd"],
        ['\'=HYPERLINK("http://evil.example")\\x1b[2J', "1"],
    ]
    [line] = _invoke(*ask, "--format", "json").stdout.splitlines()
    assert json.loads(line)["name"] == HOSTILE


def test_an_error_that_names_a_hostile_thing(home: Home) -> None:
    result = _invoke("query", 'select "\x1b[2J" from people', "--home", str(home.root))
    assert result.exit_code == 2
    assert "\\x1b[2J" in result.stderr
    assert _is_harmless(result.stderr)
    assert result.stderr.count("\n") > 1
