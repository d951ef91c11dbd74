"""The state machine's functions and its definition. Each is one call of a step."""
