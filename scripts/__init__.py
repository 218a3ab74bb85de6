"""Operator one-shots: thin commands that are run by hand or by make."""
