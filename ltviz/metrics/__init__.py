"""Arrays in, numbers out: accuracy, calibration, margins, angles, and the place of the boundary."""
