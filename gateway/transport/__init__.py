"""One request → one response: clients of subgraphs, and policies that wrap them."""
