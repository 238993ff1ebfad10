"""What may be typed, and how it is shown. What is right is decided in actions."""
