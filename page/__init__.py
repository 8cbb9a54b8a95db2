"""The page on which a digit is drawn: a network learns, reckons and goes back before one's eyes."""
