"""Small follow-up data in which ties, time 0, and nobody or everybody with an event are common."""

from hypothesis import strategies as st

days = st.integers(min_value=0, max_value=12)
rows = st.lists(st.tuples(days, st.booleans()), min_size=1, max_size=40)
competing_rows = st.lists(st.tuples(days, st.integers(min_value=0, max_value=3)), min_size=1, max_size=40)

Rows = list[tuple[int, bool]]
CompetingRows = list[tuple[int, int]]
