"""The life of a run: asked for, assembled, trained, stopped, resumed, compared; on any data set."""
