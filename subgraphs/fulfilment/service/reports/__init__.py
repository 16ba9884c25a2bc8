"""Reports: sales, collections, carriers, returns."""
