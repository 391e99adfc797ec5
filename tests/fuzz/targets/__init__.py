"""A file for each kind of reader; `targets()` of each makes its targets."""
