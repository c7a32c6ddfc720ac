//! The language model: tokeniser, tagger, parser, lemmatiser and names.
