//! argv -> commands::run -> exit code.

fn main() {}
