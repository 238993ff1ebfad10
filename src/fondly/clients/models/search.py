"""The words by which a client is found as one types."""

from django.db import models

from fondly.clients.models.client import Client


class SearchWord(models.Model):
    """One folded word (of a name, an address, a number, a phone) of one client."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="search_words")
    word = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "client"], name="search_word_once"),
        ]

    def __str__(self) -> str:
        return self.word
