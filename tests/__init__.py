"""A package, so that a `tests` that some library installs by mistake does not stand in for ours."""
