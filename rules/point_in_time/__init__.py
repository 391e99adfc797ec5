"""What was known when: history, panels as of an instant, several sources for one number."""
