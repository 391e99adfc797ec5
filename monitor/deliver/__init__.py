"""From the queue to Slack, mail and other channels: messages, charts, digests, retries."""
