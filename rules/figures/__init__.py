"""The six figures of the article, from the product's own numbers."""
