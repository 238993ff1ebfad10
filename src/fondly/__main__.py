"""Run the command line by `python -m fondly`."""

from fondly.site.cli import main

if __name__ == "__main__":
    main()
