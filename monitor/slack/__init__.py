"""Slack's buttons: receives interactions and acts on them."""
