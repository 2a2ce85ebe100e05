"""Times to relapse in two published trials, with the numbers that were printed for them."""

# Weeks in remission of 42 children with acute leukaemia, 21 pairs; True: relapsed.
# Freireich et al., Blood 1963;21:699-716; printed in full by Gehan, Biometrika 1965;52:203-223.
MERCAPTOPURINE = [
    *[(week, True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)],
    *[(week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)],
]
PLACEBO = [(week, True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]

# Weeks in remission of acute myelogenous leukaemia with and without maintenance; True: relapsed.
# Embury et al., West J Med 1977;126:267-272; printed by Miller, Survival Analysis, 1981, page 49.
MAINTAINED = [
    *[(week, True) for week in (9, 13, 18, 23, 31, 34, 48)],
    *[(week, False) for week in (13, 28, 45, 161)],
]
NOT_MAINTAINED = [
    *[(week, True) for week in (5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45)],
    (16, False),
]
