"""Benchmarks: what is promised of speed and memory, measured."""
