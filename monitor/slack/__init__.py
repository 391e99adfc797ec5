"""Slack's buttons: pressed, understood, answered."""
