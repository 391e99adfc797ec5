"""How each early number did against the later number that it speaks of."""
