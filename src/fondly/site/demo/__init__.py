"""An invented business, the same one each time for the same day, to try everything on."""
