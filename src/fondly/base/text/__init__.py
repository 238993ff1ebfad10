"""Text: made comparable, said as people say it, and safe in a spreadsheet's cells."""

from fondly.base.text.folding import digits_of, fold, words_of

__all__ = ["digits_of", "fold", "words_of"]
