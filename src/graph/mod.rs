//! What was extracted, as quads with evidence.
