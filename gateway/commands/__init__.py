"""What each command does, one file each; `gateway.cli` states their names and options and imports them when called."""
