"""Small changes to the rules on purpose, and whether a test notices: `make mutants`."""
