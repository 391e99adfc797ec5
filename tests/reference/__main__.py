"""Write the pages of the reference."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.desk import build_desk
from tests.reference import DOCS, JSON_PAGE, PAGES, json_forms

for name, page in PAGES.items():
    (DOCS / name).write_text(page(), encoding="utf-8")
with tempfile.TemporaryDirectory() as folder:
    desk = build_desk(Path(folder))
    said = json_forms.page(lambda *words: desk.run(*words).output)
    (DOCS / JSON_PAGE).write_text(said, encoding="utf-8")
