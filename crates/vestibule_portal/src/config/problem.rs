//! What is wrong with the configuration: under which key, and what to do about it.

use std::fmt;

/// One thing that is wrong. Never repeats what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    key: String,
    what: String,
}

impl Problem {
    pub(crate) fn new(key: &str, what: impl Into<String>) -> Self {
        Self { key: key.to_owned(), what: what.into() }
    }
}

/// All that is wrong, so that nobody mends one thing at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn one(key: &str, what: impl Into<String>) -> Self {
        Self(vec![Problem::new(key, what)])
    }

    pub(crate) fn add(&mut self, key: &str, what: impl Into<String>) {
        self.push(Problem::new(key, what));
    }

    pub(crate) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// What was read, if it could be; its problems join the others.
    pub(crate) fn keep<T>(&mut self, read: Result<T, Self>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(Self(more)) => {
                for problem in more {
                    // Two parts may need the same key.
                    if !self.0.contains(&problem) {
                        self.0.push(problem);
                    }
                }
                None
            }
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Problem { key, what }) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{key}: {what}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
