//! The IRIs of the ontology.
