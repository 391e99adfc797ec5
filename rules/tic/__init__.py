"""TIC data: areas, transactions, holdings, sellers, and the foreign share of the debt."""
