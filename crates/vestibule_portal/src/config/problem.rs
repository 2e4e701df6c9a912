//! What is wrong with the configuration: in which file and under which key, and what to do about it.

use std::fmt;

use super::keys::{Key, Whose};

/// One thing that is wrong. Never repeats what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where there are several files.
    file: Option<String>,
    /// Or a variable, or a word of the command line; empty where the file itself is wrong.
    key: String,
    what: String,
}

impl Problem {
    pub(crate) fn new(key: &str, what: impl Into<String>) -> Self {
        Self { file: None, key: key.to_owned(), what: what.into() }
    }
}

/// Where keys stand, if they do not all stand in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) main: String,
    /// Of the practice that is spoken of.
    pub(super) practice: Option<String>,
}

/// All that is wrong, so that nobody mends one thing at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    all: Vec<Problem>,
    files: Option<Files>,
}

impl Problems {
    pub(crate) fn one(key: &str, what: impl Into<String>) -> Self {
        Self { all: vec![Problem::new(key, what)], files: None }
    }

    /// None yet; those that come are named with the file in which their key stands.
    pub(super) const fn in_files(files: Files) -> Self {
        Self { all: Vec::new(), files: Some(files) }
    }

    /// As these, without any.
    pub(super) fn none_yet(&self) -> Self {
        Self { all: Vec::new(), files: self.files.clone() }
    }

    pub(crate) fn add(&mut self, key: &str, what: impl Into<String>) {
        self.push(Problem::new(key, what));
    }

    pub(crate) fn push(&mut self, mut problem: Problem) {
        if let (None, Some(files)) = (&problem.file, &self.files) {
            problem.file = match Key::named(&problem.key).map(|key| key.whose) {
                Some(Whose::Machine) => Some(files.main.clone()),
                Some(Whose::Practice) => files.practice.clone(),
                // A word of the command line, a variable, or a file by itself.
                None => None,
            };
        }
        // Two parts may need the same key.
        if !self.all.contains(&problem) {
            self.all.push(problem);
        }
    }

    /// All of them of one file, whatever their keys.
    pub(super) fn join_of(&mut self, file: &str, more: Self) {
        for problem in more.all {
            self.push(Problem { file: Some(file.to_owned()), ..problem });
        }
    }

    /// What was read, if it could be; its problems join the others.
    pub(crate) fn keep<T>(&mut self, read: Result<T, Self>) -> Option<T> {
        match read {
            Ok(read) => Some(read),
            Err(more) => {
                self.join(more);
                None
            }
        }
    }

    pub(crate) fn join(&mut self, more: Self) {
        more.all.into_iter().for_each(|problem| self.push(problem));
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Problem { file, key, what }) in self.all.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            if let Some(file) = file {
                write!(f, "{file}: ")?;
            }
            if !key.is_empty() {
                write!(f, "{key}: ")?;
            }
            write!(f, "{what}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
