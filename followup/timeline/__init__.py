"""The timeline of one participant: facts, a scale, lanes of marks, one figure with its tables."""
