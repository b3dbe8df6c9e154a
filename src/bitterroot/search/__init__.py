"""One search for both databases. Rooms put the words of their nouns here and find them again.

Words are folded (no case, no accents), so that "nunez" finds Núñez on SQLite and on PostgreSQL
alike. Every word that is asked for must occur; hits in the title come first.
"""
