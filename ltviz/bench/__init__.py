"""How fast it is, each beside what a user would take instead."""
