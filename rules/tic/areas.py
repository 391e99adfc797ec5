"""The areas of the TIC files by name: a code of five digits, and what a desk calls it."""

from __future__ import annotations

from typing import Final

CHINA: Final = "41408"
JAPAN: Final = "42609"
BELGIUM: Final = "10251"
GRAND_TOTAL: Final = "99996"
OFFICIAL: Final = "99990"
PRIVATE: Final = "99991"
# Where others' securities lie: custodians and funds.
CENTRES: Final = ("10251", "13005", "11703", "36137", "11401", "12688")

# slt_table3 and slt_table1 of 2026-06-18 and s1_globl of 2023-03-15, in the words of a desk.
COUNTRIES: Final = {
    "10189": "Austria",
    "10251": "Belgium",
    "10308": "Belgium and Luxembourg",
    "10405": "Cyprus",
    "10502": "Denmark",
    "10707": "Finland",
    "10804": "France",
    "11002": "Germany",
    "11207": "Greece",
    "11401": "Ireland",
    "11509": "Italy",
    "11703": "Luxembourg",
    "12009": "Monaco",
    "12106": "Netherlands",
    "12203": "Norway",
    "12319": "Portugal",
    "12505": "Spain",
    "12602": "Sweden",
    "12688": "Switzerland",
    "12807": "Turkey",
    "13005": "United Kingdom",
    "13006": "Guernsey",
    "13007": "Jersey",
    "13056": "Channel Islands and Isle of Man",
    "13218": "Serbia",
    "15202": "Bulgaria",
    "15288": "Czech Republic",
    "15504": "Hungary",
    "15768": "Poland",
    "15806": "Romania",
    "16004": "German Democratic Republic",
    "16101": "Russia",
    "16403": "Ukraine",
    "16543": "Kazakhstan",
    "29998": "Canada",
    "30104": "Argentina",
    "30155": "Barbados",
    "30228": "Anguilla",
    "30309": "Brazil",
    "30406": "Chile",
    "30503": "Colombia",
    "30589": "Costa Rica",
    "30708": "Cuba",
    "31003": "Ecuador",
    "31208": "Guatemala",
    "31607": "Jamaica",
    "31704": "Mexico",
    "31887": "Panama",
    "32204": "Peru",
    "32409": "Trinidad and Tobago",
    "32603": "Uruguay",
    "32719": "Venezuela",
    "35254": "Aruba",
    "35319": "Bahamas",
    "35602": "Bermuda",
    "35807": "British Virgin Islands",
    "36005": "British West Indies",
    "36137": "Cayman Islands",
    "36188": "Curaçao",
    "37206": "Netherlands Antilles",
    "37303": "Saint Kitts and Nevis",
    "41408": "China",
    "42005": "Hong Kong",
    "42102": "India",
    "42218": "Indonesia",
    "42501": "Israel",
    "42609": "Japan",
    "43001": "South Korea",
    "43109": "Kuwait",
    "43419": "Lebanon",
    "43605": "Malaysia",
    "44709": "Pakistan",
    "44806": "Philippines",
    "45608": "Saudi Arabia",
    "46019": "Singapore",
    "46205": "Syria",
    "46302": "Taiwan",
    "46418": "Thailand",
    "46604": "United Arab Emirates",
    "53201": "Liberia",
    "53805": "Mauritius",
    "54003": "Morocco",
    "55719": "South Africa",
    "57002": "Egypt",
    "60089": "Australia",
    "61689": "New Zealand",
    "72907": "International organizations",
}
# Rows of Form S that stand for others, and are their sum once those are there too.
REPLACED: Final = {"10308": ("10251", "11703"), "13056": ("13006", "13007")}
# Sums and parts of others: never one of the sellers.
SUMS: Final = {
    "16713": "Euro Area",
    "16721": "European Union",
    "19992": "Total Europe",
    "34401": "Total Caribbean",
    "39942": "Total Latin America",
    "39993": "Total Latin America and Caribbean",
    "49999": "Total Asia",
    "59994": "Total Africa",
    "69906": "Total Other",
    "69995": "All Countries",
    "76929": "Total Regional Orgs.",
    "79995": "Total IROs",
    "82643": "Depository Institutions",
    "82644": "Foreign Official Depository Institutions",
    "82645": "Foreign Non-Official Depository Institutions",
    "82651": "Other Financial Organizations",
    "82652": "Foreign Official Other Financial Organizations",
    "82653": "Foreign Non-Official Other Financial Organizations",
    "82678": "Non-Financial Organizations",
    "82679": "Foreign Official Non-Financial Organizations",
    "82680": "Foreign Non-Official Non-Financial Organizations",
    "82686": "State & Local General Government",
    "82687": "Foreign Official State & Local General Government",
    "82688": "Foreign Non-Official State & Local General Government",
    "84018": "Fund Shares",
    "84019": "Foreign Official Fund Shares",
    "84020": "Foreign Non-Official Fund Shares",
    "89991": "Asset-Backed Securities",
    "89992": "Foreign Official Asset-Backed Securities",
    "89993": "Foreign Non-Official Asset-Backed Securities",
    "99990": "Foreign officials",
    "99991": "Private foreigners",
    "99996": "All foreigners",
}
# Every row of one of them.
AREAS: Final = (*COUNTRIES, *SUMS)


def area_name(code: str) -> str:
    """`China` for 41408; `area 12345` for a code that no file here has."""
    return COUNTRIES.get(code) or SUMS.get(code) or f"area {code}"


def found_areas(asked: str) -> list[tuple[str, str]]:
    """The codes and names of the countries and totals with some letters in their name, or with that
    code; all where nothing is asked. By name."""
    every = [*COUNTRIES.items(), *((c, SUMS[c]) for c in (GRAND_TOTAL, OFFICIAL, PRIVATE))]
    wanted = asked.strip().casefold()
    found = [(c, name) for c, name in every if wanted in name.casefold() or wanted == c]
    return sorted(found, key=lambda one: one[1])
