//! `taskloom graph`: what needs what, from the manifests alone.

use clap::{Args, ValueEnum};

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;
use super::plan_args::SelectArgs;
use super::plan_common::print_idle;
use crate::model::Recorded;
use crate::plan::Graph;

/// Mermaid viewers refuse more arrows than this unless they are configured otherwise.
const MERMAID_EDGES: usize = 500;

/// Print the graph of the manifests: what needs what
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// How to print it: dot for Graphviz (the default), mermaid for Markdown, or json as --json does
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<GraphFormat>,
    #[command(flatten)]
    selection: SelectArgs,
}

/// How a graph is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
    /// For programs; `--json` is the same.
    Json,
}

/// Prints the graph; the service is not called.
pub fn run(
    args: &GraphArgs,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let format = global.format(args.format, GraphFormat::Json, GraphFormat::Dot)?;
    let context = Context::new(global, environment, output)?;
    let loaded = context.load_or_print(format == GraphFormat::Json, output)?;
    let selection = args.selection.selection();
    print_idle(&selection, &loaded.desired, &Recorded::default(), output);
    let graph = Graph::new(&loaded.desired).narrow(&selection);
    match format {
        GraphFormat::Dot => output.data(&graph.dot())?,
        GraphFormat::Mermaid => {
            output.data(&graph.mermaid())?;
            print_large(graph.edges.len(), output);
        }
        GraphFormat::Json => {
            let mut json = graph.to_json();
            json.insert("format_version".to_owned(), "1.0".into());
            json.insert("target".to_owned(), context.target.name.clone().into());
            output.json(&json.into())?;
        }
    }
    Ok(ExitStatus::Done)
}

fn print_large(edges: usize, output: &mut Output<'_>) {
    if edges > MERMAID_EDGES {
        output.note(&format!(
            "note: {edges} edges, and most viewers of Mermaid draw {MERMAID_EDGES} at most: narrow it with --select, or take --format dot\n"
        ));
    }
}
