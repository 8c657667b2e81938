//! `taskloom schema`: the schema by which editors check manifests.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde_json::Value as Json;

use super::failure::{ExitStatus, Failure};
use super::output::Output;
use crate::manifest::{kind_schema, project_schema, schema};
use crate::model::Kind;

/// Print the JSON Schema of manifests, for editors
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of manifests of this kind alone
    #[arg(long, value_name = "KIND", ignore_case = true, value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::name)).map(|name| kind(&name)))]
    kind: Option<Kind>,
    /// Of taskloom.yaml
    #[arg(long, conflicts_with = "kind")]
    project: bool,
}

/// Prints the schema; no project is needed.
pub fn run(args: &SchemaArgs, output: &mut Output<'_>) -> Result<ExitStatus, Failure> {
    let schema: Json = match (args.kind, args.project) {
        (_, true) => project_schema(),
        (Some(kind), false) => kind_schema(kind),
        (None, false) => schema(),
    };
    output.data(&format!("{schema:#}\n"))?;
    Ok(ExitStatus::Done)
}

fn kind(name: &str) -> Kind {
    let found = Kind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
    found.expect("the parser accepts only names of kinds")
}
