"""From what is queued to Slack, mail and other channels: messages, charts, digests, tries."""
