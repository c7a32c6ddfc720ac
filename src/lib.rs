//! Entente reads news and keeps the record: who did what to whom, when, where, and who says so.
//!
//! The modules are layers; each uses only those named before it in this file, and a test keeps that order.

pub mod text;

pub mod article;
pub mod doc;
pub mod ontology;

pub mod lexicon;

pub mod nlp;
pub mod times;

pub mod link;

pub mod coref;

pub mod extract;

pub mod graph;

pub mod pipeline;

pub mod code;

pub mod store;

pub mod search;

pub mod export;

pub mod serve;

pub mod refresh;

pub mod cli;
