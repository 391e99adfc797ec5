"""What is told, to whom and in which words: pure, except for the channels that send."""
