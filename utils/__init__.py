"""Leaves of the house: small tools, one subject each."""
