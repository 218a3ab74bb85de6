"""A season: three months, twelve events, forty members, on a stepped clock, judged by an oracle outside the bot."""
