//! Names and the entities they stand for.

mod choose;
mod entity;
mod fold;
mod gazetteer;
mod grounds;
mod linker;
mod metonymy;
mod people;
mod spans;
mod sport;
mod table;
mod titles;
mod words;

pub use entity::{Entity, EntityType, Linked};
pub use gazetteer::{Candidate, Entry, EntryId, Gazetteer, NameRole};
pub use grounds::{Grounds, Surface};
pub use linker::link;
pub use table::{LoadError, Office};
pub use words::{Gender, Role, Seat, Words};
