"""Ways in which a body goes wrong without an error, each one function from a good body to a bad."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from monitor.demo.request_reply import Reply
from tests.contracts.bodies import Format, Rows

Fault = Callable[[Reply, Format], Reply]

TOMORROW = datetime(2025, 4, 9, 4, 0, tzinfo=UTC)


def changed(reply: Reply, body: bytes, content_type: str | None = None) -> Reply:
    """The reply with another body."""
    return Reply(reply.status, body, content_type or reply.content_type, reply.last_modified)


def of_rows(change: Callable[[Rows, Format], Rows]) -> Fault:
    """A fault in the rows of a body."""

    def fault(reply: Reply, style: Format) -> Reply:
        return changed(reply, style.body(change(style.rows(reply.body), style)))

    return fault


def newest(rows: Rows, style: Format) -> int:
    """The place of the first row with the newest date."""
    places = range(style.first_row, len(rows))
    return max(places, key=lambda place: (_moment(rows[place], style), -place))


def _moment(row: list[str], style: Format) -> float:
    if style.date_style == "stamp":
        return float(row[style.date])
    return datetime.strptime(row[style.date], style.date_style).replace(tzinfo=UTC).timestamp()


def _html(reply: Reply, style: Format) -> Reply:
    page = b"<!DOCTYPE html><html><body>Scheduled maintenance</body></html>"
    return changed(reply, page, "text/html")


def _html_under_the_usual_type(reply: Reply, style: Format) -> Reply:
    return changed(reply, b"\n  <html><head><title>Just a moment...</title></head></html>")


def _empty(reply: Reply, style: Format) -> Reply:
    return changed(reply, b"")


def _cut_in_half(reply: Reply, style: Format) -> Reply:
    return changed(reply, reply.body[: len(reply.body) // 2])


def _damaged(reply: Reply, style: Format) -> Reply:
    middle = len(reply.body) // 2
    return changed(reply, reply.body[:middle] + b"\xff" * 64 + reply.body[middle + 64 :])


def _stray_quote(reply: Reply, style: Format) -> Reply:
    head, rest = reply.body.split(b"\n", 1)
    return changed(reply, head + b'\n"' + rest)


def _labels_swapped(rows: Rows, style: Format) -> Rows:
    assert style.other is not None
    head = rows[0]
    head[style.value], head[style.other] = head[style.other], head[style.value]
    return rows


def _no_rows(rows: Rows, style: Format) -> Rows:
    return rows[: style.first_row]


def _renamed(rows: Rows, style: Format) -> Rows:
    rows[0][style.value] = "renamed"
    return rows


def _out_of_order(rows: Rows, style: Format) -> Rows:
    first = style.first_row + 2
    rows[first], rows[first + 1] = rows[first + 1], rows[first]
    return rows


def _date_twice(rows: Rows, style: Format) -> Rows:
    first = style.first_row + 2
    return [*rows[:first], rows[first], *rows[first:]]


def _date_in_the_future(rows: Rows, style: Format) -> Rows:
    place = newest(rows, style)
    later = list(rows[place])
    stamp = str(int(TOMORROW.timestamp()))
    written = TOMORROW.replace(year=2026).strftime(style.date_style)
    later[style.date] = stamp if style.date_style == "stamp" else written
    ascending = place == len(rows) - 1
    return [*rows, later] if ascending else [*rows[:place], later, *rows[place:]]


def _dated_a_sunday(rows: Rows, style: Format) -> Rows:
    """The newest Monday, or the day of the week of a weekly file, carries the date of the Sunday
    before."""
    places = sorted(range(style.first_row, len(rows)), key=lambda n: -_moment(rows[n], style))
    days = {n: datetime.fromtimestamp(_moment(rows[n], style), UTC) for n in places}
    place = next(n for day in (0, 2, 5, 1) for n in places if days[n].weekday() == day)
    sunday = days[place] - timedelta(days=days[place].weekday() + 1)
    is_stamp = style.date_style == "stamp"
    written = str(int(sunday.timestamp())) if is_stamp else sunday.strftime(style.date_style)
    for row in rows:
        if row[style.date] == rows[place][style.date] and row is not rows[place]:
            row[style.date] = written
    rows[place][style.date] = written
    return rows


def _word_for_a_date(word: str) -> Callable[[Rows, Format], Rows]:
    def write(rows: Rows, style: Format) -> Rows:
        rows[newest(rows, style)][style.date] = word
        return rows

    return write


def _scaled(factor: float) -> Callable[[Rows, Format], Rows]:
    def scale(rows: Rows, style: Format) -> Rows:
        for row in rows[style.first_row :]:
            row[style.value] = _times(row[style.value], factor)
        return rows

    return scale


def _slipped_digit(rows: Rows, style: Format) -> Rows:
    place = newest(rows, style)
    rows[place][style.value] = _times(rows[place][style.value], 10.0)
    return rows


def _word_for_a_number(rows: Rows, style: Format) -> Rows:
    rows[newest(rows, style)][style.value] = "n/m"
    return rows


def _shrunk(rows: Rows, style: Format) -> Rows:
    middle = len(rows) // 2
    return [*rows[:middle], *rows[middle + max(3, len(rows) // 10) :]]


def _times(cell: str, factor: float) -> str:
    try:
        return f"{float(cell) * factor:g}"
    except ValueError:
        return cell


FAULTS: dict[str, Fault] = {
    "html": _html,
    "html under the usual content type": _html_under_the_usual_type,
    "empty": _empty,
    "cut in half": _cut_in_half,
    "damaged in the middle": _damaged,
    "a stray quote": _stray_quote,
    "two labels swapped": of_rows(_labels_swapped),
    "a header and no rows": of_rows(_no_rows),
    "a renamed column": of_rows(_renamed),
    "out of order": of_rows(_out_of_order),
    "a date twice": of_rows(_date_twice),
    "a date in the future": of_rows(_date_in_the_future),
    "a row of a Sunday": of_rows(_dated_a_sunday),
    "a unit a thousand times too large": of_rows(_scaled(1000.0)),
    "a unit a hundred times too small": of_rows(_scaled(0.01)),
    "a slipped digit": of_rows(_slipped_digit),
    "today for the newest date": of_rows(_word_for_a_date("today")),
    "now for the newest date": of_rows(_word_for_a_date("now")),
    "a word for a number": of_rows(_word_for_a_number),
    "shrunk": of_rows(_shrunk),
}

# What cannot happen to a format: a file of one column has no labels to swap, a quote means nothing
# where nothing is quoted, JSON numbers and spreadsheet cells are no words, and a window
# of the newest values has no middle to lose. Rows of auctions, or of contracts, are in no order of
# their own. The figures of VIX are closes alone, which stand for all four prices. A preamble may
# hold quotes.
# A month is no day. A file that is fetched once has no file before to be compared with.
YAHOO = ("yahoo", "yahoo_spx", "yahoo_tnx")
NOT_FOR = {
    *(
        (name, fault)
        for name in YAHOO
        for fault in (
            "a word for a number",
            "today for the newest date",
            "now for the newest date",
            "shrunk",
            "two labels swapped",
            "a stray quote",
        )
    ),
    *(
        (name, "a row of a Sunday")
        for name in ("treasury_tic", "tic_assets", "tic_form_s", "tic_holdings", "mof_investors")
    ),
    ("tic_form_s", "shrunk"),
    ("tic_form_s", "a slipped digit"),
    ("nyfed_acm", "a word for a number"),
    *((name, "shrunk") for name in ("boc", "cftc_tff", "h10", "h15")),
    *((name, "shrunk") for name in ("fiscaldata_auctions", "fiscaldata_debt")),
    *((name, "a stray quote") for name in ("boc", "fiscaldata_auctions", "fiscaldata_debt")),
    *((name, "out of order") for name in ("cftc_tff", "fiscaldata_auctions")),
    ("cftc_tff", "a stray quote"),
    *((name, "two labels swapped") for name in ("cboe", "cboe_vix", "h41", "kim_wright")),
    *((name, "a stray quote") for name in ("ecb", "h10", "h15", "h41", "kim_wright", "nyfed_acm")),
    *((name, "a stray quote") for name in ("tic_assets", "treasury_tic")),
}
