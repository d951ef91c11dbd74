"""The pipeline's steps: what the state machine's functions do. Decisions live in plan/, argv in commands/."""
