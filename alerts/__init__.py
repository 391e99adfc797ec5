"""Alerts: messages, routing and channels. Pure, except for the channels that send."""
