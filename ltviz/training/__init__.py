"""Training: epochs of mini-batches on a CPU or a GPU, by a recipe."""
