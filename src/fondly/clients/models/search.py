"""The words by which a client is found as one types."""

from typing import Any, Self

from django.db import models

from fondly.clients.models.client import Client

# Sorts after every text that begins with what stands before it.
LAST = "\U0010ffff"


class Begins(models.Lookup[Any]):
    """`word__begins`: words with this beginning, found by a range of the index.

    SQLite compares text by its bytes. PostgreSQL compares it by the database's language
    unless asked for bytes, which the operators of `varchar_pattern_ops` do.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the range for databases that compare by bytes."""
        return self._range(compiler, connection, ">=", "<")

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the range by bytes."""
        return self._range(compiler, connection, "~>=~", "~<~")

    def _range(
        self, compiler: Any, connection: Any, least: str, below: str
    ) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        start = str(self.rhs)
        sql = f"({column} {least} %s AND {column} {below} %s)"
        return sql, (*params, start, *params, start + LAST)


class WordField(models.CharField[str, str]):
    """A short text that can be asked for its beginning."""

    def deconstruct(self) -> Any:
        """Present itself to migrations as the plain column it is."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


WordField.register_lookup(Begins)


class SearchWordQuerySet(models.QuerySet["SearchWord"]):
    """Questions about many words."""

    def beginning(self, term: str) -> Self:
        """Keep the words that begin with `term`, folded."""
        return self.filter(word__begins=term)

    def clients_with(self, terms: list[str]) -> Self:
        """Keep the words of clients who have, for each of `terms`, a word beginning so.

        One row per word that begins with the longest term, which is the rarest as a rule.
        """
        longest, *others = sorted(terms, key=len, reverse=True)
        rows = self.beginning(longest)
        for term in others:
            same = SearchWord.objects.filter(client=models.OuterRef("client"))
            rows = rows.filter(models.Exists(same.beginning(term)))
        return rows


class SearchWord(models.Model):
    """One folded word (of a name, an address, a number, a phone) of one client."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="search_words")
    word = WordField(max_length=80)

    objects = SearchWordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["word", "client"],
                name="search_word_once",
                # Serves `begins` on PostgreSQL too; other databases ignore it.
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.word
