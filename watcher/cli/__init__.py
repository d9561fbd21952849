"""The command line: read arguments, call one function, print."""

import gc

gc.set_threshold(200_000, 10, 10)  # what is imported and built next stays: look at it less often
