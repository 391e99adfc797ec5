"""How anything reaches the outside: bounded in time and bytes, by proxy, with certificates."""
