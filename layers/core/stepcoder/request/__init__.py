"""What a customer may ask, in the vocabulary of Zencoder v2: declarations, reading, precedence, locations. No I/O."""
