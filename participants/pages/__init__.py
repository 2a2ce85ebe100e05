"""Page models: everything a template shows, read and computed before it."""
