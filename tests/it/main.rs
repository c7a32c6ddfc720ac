//! Tests of the program as a whole. One binary, since each would link the store again; a module for each subject.

mod articles;
