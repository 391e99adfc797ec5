"""Federal Reserve Board: the H.4.1 data as a zip, on Thursdays at 16:30 New York."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache

from monitor.demo.facts import custody
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import custody_release

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<message:MessageGroup xmlns:message="http://www.SDMX.org/schemas/message"'
    ' xmlns:kf="http://www.federalreserve.gov/structure/H41"'
    ' xmlns:frb="http://www.federalreserve.gov/structure/compact/common">\n'
    '<frb:DataSet id="H41">\n'
)
TAIL = "</frb:DataSet>\n</message:MessageGroup>\n"
SERIES = (
    '<kf:Series CURRENCY="USD" FREQ="19" SERIES_NAME="{name}" UNIT="Currency"'
    ' UNIT_MULT="1000000">\n'
)


class Standin:
    """Several members, namespaces, and the week's average beside the Wednesday level."""

    def reply(self, asked: Asked) -> Reply:
        """The zip as far as it is published."""
        if asked.path != "/releases/h41/data/FRB_h41_xml.zip":
            return NOT_FOUND
        out = [day for day in custody() if custody_release(day) <= asked.at]
        return Reply(200, _zipped(len(out)), "application/zip", custody_release(out[-1]))


@lru_cache(maxsize=4)
def _zipped(weeks: int) -> bytes:
    held = custody()
    average = {day: value + 1 for day, value in held.items()}
    parts = [HEAD]
    for name, values in (
        ("RESH4FG_XAW_N.WW", average),
        ("RESH4FG_N.WW", held),
        ("RESPPALGUO_N.WW", custody("fed_treasuries")),
    ):
        parts.append(SERIES.format(name=name))
        parts += [
            f'<frb:Obs OBS_STATUS="A" OBS_VALUE="{value}" TIME_PERIOD="{day}"/>\n'
            for day, value in list(values.items())[:weeks]
        ]
        parts.append("</kf:Series>\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in (
            ("H41_struct.xml", HEAD + TAIL),
            ("H41_data.xml", "".join([*parts, TAIL])),
        ):
            info = zipfile.ZipInfo(member, (2025, 1, 1, 0, 0, 0))
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
