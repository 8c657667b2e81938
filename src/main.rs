//! argv -> cli::run -> exit code.
#![expect(clippy::disallowed_methods, reason = "the process begins here: environment, streams")]

use std::io::{self, BufRead as _, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;

use taskloom::cli::{Ask, Environment, Output, run};

fn main() -> ExitCode {
    let argv: Vec<_> = std::env::args_os().collect();
    let environment = Environment::new(|name| std::env::var(name).ok(), &argv);
    let somebody = io::stdin().is_terminal() && io::stderr().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut output = Output {
        out_color: io::stdout().is_terminal() && !plain,
        err_color: io::stderr().is_terminal() && !plain,
        out: &mut io::stdout(),
        err: &mut io::stderr(),
        ask: somebody.then(|| Arc::new(ask) as Ask),
    };
    ExitCode::from(run(argv, &environment, &mut output).code())
}

fn ask() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map(|_| line)
}
