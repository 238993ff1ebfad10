"""How rhythm joins the house."""

from fondly.base.practice import Practice

practice = Practice(slug="rhythm", title="Rhythm")
