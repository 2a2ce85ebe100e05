"""The figures: one module each, from its numbers over its drawing to its table."""
