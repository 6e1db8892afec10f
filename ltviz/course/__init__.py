"""Lessons: the strict runner of the notebooks, and where they are."""
