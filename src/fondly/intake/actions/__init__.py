"""All that intake writes."""
