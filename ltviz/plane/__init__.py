"""Exact fits in the plane: milliseconds each, warm-started along a slider's path."""
