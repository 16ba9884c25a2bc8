"""The omnichannel commerce domains, and the kit they share."""
