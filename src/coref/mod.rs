//! Chains of mentions: names, titles, nominals, pronouns, groups.
