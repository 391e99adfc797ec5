"""What a message says, and its layout as HTML and as plain text, with tables, bars and charts."""
