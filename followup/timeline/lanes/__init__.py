"""One module a lane: each turns facts into marks with places and sentences."""
