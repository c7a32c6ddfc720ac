//! The heads of a text's tokens, the edges of their subtrees, and the sentences these make.

use crate::doc::Dep;

/// Heads and labels of a text's tokens.
#[derive(Debug, Default)]
pub struct Tree {
    /// A token without head is its own.
    pub heads: Vec<u32>,
    pub deps: Vec<Dep>,
    pub starts_sentence: Vec<bool>,
    left: Vec<u32>,
    right: Vec<u32>,
}

impl Tree {
    /// Every token a root.
    pub fn reset(&mut self, count: usize) {
        self.heads.clear();
        self.heads.extend(0..count as u32);
        self.deps.clear();
        self.deps.resize(count, Dep::Root);
    }

    /// Finds edges and sentences anew: a sentence starts at the left edge of each root.
    ///
    /// A tree whose arcs cross may need several rounds; spaCy stops after eleven, and so do we.
    pub fn settle(&mut self) {
        let count = self.heads.len() as u32;
        self.left.clear();
        self.left.extend(0..count);
        self.right.clear();
        self.right.extend(0..count);
        for _ in 0..12 {
            self.widen();
            self.mark_sentences();
            if self.heads_are_inside() {
                break;
            }
        }
    }

    fn widen(&mut self) {
        for i in 0..self.heads.len() {
            self.widen_head(i);
        }
        for i in (0..self.heads.len()).rev() {
            self.widen_head(i);
        }
    }

    fn widen_head(&mut self, child: usize) {
        let head = self.heads[child] as usize;
        self.left[head] = self.left[head].min(self.left[child]);
        self.right[head] = self.right[head].max(self.right[child]);
    }

    fn mark_sentences(&mut self) {
        self.starts_sentence.clear();
        self.starts_sentence.resize(self.heads.len(), false);
        for i in 0..self.heads.len() {
            if self.heads[i] as usize == i {
                self.starts_sentence[self.left[i] as usize] = true;
            }
        }
    }

    /// Whether every token's head is in its own sentence. As in spaCy, a head may also be the first token of the next
    /// sentence, and the last token of the text is not looked at.
    fn heads_are_inside(&self) -> bool {
        let count = self.heads.len();
        let mut start = 0;
        for end in 0..count {
            if (end > 0 && self.starts_sentence[end]) || end + 1 == count {
                if self.heads[start..end].iter().any(|&head| (head as usize) < start || head as usize > end) {
                    return false;
                }
                start = end;
            }
        }
        true
    }

    /// The children of all tokens.
    pub fn children(&self) -> Children {
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); self.heads.len()];
        for (child, &head) in self.heads.iter().enumerate() {
            if head as usize != child {
                of[head as usize].push(child as u32);
            }
        }
        Children { of, level: Vec::new(), next: Vec::new() }
    }
}

/// Which tokens hang on which, from left to right, kept up to date while heads change.
#[derive(Debug)]
pub struct Children {
    of: Vec<Vec<u32>>,
    level: Vec<u32>,
    next: Vec<u32>,
}

impl Children {
    /// The first token with a label that hangs, at any depth, on the head of `token`, but not through `token` itself; nearer
    /// ones before deeper ones. Whitespace is passed over with all below it.
    pub fn find_below(
        &mut self,
        tree: &Tree,
        token: usize,
        has_label: impl Fn(usize) -> bool,
        is_space: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        self.level.clear();
        self.level.push(tree.heads[token]);
        while !self.level.is_empty() {
            self.next.clear();
            for &above in &self.level {
                for &child in &self.of[above as usize] {
                    let i = child as usize;
                    if i == token || is_space(i) || !tree.is_inside(i, above as usize) {
                        continue;
                    }
                    if has_label(i) {
                        return Some(i);
                    }
                    self.next.push(child);
                }
            }
            std::mem::swap(&mut self.level, &mut self.next);
        }
        None
    }

    /// Hangs a token on another head.
    pub fn attach(&mut self, tree: &mut Tree, token: usize, head: usize) {
        let old = &mut self.of[tree.heads[token] as usize];
        old.retain(|&child| child as usize != token);
        let new = &mut self.of[head];
        let place = new.partition_point(|&child| (child as usize) < token);
        new.insert(place, token as u32);
        tree.heads[token] = head as u32;
    }
}

impl Tree {
    /// Whether a token lies between the edges of another's subtree, as these were last settled: spaCy sees no child beyond.
    fn is_inside(&self, token: usize, above: usize) -> bool {
        (self.left[above]..=self.right[above]).contains(&(token as u32))
    }
}
