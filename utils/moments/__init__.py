"""Moments as people write them (``tomorrow 8pm``, ``mardi prochain à 20h``), in their zone and language."""
