"""What a run came to: for the terminal, as a page, and as a record to compare with others."""
