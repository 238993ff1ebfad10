"""Whether signals kept up with changes, and are the same however they are computed."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fondly.insight.models import ScoreRun


def proven(run: ScoreRun) -> list[str]:
    """Return a sentence each on changes that were missed, and on clients scored again."""
    return [*_shown(run.proof), *_again(run.proof)]


def _shown(proof: dict[str, int]) -> list[str]:
    if "missed" not in proof:
        return []
    if not proof["missed"]:
        return [_("No client's signals had missed a change since the run before.")]
    return [
        ngettext(
            "%(missed)d client's signals had missed a change; they are right now.",
            "%(missed)d clients' signals had missed a change; they are right now.",
            proof["missed"],
        )
        % proof
    ]


def _again(proof: dict[str, int]) -> list[str]:
    if not proof.get("again"):
        return []
    if not proof["different"]:
        return [
            ngettext(
                "%(again)d client scored again alone came out the same in every column.",
                "%(again)d clients scored again alone came out the same in every column.",
                proof["again"],
            )
            % proof
        ]
    return [
        _(
            "Of %(again)d clients scored again alone, %(different)d came out different: "
            "please report this."
        )
        % proof
    ]
