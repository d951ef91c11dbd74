"""The use-cases of jobs: create, read, cancel, end. No HTTP and no wire format here."""
