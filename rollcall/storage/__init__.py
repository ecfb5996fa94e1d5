"""Everything that speaks MongoDB's language on behalf of the domain."""
