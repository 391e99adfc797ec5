from __future__ import annotations

from tests.standby.documents import channel_rows
from tests.standby.pair import ROOT


def test_the_documents_say_of_every_channel_what_it_does_after_a_takeover() -> None:
    written = (ROOT / "docs" / "standby.md").read_text(encoding="utf-8")
    head = "  | channel | after a takeover |\n  |---|---|\n"
    _, _, rest = written.partition(head)
    assert rest.startswith("\n".join(channel_rows()) + "\n-")
