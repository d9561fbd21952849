"""The command line: read arguments, call one function, print."""

import gc

gc.set_threshold(50_000, 20, 20)  # what is imported and built next stays: look at it less often
