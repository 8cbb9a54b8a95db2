"""What a network does, seen from outside: layer by layer and number by number."""
