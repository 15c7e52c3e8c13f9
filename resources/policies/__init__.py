"""Templates for those who enforce settings, written from the one declaration: `python -m resources.policies`."""
