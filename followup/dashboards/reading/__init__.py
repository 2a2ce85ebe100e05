"""What figures read: who is counted, by when, and the facts of each, a few statements for the page."""
