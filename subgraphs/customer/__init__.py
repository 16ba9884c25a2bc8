"""Who the group serves: people, how channels know them, what they agreed to, what they did, loyalty."""
