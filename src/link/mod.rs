//! Names and the entities they stand for.

mod entity;

pub use entity::{Entity, EntityType, Linked};
