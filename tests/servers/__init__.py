"""Real servers on loopback for the tests: one file for each kind, started and stopped by the fixtures that need them."""
