"""How moments joins the house."""

from fondly.base.practice import Practice

practice = Practice(slug="moments", title="Moments")
