"""What the transactions of a month answer to an alert of that month, once they are published."""
