"""How figures are drawn: shapes, bars, curves, rows, and the looks of a drawing that stands alone."""
