//! Tests of the program as a whole. One binary, since each would link the store again; a module for each subject.

mod analysed;
mod articles;
mod bad_input;
mod code;
mod command_line;
mod coref;
mod documents;
mod export;
mod export_tables;
mod gazetteer;
mod graph;
mod instances;
mod interrupted;
mod layers;
mod link;
mod nlp;
mod queries;
mod quotes;
mod refresh;
mod rules;
mod search;
mod serve;
mod store;
mod store_folder;
mod times;
mod why;
