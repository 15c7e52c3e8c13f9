"""What turns the source tree into packages; `python -m resources.installers` makes those of this system."""
