"""A check looks at something before it is used, and says what to write instead if it cannot be."""
