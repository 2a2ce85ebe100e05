"""The access matrix: every address, every role, every method, every kind of object."""
