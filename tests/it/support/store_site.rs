//! A place where a store keeps a state, and what happens to it from outside.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use taskloom::state::{FileStore, StateStore};
use taskloom::support::BoxFuture;
use tempfile::TempDir;

/// Where a store keeps a state. Each store of it is that of another process.
pub trait StoreSite {
    /// The store as one more process has it.
    fn store(&self) -> Arc<dyn StateStore>;

    /// Somebody takes the lock of the state away from whoever holds it.
    fn take_lock_away(&self);

    /// The power goes while the last line of the journal is written.
    fn tear_last_line(&self);

    /// Somebody puts another content of the same serial in the place of the state: a word of it is
    /// another one.
    fn replace_word(&self, word: &str, other: &str);
}

/// A folder.
#[derive(Debug)]
pub struct FileSite(TempDir);

impl FileSite {
    /// Makes an empty one.
    pub fn new() -> FileSite {
        FileSite(tempfile::tempdir().unwrap())
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.0.path().join(format!("below/state.json{ending}"))
    }
}

impl StoreSite for FileSite {
    fn store(&self) -> Arc<dyn StateStore> {
        Arc::new(FileStore::new(&self.file("")))
    }

    fn take_lock_away(&self) {
        fs::remove_file(self.file(".lock")).unwrap();
    }

    fn tear_last_line(&self) {
        let text = fs::read(self.file(".journal")).unwrap();
        let body = text.strip_suffix(b"\n").unwrap();
        let start = 1 + body.iter().rposition(|byte| *byte == b'\n').unwrap();
        fs::write(self.file(".journal"), &text[..(start + text.len()) / 2]).unwrap();
    }

    fn replace_word(&self, word: &str, other: &str) {
        let text = fs::read_to_string(self.file("")).unwrap();
        assert!(text.contains(word), "{text}");
        fs::write(self.file(""), text.replace(word, other)).unwrap();
    }
}

/// What a store of files says: it does not wait.
pub fn at_once<T>(mut work: BoxFuture<'_, T>) -> T {
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("files are there at once"),
    }
}
