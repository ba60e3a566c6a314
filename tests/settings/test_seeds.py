"""A seed that cannot be read, or holds what its columns do not take, is told by line and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollcall.errors import SettingsError
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
