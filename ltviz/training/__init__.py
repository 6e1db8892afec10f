"""Training: exact fits in the plane, the mini-batch loop, the papers' methods, and the record of a run."""
