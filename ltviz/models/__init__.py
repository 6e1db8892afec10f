"""Models: small classifiers for the plane, nets for images, and their heads."""
