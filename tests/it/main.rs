//! One test binary; a file a subject.

mod sign;
