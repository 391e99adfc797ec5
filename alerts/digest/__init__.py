"""The daily digest: its sections, tables, levels and charts."""
