"""Pure decisions of intake: what columns mean, how dates and numbers are written."""
