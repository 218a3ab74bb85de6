"""What the bot withstands: Discord's errors, bursts, abuse. Slower than the other tests; `make proof` runs them."""
