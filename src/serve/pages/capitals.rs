//! Where states are drawn on maps: at their capitals, the one point of theirs that the gazetteer knows.

use crate::link::{EntityType, Gazetteer};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A capital, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Capital {
    pub name: String,
    pub lon: f64,
    pub lat: f64,
}

/// The capitals, by the codes of their states; read when a page asks first.
#[derive(Default)]
pub(in super::super) struct Capitals(OnceLock<HashMap<String, Capital>>);

impl Capitals {
    pub(super) fn of(&self, code: &str) -> Option<&Capital> {
        self.0.get_or_init(read).get(code)
    }
}

/// Without a gazetteer, which tests see to, there are none.
fn read() -> HashMap<String, Capital> {
    let Ok(gazetteer) = Gazetteer::embedded() else { return HashMap::new() };
    let states = gazetteer.entries().filter(|entry| entry.kind() == EntityType::Country);
    let codes: HashMap<u64, &str> = states.filter_map(|state| Some((state.capital()?, state.country()?))).collect();
    let cities = gazetteer.entries().filter(|entry| entry.kind() == EntityType::City);
    let capital = |city: crate::link::Entry<'_>| {
        let (code, (lat, lon)) = (codes.get(&city.geonames()?)?, city.coordinates()?);
        Some(((*code).to_owned(), Capital { name: city.name().to_owned(), lon, lat }))
    };
    cities.filter_map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_capitals() {
        let capitals = Capitals::default();
        for (code, name, lon, lat) in
            [("CHN", "Beijing", 116.4, 39.9), ("FRA", "Paris", 2.3, 48.9), ("PRK", "Pyongyang", 125.8, 39.0)]
        {
            let capital = capitals.of(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!(capital.name, name);
            assert!((capital.lon - lon).abs() < 0.2 && (capital.lat - lat).abs() < 0.2, "{capital:?}");
        }
        assert_eq!(capitals.of("UNO"), None);
        assert!(capitals.0.get().is_some_and(|all| all.len() > 180));
    }
}
