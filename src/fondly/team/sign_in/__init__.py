"""The way in: who is asked to sign in, and the pages where one does."""
