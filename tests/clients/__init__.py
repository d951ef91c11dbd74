"""Client libraries as their users run them, and recorded requests of those that don't run here."""
