"""Faults of a machine, by the check that finds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.doctor.machine import Room
from tests.monitor.doctor.bench import Bench, Break, Faults, a_failure, a_skip, a_warning


def changed(**facts: Any) -> Break:
    return lambda bench: bench.on_a_machine(**facts)


def package(name: str, version: str | None) -> Break:
    def make(bench: Bench) -> None:
        others = bench.machine.installed
        bench.on_a_machine(installed=lambda one: version if one == name else others(one))

    return make


def other_zone(name: str, other: str) -> Break:
    """A zone with the data of another."""

    def zone(key: str) -> ZoneInfo:
        if key != name:
            return ZoneInfo(key)
        with resources.files("tzdata").joinpath("zoneinfo", other).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)

    return changed(zone=zone)


def broken_zone(bench: Bench) -> None:
    path = bench.folder / "Tokyo"
    path.write_bytes(b"nothing")

    def zone(key: str) -> ZoneInfo:
        with path.open("rb") as file:
            return ZoneInfo.from_file(file, key=key)

    bench.on_a_machine(zone=zone)


def no_zone(bench: Bench) -> None:
    bench.on_a_machine(zone=lambda key: ZoneInfo(f"Nowhere/{key}"))


def clock_ahead(minutes: int) -> Break:
    def make(bench: Bench) -> None:
        now = bench.standins.now
        bench.standins.dated = lambda: now() - timedelta(minutes=minutes)

    return make


def room(free_mb: float, free_files: int | None = 1000) -> Break:
    return changed(room=lambda _: Room(int(free_mb * 1e6), free_files))


def no_temp(bench: Bench) -> None:
    def folder() -> str:
        raise FileNotFoundError("no usable temporary directory")

    bench.on_a_machine(temp_folder=folder)


def large_database(bench: Bench) -> None:
    with bench.database.open("ab") as file:
        file.truncate(2_000_000_000)
    room(3000)(bench)


def raising(error: Exception) -> Callable[[Path], Room]:
    def room_on(folder: Path) -> Room:
        raise error

    return room_on


def variables(**values: str) -> Break:
    return lambda bench: bench.secrets.update(values)


MACHINE: Final[Faults] = {
    "python": {
        "too old": a_failure(changed(python=(3, 10, 14)), "python", "Python >=3.11", "3.10.14"),
    },
    "packages": {
        "missing": a_failure(
            package("requests", None), "package requests", "none installed",
            "pip install 'requests'",
        ),
        "too old": a_failure(package("pydantic", "2.9"), "package pydantic", ">=2.12", "got 2.9"),
        "too new": a_failure(package("apscheduler", "4.0"), "package apscheduler", "<4", "got 4.0"),
        "not the one tested": a_warning(
            package("numpy", "1.0"), "packages", "requirements.lock", "numpy 1.0"
        ),
    },
    "sqlite": {
        "too old": a_failure(changed(sqlite=(3, 31, 1)), "sqlite", "3.37.0 or newer", "3.31.1"),
    },
    "clock": {
        "ahead": a_failure(
            clock_ahead(40), "clock", "got one 40 minutes ahead of http://127.0.0.1",
            "timedatectl", checks=("sources", "clock"),
        ),
        "behind": a_failure(
            clock_ahead(-90), "clock", "got one 90 minutes behind", checks=("sources", "clock")
        ),
        "nobody asked": a_skip(lambda _: None, "clock", "nobody who was asked"),
    },
    "time_zones": {
        "without daylight saving": a_failure(
            other_zone("America/New_York", "America/Phoenix"), "time zone America/New_York",
            "UTC-5 from 2025-11-02 06:00Z", "got UTC-7 now", "tzdata",
        ),
        "with the switches of before 2007": a_failure(
            other_zone("America/New_York", "America/Havana"), "time zone America/New_York",
            "got UTC-4 now",
        ),
        "another offset": a_failure(
            other_zone("Asia/Tokyo", "Asia/Shanghai"), "time zone Asia/Tokyo",
            "expected UTC+9 now, got UTC+8 now",
        ),
        "always UTC": a_failure(
            other_zone("Europe/London", "Etc/UTC"), "time zone Europe/London",
            "UTC+0 from 2025-10-26 01:00Z", "got UTC+0 now",
        ),
        "not readable": a_failure(
            broken_zone, "time zone Asia/Tokyo", "got none that can be read", "pip install tzdata"
        ),
        "not there": a_failure(no_zone, "time zone Asia/Tokyo", "ZoneInfoNotFoundError"),
    },
    "terminal": {
        "of another encoding": a_warning(
            changed(encoding="iso8859-1"), "terminal", "got iso8859-1 with no locale set"
        ),
        "of plain ASCII": a_warning(variables(LC_ALL="C"), "terminal", "LC_ALL=C", "LANG=C.UTF-8"),
    },
    "disk_space": {
        "full": a_failure(room(40), "disk space, database", "100 MB or more", "40 MB free"),
        "nearly full": a_warning(room(500), "disk space, database", "1,000 MB", "500 MB free"),
        "no room for a backup": a_warning(large_database, "disk space, database", "4,000 MB"),
        "out of inodes": a_failure(room(5000, 0), "disk space, database", "out of inodes"),
        "temporary, full": a_failure(room(5), "disk space, temporary", "20 MB or more"),
        "temporary, none": a_failure(no_temp, "disk space, temporary", "set TMPDIR"),
        "gone": a_failure(
            changed(room=raising(OSError(5, "Input/output error"))), "disk space, database",
            "Input/output error",
        ),
    },
}  # fmt: skip
