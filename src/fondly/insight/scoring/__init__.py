"""From wide rows to signals: what needs a model, a prior or a border, over arrays.

Knows neither Django nor a database; one value per client in every array.
"""
