"""`python -m tenure [CDNOW_sample.txt]`: the published digits beside those found here.

The exit code is 1 where any digit differs, 2 where the file is another.
"""

import sys
from pathlib import Path

from tenure.errors import BadInput
from tenure.proof import claims


def main(arguments: list[str]) -> int:
    """Print each claim and whether it holds; return the exit code."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        print(__doc__)
        return 2
    try:
        checked = list(claims(Path(arguments[0]) if arguments else None))
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{'model or data':<14} {'what':<36} {'printed':>10} {'found':>10}")
    for claim in checked:
        line = f"{claim.source:<14} {claim.what:<36} {claim.printed:>10} {claim.ours:>10}"
        print(line + ("" if claim.holds else "  DIFFERS"))
    held = sum(claim.holds for claim in checked)
    print(f"{held} of {len(checked)} published numbers come out to every digit.")
    if not arguments:
        print("Give the path of CDNOW_sample.txt to check the models of purchases too.")
    return 0 if held == len(checked) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
