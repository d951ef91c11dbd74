"""Real servers on loopback for the tests: one file for each kind, run by the fixtures that need them."""
