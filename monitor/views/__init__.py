"""Everything that is read, at any point in time, for terminal, pages, Slack and exports."""
