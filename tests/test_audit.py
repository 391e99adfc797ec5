"""What is made of the words of pip-audit, and an SBOM that is not of the lock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.audit import KNOWN, LOUD, UNASKED, Audit, main, read_audit
from tests.licences import locked
from tests.sbom import _pinned, problems

WEAK = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-0", "fix_versions": ["2"]}]}
SOUND = {"name": "b", "version": "1", "vulns": []}
SKIPPED = {"name": "c", "skip_reason": "not found on PyPI"}


def said(*packages: object) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(
    ("text", "errors", "found"),
    [
        (said(SOUND), "", Audit(packages=1)),
        (said(WEAK, SOUND), "x", Audit(("a 1: PYSEC-0, mended in 2",), "", 2)),
        (said(SOUND, SKIPPED), "", Audit((), "c (not found on PyPI)", 2)),
        ("", "Traceback:\nno such host\n", Audit((), "no such host")),
        ("", "", Audit((), "it said nothing")),
        ("<html>", "proxy", Audit((), "proxy")),
        ("[]", "odd", Audit((), "odd")),
    ],
)  # fmt: skip
def test_what_was_not_asked_is_no_sign_that_nothing_is_known(
    text: str, errors: str, found: Audit
) -> None:
    assert read_audit(text, errors) == found


@pytest.mark.parametrize(
    ("found", "words", "code", "shown"),
    [
        ([Audit(packages=3)], [], 0, "3 packages of requirements.lock, nothing is known of any"),
        ([Audit(("a 1: X, mended in 2",))], [], KNOWN, "WEAK a 1: X"),
        ([Audit(("a 1: X",))], ["--unasked-passes"], KNOWN, "WEAK a 1: X"),
        ([Audit(unasked="no host"), Audit(packages=3)], [], 0, "osv could not be asked: no host"),
        ([Audit(unasked="no host"), Audit(("a 1: X",), "c (gone)")], [], KNOWN, "WEAK a 1: X"),
        ([Audit(unasked="no host")] * 2, [], UNASKED, LOUD),
        ([Audit(unasked="no host")] * 2, ["--unasked-passes"], 0, LOUD),
    ],
)
def test_a_weakness_fails_and_a_service_that_is_not_there_is_said_loudly(
    found: list[Audit], words: list[str], code: int, shown: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    answers = iter(found)
    assert main(words, lambda _: next(answers)) == code
    assert shown in capsys.readouterr().out


def test_an_sbom_of_other_packages_is_refused(tmp_path: Path) -> None:
    listed = [{"name": name, "version": one, "purl": "x"} for name, one in _pinned().items()]
    assert len(listed) == len(locked())
    path = tmp_path / "sbom.json"
    path.write_text(json.dumps({"components": listed}))
    assert [*problems(path)] == []
    first, second, third, *rest = listed
    changed = [{**first, "name": "other"}, {**second, "version": "0"}, {**third, "purl": ""}, *rest]
    path.write_text(json.dumps({"components": changed}))
    assert len([*problems(path)]) == 4
