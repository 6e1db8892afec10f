"""CIFAR-10-LT: the papers' long-tailed photographs of ten classes, read from where you have them or fetched.

It takes data (the folder that holds CIFAR, its archive, or a file of ltviz data pack; else LTVIZ_CIFAR or ltviz's own
folder), imbalance (100), profile (exp), order, seed (0) and verify.

Source
------
Krizhevsky 2009, *Learning Multiple Layers of Features from Tiny Images*; long-tailed as by Cao et al. 2019 (arXiv
1906.07413).
"""

from __future__ import annotations

from ltviz.datasets.cifar.selecting import CifarSource

SOURCE = CifarSource("cifar10")
