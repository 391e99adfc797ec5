"""What Slack alone needs: a message in blocks, its buttons, its calls, and its channels."""
