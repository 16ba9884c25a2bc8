"""The catalogue: products, prices, categories, content, channels and brands, listings; search over them."""
