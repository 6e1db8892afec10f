"""The life of a run: asked for, assembled, trained, stopped, resumed, compared; on digits and on CIFAR-LT."""
