"""The reader of documents, fed a million texts made to break it."""
