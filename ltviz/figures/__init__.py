"""Pictures of the studies: one frozen dataclass in, one plotly figure out; nothing is computed here."""
