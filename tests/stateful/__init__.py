"""All aggregates together, in any order of commands, against a model that is plain enough to be read."""
