"""Studies: one file per question, answered in numbers; the figure of the same name draws them."""
