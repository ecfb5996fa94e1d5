"""What sentences say about people and tasks: read in the domain, whatever the channel is."""
