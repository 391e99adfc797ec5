"""A parquet file, of which only the columns wanted are read, and never more than a table's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from monitor.errors import BodyRejected
from monitor.formats.missing_columns import missing_columns
from monitor.ingest.http import Body

PARQUET_MAGIC: Final = b"PAR1"
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 1_000
MOST_UNPACKED_BYTES: Final = 30_000_000
# Of texts and lists in the file's own description, which would be made whole.
MOST_DESCRIBED: Final = 1_000_000


def parquet_rows(body: Body, wanted: Sequence[str] | None = None) -> list[list[Any]]:
    """The header and the rows of the columns wanted, in any case, or of all that are not nested.
    Raises BodyRejected for what is no whole parquet file of a usual size."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not body.content.startswith(PARQUET_MAGIC):
        got = f"{body.content[:8].hex()} at its start"
        raise BodyRejected(body.url, expected="a parquet file", got=got)
    try:
        limits = {"thrift_string_size_limit": MOST_DESCRIBED * 10}
        limits["thrift_container_size_limit"] = MOST_DESCRIBED
        with pq.ParquetFile(pa.BufferReader(body.content), **limits) as file:
            flat = [one.name for one in file.schema_arrow if not pa.types.is_nested(one.type)]
            named = {name.lower() for name in (flat if wanted is None else wanted)}
            names = [name for name in flat if name.lower() in named]
            if wanted is not None and named - {name.lower() for name in names}:
                raise missing_columns(body.url, wanted, flat[:MOST_COLUMNS])
            _check_size(body, file.metadata, names)
            columns = file.read(columns=names, use_threads=False).to_pydict()
    except BodyRejected:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged file fails in pyarrow in a dozen ways
        said = f"{type(error).__name__}: {error}"
        raise BodyRejected(body.url, expected="a whole parquet file", got=said[:120]) from None
    return [names, *map(list, zip(*(columns[name] for name in names), strict=True))]


def _check_size(body: Body, described: Any, names: Collection[str]) -> None:
    """Refuse what is small as packed and large as unpacked, by the file's own description."""
    groups = [described.row_group(number) for number in range(described.num_row_groups)]
    chunks = [
        group.column(place)
        for group in groups
        for place in range(group.num_columns)
        if group.column(place).path_in_schema in names
    ]
    sizes = {
        "rows": (sum(group.num_rows for group in groups), MOST_ROWS),
        "columns": (described.num_columns, MOST_COLUMNS),
        "bytes unpacked": (sum(one.total_uncompressed_size for one in chunks), MOST_UNPACKED_BYTES),
    }
    for what, (found, most) in sizes.items():
        if found > most:
            raise BodyRejected(body.url, expected=f"at most {most:,} {what}", got=f"{found:,}")
