"""US Treasury, TIC: mfhhis01.txt, extended by a year with the release of its December."""

from __future__ import annotations

from functools import lru_cache

from monitor.demo.facts import months, released
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply


class Standin:
    """Tabs, CRLF, quoted names, a block a year, newest first, and June 2011 on two bases."""

    def reply(self, asked: Asked) -> Reply:
        """The file of the newest release."""
        if asked.path != "/Publish/mfhhis01.txt":
            return NOT_FOUND
        years = sorted(set(months("tic_holdings.csv")["year"]))
        newest, at = released([f"{year}-12" for year in years], asked.at)
        return Reply(200, _file(newest[:4]), "text/plain", at)


@lru_cache(maxsize=4)
def _file(newest: str) -> bytes:
    table = months("tic_holdings.csv")
    lines = ["\tMAJOR FOREIGN HOLDERS OF TREASURY SECURITIES", "\t(in billions of dollars)", ""]
    for year in sorted({one for one in table["year"] if one <= newest}, reverse=True):
        block = table[table["year"] == year].drop(columns="year")
        if (block["Jun_old"] == "").all():
            block = block.drop(columns="Jun_old")
        named = [name.removesuffix("_old") for name in block.columns[1:]]
        lines += ["\t".join(["", *named]), "\t".join(["Country", *[year] * len(named)])]
        lines.append("\t".join(["", *["------"] * len(named)]))
        for name, *amounts in block.itertuples(index=False):
            if name == "For. Official":
                lines += ["", "Of which:"]
            lines.append("\t".join([f'"{name}"' if "," in name else name, *amounts]))
        lines.append("")
    lines += ["Department of the Treasury/Federal Reserve Board", "A stand-in."]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")
