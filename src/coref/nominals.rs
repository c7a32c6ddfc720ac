//! Nouns that name actors by what they are: "North Korean soldiers", "the Chinese president", "his country".

use super::Resolver;
use crate::doc::{Dep, Form, Mention, Pos, Tag};
use crate::link::{Entity, EntityType, NameRole, Role};
use crate::text::BlockKind;
use std::ops::Range;

impl Resolver<'_> {
    /// Gives a noun its mention, if it names an actor.
    pub(super) fn nominal(&mut self, t: usize) {
        // "Islamist-rooted"
        let hyphened = || self.doc.dep(t) == Dep::Npadvmod && self.doc.head(t) > t + 1 && self.doc.word(t + 1) == "-";
        if matches!(self.doc.dep(t), Dep::Compound | Dep::Amod | Dep::Nmod) || hyphened() || self.is_title_of_name(t) {
            return;
        }
        if self.own_country(t) || self.is_whole_headline(t) || self.ends_office(t) {
            return;
        }
        if self.gazetteer.words().is("town_word", &self.lower(t)) {
            return self.the_city(t);
        }
        let Some(role) = self.role(t).or_else(|| self.relative(t)) else { return self.with_name(t) };
        if self.is_abstract(t) {
            return;
        }
        if role.kind == EntityType::Country {
            return self.the_country(t);
        }
        if let Some(entity) = self.called_in_full(t).or_else(|| self.apposed_body(t, &role)) {
            return self.add(entity, self.noun_phrase(t), t, Form::Nominal, 0.85);
        }
        let role = self.served(t, role);
        let country = self.country_of_phrase(t);
        let may_be_person = matches!(role.kind, EntityType::Person | EntityType::Group);
        if let Some(entity) = may_be_person.then(|| self.apposed(t)).flatten() {
            // "his counterpart" and "Guzman's lawyer" may be of another country.
            let owner = self.doc.child(t, Dep::Poss).and_then(|p| self.chains.headed_by(p));
            let of_person = owner.is_some_and(|m| self.entity(m.entity).kind == EntityType::Person);
            let own = |c: &usize| *c < t && matches!(self.doc.dep(*c), Dep::Amod | Dep::Compound | Dep::Nmod);
            let said = || self.doc.children(t).filter(own).find_map(|c| self.country_of_word(c));
            let told = self.described(t, &role, if of_person { said() } else { country });
            let entity_told = &mut self.chains.entities[entity];
            // Who was an official, as far as tables know, and is called one here without "former" is one again.
            let back = entity_told.sector.as_deref() == Some("ELI")
                && matches!(told.sector.as_deref(), Some("GOV" | "IGO" | "LEG"));
            if back {
                entity_told.sector = None;
            }
            entity_told.country = entity_told.country.take().or(told.country);
            entity_told.sector = entity_told.sector.take().or(told.sector);
            return self.add(entity, self.noun_phrase(t), t, Form::Nominal, 0.9);
        }
        let known = match self.doc.is_definite(t) {
            true => self.antecedent(t, &role, country.as_deref()),
            false => self.of_headline(t, country.as_deref()),
        };
        let (entity, confidence) = match known {
            Some(entity) => (entity, 0.8),
            None => (self.new_entity(self.described(t, &role, country)), 0.9),
        };
        self.add(entity, self.noun_phrase(t), t, Form::Nominal, confidence);
    }

    /// Those of the headline, when the first sentence of the text begins with the same bare plural: "Gunmen kill 21 miners" and
    /// "Gunmen stormed a mine".
    fn of_headline(&self, t: usize, country: Option<&str>) -> Option<usize> {
        let sentence = self.doc.token(t).sentence;
        let kind = |s: usize| self.doc.sentences()[s].kind;
        let is_first = kind(sentence) == BlockKind::Body && (0..sentence).all(|s| kind(s) != BlockKind::Body);
        let bare = |i: usize| self.doc.is_plural(i) && self.doc.children(i).all(|c| c > i);
        let same = |m: &&Mention| {
            let own = self.entity(m.entity).country.as_deref();
            kind(self.doc.token(m.head).sentence) == BlockKind::Headline
                && m.form == Form::Nominal
                && bare(m.head)
                && self.lower(m.head) == self.lower(t)
                && (own.is_none() || country.is_none() || own == country)
        };
        let found = self.chains.before(t).find(same).filter(|_| is_first && bare(t));
        found.map(|m| m.entity)
    }

    /// "chief of staff": the last word of an office that several make, and no people of its own.
    fn ends_office(&self, t: usize) -> bool {
        let preposition = self.doc.head(t);
        let office = self.doc.head(preposition);
        let of = self.doc.dep(t) == Dep::Pobj && self.lower(preposition) == "of" && office < preposition;
        of && !self.gazetteer.words().roles(&format!("{} of {}", self.lower(office), self.doc.word(t))).is_empty()
    }

    /// "Bangkok court sentences activist": the parser may take a whole headline for one noun with others before it.
    fn is_whole_headline(&self, t: usize) -> bool {
        let sentence = self.doc.sentence_of(t);
        let phrase = self.noun_phrase(t);
        let inner = phrase.start + 1..t;
        sentence.kind == BlockKind::Headline
            && inner.into_iter().any(|i| self.doc.token(i).tag == Tag::Nns && self.doc.dep(i) == Dep::Compound)
    }

    /// "the school's headteacher Liman Abubakar": a name right behind a noun makes it a person's, whatever the noun is.
    fn with_name(&mut self, t: usize) {
        let behind = self.doc.name_at(t + 1).filter(|n| n.tokens.start == t + 1 && self.doc.token(t).tag == Tag::Nn);
        let beside = |c: usize| self.doc.dep(c) == Dep::Appos && behind.is_some_and(|n| n.tokens.contains(&c));
        if self.doc.children(t).any(beside)
            && let Some(entity) = self.apposed(t)
        {
            self.add(entity, self.noun_phrase(t), t, Form::Nominal, 0.85);
        }
    }

    /// Who has a name beside the noun, in apposition: "A government spokesman, Chai Wacharonke,", "his lawyer Kritsadang
    /// Nutcharat", "Juan Carlos, a former king". Not the members of a list: "Hollande, the chancellor and the king".
    fn apposed(&self, t: usize) -> Option<usize> {
        if self.doc.is_plural(t) {
            return None;
        }
        let lists = |i: usize| {
            let more = self.doc.children(i).filter(|&c| self.doc.dep(c) == Dep::Conj);
            let owned = |c: usize| self.doc.child(c, Dep::Det).or_else(|| self.doc.child(c, Dep::Poss)).is_some();
            more.into_iter().any(|c| owned(c) || self.chains.headed_by(c).is_some())
        };
        let named = |i: usize| self.chains.headed_by(i).filter(|m| matches!(m.form, Form::Name | Form::Titled));
        let person = |i: usize| named(i).map(|m| m.entity).filter(|&e| self.entity(e).kind == EntityType::Person);
        let beside = |i: usize| self.doc.children(i).filter(move |&c| self.doc.dep(c) == Dep::Appos && c > i);
        // "John Hill, his wife,": no man is a wife.
        let said_of = self.noun_gender(&self.lower(t));
        let is_other =
            |i: usize| said_of.is_some() && person(i).and_then(|e| self.gender(e)).is_some_and(|g| Some(g) != said_of);
        let above = Some(self.doc.head(t)).filter(|&i| self.doc.dep(t) == Dep::Appos && !is_other(i));
        // "The ambassador to Pristina, Jeff Hovenier,": the parser ties the name to the nearer noun.
        let behind = || {
            let objects =
                self.doc.children(t).filter(|&c| self.doc.dep(c) == Dep::Prep).flat_map(|p| self.doc.children(p));
            objects.filter(|&o| self.doc.dep(o) == Dep::Pobj && person(o).is_none()).flat_map(beside)
        };
        // "His Ukrainian counterpart Denys Shmyhal", which the parser may not tie at all.
        let next = || self.doc.name_at(t + 1).filter(|n| n.tokens.start == t + 1).map(|n| n.tokens.end - 1);
        let names = above.into_iter().chain(beside(t)).chain(behind()).chain(next());
        let name = names.into_iter().find(|&i| person(i).is_some())?;
        (!lists(t) && !lists(name)).then(|| person(name)).flatten()
    }

    /// "The Pakistani Taliban, an umbrella group of militants,": the body whose name the noun explains.
    fn apposed_body(&self, t: usize, role: &Role) -> Option<usize> {
        let name = self.doc.head(t);
        let explains = self.doc.dep(t) == Dep::Appos && name < t && !self.doc.is_plural(t);
        let is_body = matches!(role.kind, EntityType::Organization | EntityType::NewsAgency | EntityType::Group);
        let lists = |i: usize| self.doc.child(i, Dep::Conj).is_some() || self.doc.child(i, Dep::Cc).is_some();
        let mention = self.chains.headed_by(name).filter(|m| matches!(m.form, Form::Name | Form::Acronym))?;
        let kind = self.entity(mention.entity).kind;
        let named = matches!(kind, EntityType::Organization | EntityType::NewsAgency);
        // "the Baghdad office of Reuters, a company": an article makes it a description.
        let described = self.doc.child(t, Dep::Det).is_some();
        (explains && is_body && named && described && !lists(t) && !lists(name)).then_some(mention.entity)
    }

    /// "president" in "President Xi": the name's mention takes the title in.
    fn is_title_of_name(&self, t: usize) -> bool {
        let head = self.doc.head(t);
        self.doc.dep(t) == Dep::Appos && self.chains.headed_by(head).is_some_and(|m| m.tokens.contains(&t))
    }

    /// "the White Helmets rescue group": what the name before the noun stands for already.
    fn called_in_full(&self, t: usize) -> Option<usize> {
        let words = self.gazetteer.words();
        let named = |c: usize| self.chains.headed_by(c).filter(|m| matches!(m.form, Form::Name | Form::Acronym));
        let before = self.doc.children(t).filter(|&c| c < t && self.doc.dep(c) == Dep::Compound);
        let mut names = before.filter_map(named).map(|m| m.entity);
        let body = names.next().filter(|&e| self.entity(e).kind == EntityType::Organization)?;
        let is_one = words.is("kind_of_body", &self.lower(t)) && !self.doc.is_plural(t) && names.all(|e| e == body);
        is_one.then_some(body)
    }

    /// What the noun is called as a role, with the word before it ("foreign minister") when that has an entry.
    fn role(&self, t: usize) -> Option<Role> {
        let words = self.gazetteer.words();
        let lemma = self.lower(t);
        let before = t.checked_sub(1).filter(|&p| self.doc.head(p) == t || self.doc.dep(p) == Dep::Compound);
        let longer = self.hyphened(t).or_else(|| before.map(|p| format!("{} {lemma}", self.lower(p))));
        let roles = longer.iter().map(|p| words.roles(p)).chain([words.roles(&lemma)]).find(|r| !r.is_empty())?;
        let plural = self.doc.is_plural(t);
        // "the executive" governs, "an executive" works for a company.
        let one =
            !plural && self.doc.children(t).any(|c| self.doc.dep(c) == Dep::Det && self.lower(c).starts_with('a'));
        let person = |r: &&Role| one && r.kind == EntityType::Person;
        if let Some(role) = roles.iter().find(person) {
            return Some(role.clone());
        }
        let wanted = |r: &&Role| if plural { r.kind == EntityType::Group } else { r.kind != EntityType::Group };
        let role = roles.iter().find(wanted).or(roles.first())?.clone();
        let kind = if plural && role.kind == EntityType::Person { EntityType::Group } else { role.kind };
        Some(Role { kind, ..role })
    }

    /// "his wife", "the minister's sons".
    fn relative(&self, t: usize) -> Option<Role> {
        self.gazetteer.words().kinship(&self.lower(t))?;
        self.doc.child(t, Dep::Poss)?;
        let kind = if self.doc.is_plural(t) { EntityType::Group } else { EntityType::Person };
        Some(Role { kind, sector: "", class: "", title: false, leader: false })
    }

    /// "by force", "took office", "no authority": what the word names with an article, it does not without.
    fn is_abstract(&self, t: usize) -> bool {
        let bare = self.doc.children(t).all(|c| match self.doc.dep(c) {
            Dep::Det => self.lower(c) == "no",
            dep => c > t || dep == Dep::Punct,
        });
        let words = self.gazetteer.words();
        // "The bodies were found": of bodies that act the text says which.
        let described = || self.doc.children(t).any(|c| c < t && self.doc.dep(c) == Dep::Amod);
        bare && self.doc.token(t).tag == Tag::Nn && words.is("abstract_if_bare", &self.lower(t))
            || self.doc.word(t) == "bodies" && !described()
    }

    /// "director-general", of which the tokens are three and the last an adjective.
    pub(super) fn hyphened(&self, t: usize) -> Option<String> {
        let first = t.checked_sub(2).filter(|_| self.doc.word(t - 1) == "-")?;
        Some(format!("{}-{}", self.doc.word(first), self.doc.word(t)).to_lowercase())
    }

    /// The role with the sector of the body it serves, where its own word tells none in particular: "a national
    /// intelligence agency officer", "Hamas fighters", "chairman of the company's board".
    fn served(&self, t: usize, role: Role) -> Role {
        let words = self.gazetteer.words();
        if !words.is("serves_a_body", &self.lower(t)) {
            return role;
        }
        match self.sector_before(t).or_else(|| self.sector_behind(t)) {
            Some(sector) => Role { sector, ..role },
            None => role,
        }
    }

    /// The sector of a name or of a word for a body right before a noun.
    fn sector_before(&self, t: usize) -> Option<&'static str> {
        let before = t.checked_sub(1)?;
        let words = self.gazetteer.words();
        if let Some(mention) = self.chains.headed_by(before).filter(|m| m.form != Form::Demonym) {
            return words.sector(self.entity(mention.entity).sector.as_deref()?);
        }
        // "UNICEF's representative"
        let owner = self.doc.child(t, Dep::Poss).and_then(|p| self.chains.headed_by(p)).map(|m| self.entity(m.entity));
        if let Some(body) = owner.filter(|e| matches!(e.kind, EntityType::Organization | EntityType::NewsAgency)) {
            return words.sector(body.sector.as_deref()?);
        }
        let start = self.noun_phrase(t).start;
        (start..t).find_map(|i| self.sector_of_body(i..t))
    }

    /// The sector of whom the phrase behind a noun names: "of the company's board", "of Central Intelligence".
    fn sector_behind(&self, t: usize) -> Option<&'static str> {
        let of = self.doc.children(t).find(|&c| self.doc.dep(c) == Dep::Prep && self.lower(c) == "of")?;
        let object = self.doc.child(of, Dep::Pobj)?;
        let named = self.chains.headed_by(object).map(|m| self.entity(m.entity));
        if let Some(body) = named.filter(|e| matches!(e.kind, EntityType::Organization | EntityType::NewsAgency)) {
            return self.gazetteer.words().sector(body.sector.as_deref()?);
        }
        let owner = self.doc.child(object, Dep::Poss);
        let with_word_before = (object > of + 1).then_some(object - 1..object + 1);
        let phrases =
            owner.map(|i| i..i + 1).into_iter().chain(with_word_before).chain(std::iter::once(object..object + 1));
        phrases.into_iter().find_map(|phrase| self.sector_of_body(phrase))
    }

    fn sector_of_body(&self, tokens: Range<usize>) -> Option<&'static str> {
        let last = tokens.end - 1;
        let before: String = tokens.take_while(|&i| i < last).map(|i| self.doc.word(i).to_lowercase() + " ").collect();
        let named = [self.doc.word(last).to_lowercase(), self.lower(last)];
        let words = self.gazetteer.words();
        let roles = named.map(|last| words.roles(&format!("{before}{last}"))).into_iter().flatten();
        let acts = |r: &&Role| {
            let is_body = r.kind == EntityType::Organization && !r.sector.is_empty();
            is_body || r.kind == EntityType::Group && matches!(r.sector, "MIL" | "COP" | "REB" | "CRM")
        };
        let body = roles.into_iter().find(acts);
        body.map(|r| r.sector)
    }

    /// ISO code of the country a phrase names: by adjective, possessor, or `of`.
    fn country_of_phrase(&self, t: usize) -> Option<String> {
        let beside = |&c: &usize| {
            matches!(self.doc.dep(c), Dep::Amod | Dep::Compound | Dep::Nmod | Dep::Poss | Dep::Appos)
                // Where the parser takes the name for a subject: "Boko Haram gunmen".
                || self.doc.dep(c) == Dep::Nsubj && c + 1 == t
        };
        let modifiers = self.doc.children(t).filter(beside).flat_map(|c| {
            // "Somalia-based"
            let base = self.doc.child(c, Dep::Npadvmod).filter(|&b| self.doc.dep(c) == Dep::Amod && b < c);
            [Some(c), base].into_iter().flatten()
        });
        let of = self
            .doc
            .children(t)
            .filter(|&c| self.doc.dep(c) == Dep::Prep && matches!(&*self.lower(c), "of" | "in" | "from"));
        let objects = of.filter_map(|c| self.doc.child(c, Dep::Pobj));
        // "his Ukrainian counterpart": what the noun itself says counts before whose it is.
        let (owners, own): (Vec<usize>, Vec<usize>) = modifiers.partition(|&c| self.doc.dep(c) == Dep::Poss);
        own.into_iter().chain(owners).chain(objects).find_map(|c| self.country_of_word(c))
    }

    fn country_of_word(&self, t: usize) -> Option<String> {
        if let Some(mention) = self.chains.headed_by(t) {
            return self.entity(mention.entity).country.clone();
        }
        if !self.doc.word(t).starts_with(char::is_uppercase) {
            return None;
        }
        // "South Korean", of which the parser makes two words.
        let before =
            t.checked_sub(1).filter(|&p| self.doc.word(p).starts_with(char::is_uppercase) && self.doc.head(p) >= t);
        let two = before.map(|p| format!("{} {}", self.doc.word(p), self.doc.word(t)));
        let names = two.into_iter().chain([self.doc.word(t).to_owned()]);
        for name in names {
            let candidates = self.gazetteer.lookup(&name);
            let best = candidates.iter().find(|c| matches!(c.role, NameRole::Adjective | NameRole::People));
            if let Some(country) = best.and_then(|c| c.entry.country()) {
                return Some(country.to_owned());
            }
        }
        None
    }

    /// An entity of our own, called what the text calls it.
    fn described(&self, t: usize, role: &Role, country: Option<String>) -> Entity {
        let mut tokens = self.noun_phrase(t);
        while tokens.len() > 1
            && matches!(self.doc.token(tokens.start).pos, Pos::Det | Pos::Num)
            && self.doc.word(tokens.start + 1) != "-"
        {
            tokens.start += 1;
        }
        let words = self.gazetteer.words();
        let former = tokens.clone().any(|i| words.is("former", &self.lower(i)));
        let served = matches!(role.sector, "GOV" | "LEG" | "SPY" | "JUD");
        let sector = if former && served { "ELI" } else { role.sector };
        Entity {
            kind: role.kind,
            label: self.doc.phrase(tokens),
            country,
            sector: Some(sector.to_owned()).filter(|s| !s.is_empty()),
            confidence: 1.0,
            ..Entity::default()
        }
    }

    /// Whom "the president" or "the Chinese president" means: somebody so called before, or the one person who fits.
    fn antecedent(&self, t: usize, role: &Role, country: Option<&str>) -> Option<usize> {
        let lemma = self.lower(t);
        // "the press" is all of it, and not the one whose name has the word.
        if self.gazetteer.words().is("generic_body", &lemma) {
            return None;
        }
        // "Microsoft bought the company": another one.
        let beside = self.beside(t);
        let fits = |m: &&Mention| {
            let entity = self.entity(m.entity);
            let same_kind = entity.kind == role.kind
                || matches!(
                    (entity.kind, role.kind),
                    (EntityType::Organization, EntityType::NewsAgency)
                        | (EntityType::NewsAgency, EntityType::Organization)
                );
            let same_country = country.is_none() || entity.country.as_deref() == country;
            let is_other = beside.contains(&m.entity);
            same_kind && same_country && !is_other && m.form != Form::Pronoun && entity.members.is_empty()
        };
        let called_so = |m: &&Mention| {
            let words = m.span.of(self.doc.text()).to_lowercase();
            let is_called = words.split_whitespace().any(|w| w == lemma || w.strip_suffix('s') == Some(&lemma));
            is_called && (role.kind == EntityType::Person || self.described_as(t, &words))
        };
        if let Some(mention) = self.before(t).filter(fits).find(called_so) {
            return Some(mention.entity);
        }
        // "German Chancellor Olaf Scholz", and then "the chancellor"; of two who bear the title neither is chosen.
        // "Vice President Sara Duterte" is not "the president".
        let own = self.role_words(t);
        let titled = |m: &&Mention| {
            let mut title = m.tokens.clone().filter(|&i| self.lower(i) == lemma);
            m.form == Form::Titled && title.any(|i| self.role_words(i) == own)
        };
        let mut bearers = self.before(t).filter(fits).filter(titled).map(|m| m.entity);
        if let Some(bearer) = bearers.next() {
            return bearers.all(|other| other == bearer).then_some(bearer);
        }
        if role.kind == EntityType::NewsAgency {
            return self.before(t).find(fits).map(|m| m.entity);
        }
        if matches!(role.kind, EntityType::Organization | EntityType::Group) && !self.doc.is_plural(t) {
            return self.one_body(t, role.sector, country).or_else(|| self.named_group(t));
        }
        if role.kind != EntityType::Person || country.is_none() && !role.leader {
            return None;
        }
        let sector = Some(role.sector).filter(|s| !s.is_empty());
        let mut people: Vec<usize> = Vec::new();
        for mention in self.before(t).filter(fits).filter(|m| m.form != Form::Nominal) {
            let serves = self.entity(mention.entity).sector.as_deref() == sector;
            if serves && self.may_hold(mention.entity, &own) && !people.contains(&mention.entity) {
                people.push(mention.entity);
            }
        }
        // Without a country two leaders fit equally, and nothing is chosen.
        if people.len() == 1 || country.is_some() { people.first().copied() } else { None }
    }

    /// The words that an office is called by: "president", "vice president", "foreign minister".
    pub(super) fn role_words(&self, t: usize) -> String {
        let lemma = self.lower(t);
        let before = t.checked_sub(1).filter(|&p| self.doc.token(p).sentence == self.doc.token(t).sentence);
        let longer = before.map(|p| format!("{} {lemma}", self.doc.word(p).to_lowercase()));
        longer.filter(|role| !self.gazetteer.words().roles(role).is_empty()).unwrap_or(lemma)
    }

    /// Whether somebody may hold an office: nobody whom the article gives another title, or who holds others as far as tables know.
    /// A leader may hold any.
    pub(super) fn may_hold(&self, person: usize, office: &str) -> bool {
        let words = self.gazetteer.words();
        if words.is("any_leader", office) {
            return true;
        }
        let titled = || self.chains.mentions_of(person).filter(|m| m.form == Form::Titled);
        let called = |m: &Mention| m.tokens.clone().any(|i| self.role_words(i) == office);
        let item = self.entity(person).wikidata.as_deref().and_then(|q| self.gazetteer.item(q));
        let mut offices = item.into_iter().flat_map(|id| self.gazetteer.entry(id).offices());
        let last = office.rsplit(' ').next().unwrap_or(office);
        match (item, titled().next()) {
            (_, Some(_)) => titled().any(called),
            (Some(_), None) => offices.any(|o| o.title.to_lowercase().contains(last)),
            (None, None) => true,
        }
    }

    /// Whether a name has the words that describe a noun, but for countries: "the electoral court" is not the Supreme Court.
    fn described_as(&self, t: usize, name: &str) -> bool {
        let before =
            self.doc.children(t).filter(|&c| c < t && matches!(self.doc.dep(c), Dep::Amod | Dep::Compound | Dep::Nmod));
        let told = |c: usize| name.contains(&*self.doc.word(c).to_lowercase()) || self.country_of_word(c).is_some();
        before.into_iter().all(told)
    }

    /// "the party", "the court": the one body with a name that does what the noun says. Of armies, police and ministries, of which a
    /// country has many, none is chosen.
    fn one_body(&self, t: usize, sector: &str, country: Option<&str>) -> Option<usize> {
        // "the electoral court" may be another than the one before.
        let own = self.role_words(t);
        let of_role = |c: usize| c + 1 == t && own.starts_with(&*self.doc.word(c).to_lowercase());
        let plain = |c: usize| matches!(self.doc.dep(c), Dep::Det | Dep::Punct) || of_role(c);
        let described = self.doc.children(t).any(|c| c < t && !plain(c));
        if described || !matches!(sector, "BUS" | "EDU" | "IGO" | "JRN" | "JUD" | "LEG" | "PRM" | "PTY" | "REB" | "REL")
        {
            return None;
        }
        let beside = self.beside(t);
        // A body of which nobody knows what it does may be the one that is meant.
        let may_do = |own: Option<&str>| own.is_none_or(|own| own == sector);
        let fits = |m: &&Mention| {
            let entity = self.entity(m.entity);
            entity.kind == EntityType::Organization
                && may_do(entity.sector.as_deref())
                && (country.is_none() || entity.country.as_deref() == country)
                && matches!(m.form, Form::Name | Form::Acronym | Form::Titled)
                && !beside.contains(&m.entity)
        };
        only(self.before(t).filter(fits).map(|m| m.entity)).filter(|&b| self.entity(b).sector.is_some())
    }

    /// "the group", "that movement": the one body of fighters, activists or the like that the article has named, or else the
    /// one of the sentence before.
    fn named_group(&self, t: usize) -> Option<usize> {
        let words = self.gazetteer.words();
        let described = self.doc.children(t).any(|c| c < t && !matches!(self.doc.dep(c), Dep::Det | Dep::Punct));
        if described || !words.is("group_word", &self.lower(t)) {
            return None;
        }
        let beside = self.beside(t);
        let fits = |m: &&Mention| {
            let entity = self.entity(m.entity);
            let sector = entity.sector.as_deref();
            entity.kind == EntityType::Organization
                && matches!(sector, Some("CRM" | "NGO" | "OPP" | "REB" | "SOC"))
                && matches!(m.form, Form::Name | Form::Acronym)
                && !beside.contains(&m.entity)
        };
        let near = self.doc.token(t).sentence.saturating_sub(1);
        let close = |m: &&Mention| self.doc.token(m.head).sentence >= near;
        let named = || self.before(t).filter(fits);
        only(named().map(|m| m.entity)).or_else(|| only(named().filter(close).map(|m| m.entity)))
    }

    /// "the city": the town last spoken of; not "the city of Herat" or "the northern city".
    fn the_city(&mut self, t: usize) {
        let plain = self.doc.children(t).all(|c| {
            matches!(self.doc.dep(c), Dep::Det | Dep::Punct)
                || c > t && !(self.doc.dep(c) == Dep::Prep && self.lower(c) == "of")
        });
        if !plain || !self.doc.is_definite(t) || self.doc.is_plural(t) {
            return;
        }
        let village = self.lower(t) == "village";
        let is_town = |m: &&Mention| {
            let entity = self.entity(m.entity);
            // A place that has an item is no village, and what no table knows may be one.
            let is_known = entity.wikidata.is_some() || entity.geonames.is_some();
            let fits = match entity.kind {
                EntityType::City => !village || entity.wikidata.is_none(),
                EntityType::Place => village && !is_known,
                _ => false,
            };
            fits && m.form == Form::Name
        };
        let town = self.before(t).find(is_town).map(|m| m.entity);
        if let Some(entity) = town {
            self.add(entity, self.noun_phrase(t), t, Form::Nominal, 0.6);
        }
    }

    /// The country of the person or body in whose words or acts a noun stands: "The ruling party of Georgia says … the country".
    fn country_of_actor(&self, t: usize) -> Option<usize> {
        // "the isolated state" is as well the other one.
        if self.doc.children(t).any(|c| c < t && self.doc.dep(c) != Dep::Det) {
            return None;
        }
        let acting = |v: usize| self.doc.child(v, Dep::Nsubj).filter(|&s| s < t).and_then(|s| self.chains.headed_by(s));
        let verb = self.doc.ancestors(t).find(|&a| matches!(self.doc.token(a).pos, Pos::Verb | Pos::Aux))?;
        let actor = self.doc.ancestors(t).filter_map(acting).last()?;
        let entity = self.entity(actor.entity);
        let acts = matches!(entity.kind, EntityType::Person | EntityType::Organization | EntityType::Government);
        let code = entity.country.as_deref().filter(|code| acts && self.gazetteer.country(code).is_some())?;
        // "Beijing has invested in the country": who acts there is of another.
        if acting(verb).is_some_and(|own| self.entity(own.entity).country.as_deref() == Some(code)) {
            return None;
        }
        self.chains.known_country(code)
    }

    /// "the country": the one last spoken of. "a nuclear state" is said of one, and names none.
    fn the_country(&mut self, t: usize) {
        // "his neighbour" is another country than the one spoken of.
        let same = self.gazetteer.words().is("country_word", &self.lower(t)) && self.doc.child(t, Dep::Poss).is_none();
        if !same || !self.doc.is_definite(t) || self.doc.is_plural(t) {
            return;
        }
        let is_country = |m: &&Mention| {
            let entity = self.entity(m.entity);
            entity.kind == EntityType::Country && entity.country.is_some() && m.form != Form::Demonym
        };
        let last = self.before(t).find(is_country).map(|m| m.entity);
        // "the Serbian state"
        let own = self.doc.children(t).filter(|&c| c < t && self.doc.dep(c) != Dep::Det);
        let named = own.into_iter().find_map(|c| self.country_of_word(c)).map(|code| self.country(&code));
        if let Some(entity) = named.unwrap_or_else(|| self.country_of_actor(t).or(last)) {
            self.add(entity, self.noun_phrase(t), t, Form::Nominal, 0.6);
        }
    }

    /// "his country", "their homeland": the country of whoever the possessive stands for.
    fn own_country(&mut self, t: usize) -> bool {
        let lemma = self.lower(t);
        if !self.gazetteer.words().is("country_word", &lemma) || self.doc.is_plural(t) {
            return false;
        }
        let Some(possessor) = self.doc.child(t, Dep::Poss).filter(|&p| self.doc.token(p).pos == Pos::Pron) else {
            return false;
        };
        let Some(owner) = self.chains.headed_by(possessor).map(|m| m.entity) else { return false };
        let Some(code) = self.entity(owner).country.clone() else { return false };
        if !matches!(&*lemma, "country" | "nation" | "homeland" | "state") {
            return false;
        }
        let Some(country) = self.country(&code) else { return false };
        self.add(country, self.noun_phrase(t), t, Form::Nominal, 0.85);
        true
    }
}

/// What all of some entities are, if they are one.
fn only(mut entities: impl Iterator<Item = usize>) -> Option<usize> {
    let first = entities.next()?;
    entities.all(|other| other == first).then_some(first)
}
