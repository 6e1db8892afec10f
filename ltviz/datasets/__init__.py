"""Data: toy problems in the plane with known densities, and scikit-learn's digits, long-tailed."""
