"""CSV as spreadsheets and programs both read it: UTF-8, a header, RFC 4180 quoting, nothing that runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

Cell = str | int | float | bool | None

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write one table.

    Numbers are written so that they come back exactly, booleans as true and false, None as nothing. Text that a
    spreadsheet would run as a formula gets an apostrophe in front, which spreadsheets take to mean text.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([cell_text(cell) for cell in row] for row in rows)


def cell_text(cell: Cell) -> str:
    """One cell as it stands in the file, before quoting."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return repr(float(cell)) if isinstance(cell, float) else str(int(cell))
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
