//! States as the gazetteer knows them: what they are called, and their capitals, where maps draw them.

use crate::link::{EntityType, Entry, Gazetteer};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A capital, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Capital {
    pub name: String,
    pub lon: f64,
    pub lat: f64,
}

/// Names and capitals, by the codes of their states; read when a page asks first.
#[derive(Default)]
pub(in super::super) struct States(OnceLock<Known>);

#[derive(Default)]
struct Known {
    names: HashMap<String, String>,
    capitals: HashMap<String, Capital>,
}

impl States {
    pub(super) fn name(&self, code: &str) -> Option<&str> {
        self.0.get_or_init(read).names.get(code).map(String::as_str)
    }

    pub(super) fn capital(&self, code: &str) -> Option<&Capital> {
        self.0.get_or_init(read).capitals.get(code)
    }
}

/// Without a gazetteer, which tests see to, there are none.
fn read() -> Known {
    let Ok(gazetteer) = Gazetteer::embedded() else { return Known::default() };
    let of = |code: &str| Some((code.to_owned(), gazetteer.entry(gazetteer.country(code)?)));
    let states: Vec<(String, Entry<'_>)> = gazetteer.country_codes().filter_map(of).collect();
    let codes: HashMap<u64, &str> =
        states.iter().filter_map(|(code, state)| Some((state.capital()?, code.as_str()))).collect();
    let cities = gazetteer.entries().filter(|entry| entry.kind() == EntityType::City);
    let capital = |city: Entry<'_>| {
        let (code, (lat, lon)) = (codes.get(&city.geonames()?)?, city.coordinates()?);
        Some(((*code).to_owned(), Capital { name: city.name().to_owned(), lon, lat }))
    };
    let capitals = cities.filter_map(capital).collect();
    Known { names: states.iter().map(|(code, state)| (code.clone(), state.name().to_owned())).collect(), capitals }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_have_names_and_capitals() {
        let states = States::default();
        for (code, name, capital, lon, lat) in [
            ("CHN", "China", "Beijing", 116.4, 39.9),
            ("FRA", "France", "Paris", 2.3, 48.9),
            ("PRK", "North Korea", "Pyongyang", 125.8, 39.0),
        ] {
            assert_eq!(states.name(code), Some(name));
            let found = states.capital(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!(found.name, capital);
            assert!((found.lon - lon).abs() < 0.2 && (found.lat - lat).abs() < 0.2, "{found:?}");
        }
        assert_eq!((states.name("UNO"), states.capital("UNO")), (None, None));
        assert!(states.0.get().is_some_and(|known| known.capitals.len() > 180));
    }
}
