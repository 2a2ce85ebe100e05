"""An invented trial: people, courses and troubles that no real participant has had."""
