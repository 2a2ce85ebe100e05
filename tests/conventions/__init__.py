"""Conventions as functions over source, so that each can be shown a fault."""
