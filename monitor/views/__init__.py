"""One reading side for the terminal, the status page, Slack and exports, as of an instant."""
