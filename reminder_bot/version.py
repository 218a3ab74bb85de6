"""The version of this program, in the one place that setup.cfg and the command line read it from."""

VERSION = "0.1.0"
