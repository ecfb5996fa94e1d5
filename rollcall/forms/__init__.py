"""Forms: what they ask (`spec`), how an answer is read (`kinds`), how a conversation about one
goes (`dialogue`), and where an unfinished one is kept (`drafts`)."""
