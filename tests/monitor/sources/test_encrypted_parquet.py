"""A parquet file of which one column is encrypted: it is refused, and the others are read."""

from __future__ import annotations

import base64
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from monitor.errors import BodyRejected
from monitor.formats.parquet_table import parquet_rows
from tests.support import body


class Keys(pe.KmsClient):  # type: ignore[misc]
    """A vault that wraps no key."""

    def wrap_key(self, key: bytes, name: str) -> bytes:
        return base64.b64encode(key)

    def unwrap_key(self, wrapped: bytes, name: str) -> bytes:
        return base64.b64decode(wrapped)


def encrypted() -> bytes:
    how = pe.EncryptionConfiguration(
        footer_key="footer", column_keys={"key": ["close"]}, plaintext_footer=True
    )
    factory = pe.CryptoFactory(lambda _: Keys())
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), how)
    table, packed = pa.table({"date": ["2025-04-08"], "close": [102.9]}), io.BytesIO()
    with pq.ParquetWriter(packed, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)
    return packed.getvalue()


def test_the_column_that_is_encrypted_is_refused_and_ends_nothing() -> None:
    with pytest.raises(BodyRejected, match="a whole parquet file"):
        parquet_rows(body(encrypted()), ["date", "close"])


def test_another_column_of_it_is_read() -> None:
    assert parquet_rows(body(encrypted()), ["date"]) == [["date"], ["2025-04-08"]]
