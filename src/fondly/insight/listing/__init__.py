"""The client list: a question asked of clients and signals alike, answered by the page."""
