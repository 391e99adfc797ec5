"""Read a parquet file in a process of its own, which may end without harm. `parquet_table` runs
this file by its path, so that nothing of the program is loaded, and gives it no secret.

pyarrow ends its process where some damaged files describe their columns, and a few hundred bytes
can name texts of gigabytes. Standard input is a line of JSON, what is wanted, and the file behind
it; standard output what was read, or why it was not, as JSON.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

MB: Final = 1 << 20


class Refused(Exception):
    """A file of an unusual size, or without a column: what is answered instead of its rows."""


def main() -> None:
    """Answer what was asked."""
    asked = json.loads(sys.stdin.buffer.readline())
    try:
        answer: dict[str, Any] = {"rows": _rows(sys.stdin.buffer.read(), **asked)}
    except Refused as refused:
        (answer,) = refused.args
    except MemoryError:
        answer = {"expected": "a table that fits into memory", "got": "a larger one"}
    except Exception as error:  # noqa: BLE001 - a damaged file fails in pyarrow in a dozen ways
        said = f"{type(error).__name__}: {error}"[:120]
        answer = {"expected": "a whole parquet file", "got": said}
    sys.stdout.buffer.write(json.dumps(answer, default=str).encode())


def _rows(
    content: bytes, wanted: list[str] | None, most: dict[str, int], most_mb: int, described: int
) -> list[list[Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    _bound_memory(most_mb)
    limits = {"thrift_string_size_limit": described * 10, "thrift_container_size_limit": described}
    with pq.ParquetFile(pa.BufferReader(content), **limits) as file:
        flat = [one.name for one in file.schema_arrow if not pa.types.is_nested(one.type)]
        named = {name.lower() for name in (flat if wanted is None else wanted)}
        names = [name for name in flat if name.lower() in named]
        if wanted is not None and named - {name.lower() for name in names}:
            raise Refused({"missing": flat[: most["columns"]]})
        _check_size(file.metadata, names, most)
        columns = file.read(columns=names, use_threads=False).to_pydict()
    cells = [list(map(_plain, columns[name])) for name in names]
    return [names, *map(list, zip(*cells, strict=True))]


def _check_size(described: Any, names: list[str], most: dict[str, int]) -> None:
    """Refuse what is small as packed and large as unpacked, by the file's own description."""
    groups = [described.row_group(number) for number in range(described.num_row_groups)]
    # Only those that are read: to ask after another, as of one that is encrypted, may end pyarrow.
    paths = [described.schema.column(place).path for place in range(described.num_columns)]
    places = [place for place, path in enumerate(paths) if path in names]
    sizes = {
        "rows": sum(group.num_rows for group in groups),
        "columns": described.num_columns,
        "bytes unpacked": sum(
            group.column(place).total_uncompressed_size for group in groups for place in places
        ),
    }
    for what, found in sizes.items():
        if found > most[what]:
            raise Refused({"expected": f"at most {most[what]:,} {what}", "got": f"{found:,}"})


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; an instant without a zone as its day, as in a sheet."""
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.tzinfo else cell.date().isoformat()
    return cell if cell is None or type(cell) in (int, float, str) else str(cell)


def _bound_memory(most_mb: int) -> None:
    """Let this process have so much more than it has, where the system knows such a bound."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + most_mb * MB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main()
