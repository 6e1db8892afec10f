"""What a run leaves: its form, its reading, its seal, and the published figures beside it."""
