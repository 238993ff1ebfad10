"""The roof: settings, addresses, the command line, the demo and the shell of every page."""
