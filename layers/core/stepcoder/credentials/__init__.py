"""The use-cases of saved credentials: saving them, checking what a job names, opening them for a worker.

A module for each, because each may do something else with the key that seals secrets: saving only seals, resolving only
unseals, checking does neither.
"""
