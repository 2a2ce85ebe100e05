"""The project: its settings and addresses, and how its processes run."""

import gc

# A page of figures makes a hundred thousand objects that all go at its end. To look for cycles among them
# after every 700, as Python does, takes a quarter of its time; to look seldom takes some tens of megabytes.
gc.set_threshold(20_000, 10, 5)
