"""Parts of the checks that are worth a table of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest

from monitor.config.plugins import source_types
from monitor.doctor.check import Outcome
from monitor.doctor.checks.clock import clock_finding
from monitor.doctor.checks.file_system import kind_of
from monitor.doctor.checks.time_zones import LAWS, SPAN, data_used, expected_switches, switches
from monitor.doctor.remedies import REMEDIES, remedy_for
from monitor.doctor.requirements import locked_versions, python_range, requirements
from tests.monitor.doctor.bench import Bench, machine
from tests.support import toml_sources, utc


@pytest.mark.parametrize(
    ("minutes", "outcome", "words"),
    [
        ((), Outcome.SKIPPED, "nobody"),
        ((0, 4), Outcome.OK, "within 240 s of 2 other clocks"),
        ((40,), Outcome.FAILED, "40 minutes ahead of host0"),
        ((-40, -50, 0), Outcome.FAILED, "40 minutes behind host0, 50 minutes behind host1"),
        (
            (40, 0, 0),
            Outcome.WARNING,
            "got one 40 minutes ahead of host0; nothing, if it is theirs",
        ),
        ((40, -40), Outcome.WARNING, "one 40 minutes ahead of host0, one 40 minutes behind host1"),
    ],
)
def test_the_clock_is_weighed_against_all_that_answered(
    minutes: tuple[int, ...], outcome: Outcome, words: str
) -> None:
    ahead = {f"host{place}": timedelta(minutes=one) for place, one in enumerate(minutes)}
    found = clock_finding(ahead)
    assert found.outcome is outcome
    assert words in found.text


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("year", range(2024, 2037))
@pytest.mark.parametrize("day", ["01-01 00:00", "03-20 12:00", "07-01 00:00", "11-02 06:30"])
def test_the_switches_by_law_are_those_of_the_time_zone_database(
    name: str, year: int, day: str
) -> None:
    at = utc(f"{year}-{day}")
    now, *coming = expected_switches(name, at)
    zone = ZoneInfo(name)
    offset = at.astimezone(zone).utcoffset()
    assert offset == timedelta(hours=now[1])
    assert switches(zone, at, at + SPAN) == coming


def test_the_zones_of_the_system_are_named_with_their_version(tmp_path: Path) -> None:
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "New_York").touch()
    here = replace(machine(tmp_path), zone_folders=("/nonexistent", str(tmp_path)))
    assert data_used(here) == f"from {tmp_path}"
    (tmp_path / "tzdata.zi").write_text("# version 2025b\n# more\n")
    assert data_used(here) == f"from {tmp_path}, 2025b"
    none = replace(here, zone_folders=(), installed=lambda _: "2026.1")
    assert data_used(none) == "from the tzdata package, 2026.1"


MOUNTS = """\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
30 21 0:40 / /mnt/desk rw shared:9 - nfs4 files:/desk rw
31 30 0:41 / /mnt/desk/own\\040disk rw - xfs /dev/sdb1 rw
32 21 0:42 / /srv rw - tmpfs tmpfs rw
33 32 0:43 / /srv rw - cifs //files/srv rw
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home", "ext4"),
        ("/mnt/desk", "nfs4"),
        ("/mnt/desk/rates", "nfs4"),
        ("/mnt/desktop", "ext4"),
        ("/mnt/desk/own disk/db", "xfs"),
        ("/srv/havenwatch", "cifs"),
    ],
)
def test_a_folder_is_on_what_was_mounted_nearest_and_last(folder: str, kind: str) -> None:
    assert kind_of(PurePosixPath(folder), MOUNTS) == kind
    assert kind_of(PurePosixPath(folder), "") == ""


def test_what_is_said_of_a_proxy_is_the_proxys() -> None:
    said = "connection refused, through the proxy http://127.0.0.1:9 (HTTPS_PROXY)"
    assert "correct the proxy's variable" in remedy_for(said, "-")
    assert remedy_for("something else", "call them") == "call them"
    assert len({words for words, _ in REMEDIES}) == len(REMEDIES)


def test_the_lock_names_every_package_that_is_tested(tmp_path: Path) -> None:
    found = locked_versions()
    assert {"numpy", "pandas", "requests", "packaging"} <= set(found)
    assert all(version[0].isdigit() for version in found.values())
    assert locked_versions(tmp_path) == {}


def test_where_there_is_no_checkout_the_ranges_are_those_that_pip_noted(tmp_path: Path) -> None:
    assert python_range(tmp_path) == python_range() == ">=3.11"
    noted = {one.name: str(one.specifier) for one in requirements(tmp_path)}
    own = {one.name: str(one.specifier) for one in requirements()}
    assert {"numpy", "pydantic", "requests"} <= set(noted) & set(own)
    assert noted["pydantic"] == own["pydantic"]
    assert "pytest" not in noted
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "of another"\n')
    assert python_range(tmp_path) == ">=3.11"


@pytest.mark.slow
def test_every_source_that_has_a_stand_in_is_asked_and_fine(bench: Bench) -> None:
    bench.write(toml_sources(bench.standins, "min_interval_s = 0.0"))
    lines = bench.lines("sources")
    assert {one.name for one in lines} == {f"source {name}" for name in source_types()} - {
        "source table"
    }
    bad = {one.name: one.finding.text for one in lines if one.finding.outcome is not Outcome.OK}
    assert bad == {}
    assert all("newest 20" in one.finding.text for one in lines)
