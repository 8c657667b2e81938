//! `taskloom import`: writes manifests of what exists and adds it to the state.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Value as Json, json};

use super::confirmation::Confirmation;
use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::hints::import_failure;
use super::output::Output;
use super::plan_common::open;
use super::problems::{print_problems, problems_json};
use super::signals::Signals;
use crate::import::{
    ImportContext, ImportDraft, ImportOutcome, ImportSelection, SkippedResource, SortedResources,
    adopt, check, draft, read,
};
use crate::kinds::{ALL, Table};
use crate::manifest::{LoadedManifests, from_request};
use crate::model::{Kind, RemoteId};
use crate::observe::Refresh;
use crate::plan::{ManagedExtent, printable, reasons};
use crate::setup::Connection;
use crate::yaml::Problems;

/// Progress is reported once per this many reads.
const STEP: usize = 100;

/// The group of flags of which an import needs at least one.
const WISH: &str = "wish";

/// Write manifests of what exists, and manage it from now on
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new(WISH).required(true).multiple(true))]
pub struct ImportArgs {
    #[command(flatten)]
    ids: KindIds,
    /// A workflow with every task in it; may be repeated
    #[arg(long, value_name = "ID", group = WISH)]
    workflow: Vec<String>,
    /// Every workflow and task of the project
    #[arg(long, group = WISH)]
    all: bool,
    /// Print the manifest of a JSON request that creates a task or a workflow, and nothing else
    #[arg(long, value_name = "FILE", group = WISH, conflicts_with_all = ["task", "trigger-task", "workflow", "all", "into", "full", "force", "yes"])]
    from_request: Option<PathBuf>,
    /// The folder for the manifests [default: the first one in `manifests` of taskloom.yaml]
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Name fields with their default value too. What a manifest does not name is not managed: a change of it in the console is no drift, and stays
    #[arg(long)]
    full: bool,
    /// Overwrite files that are there, and take what other bundles own
    #[arg(long)]
    force: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Imports.
pub async fn run(
    args: &ImportArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let folder = global.chdir.clone().unwrap_or_else(|| PathBuf::from("."));
    if let Some(file) = &args.from_request {
        return print_request(&folder.join(file), output);
    }
    let context = Context::new(global, environment, output)?;
    let request = context.request();
    // A project without manifests does not have a folder for them yet.
    let loaded = match request.first_folder().is_dir() {
        true => context.load_or_print(global.json, output)?,
        false => LoadedManifests::default(),
    };
    let into = match &args.into {
        Some(into) => inside(&request.root, &folder.join(into))?,
        None => inside(&request.root, &request.first_folder())?,
    };
    let extent = if args.full { ManagedExtent::Everything } else { ManagedExtent::Chosen };
    let ground = ImportContext { request, loaded: &loaded, into: &into, force: args.force, extent };
    let connection = context.connect(Refresh::Moved, 1).await?;
    let result = pass(args, global.json, &context, ground, &connection, signals, output).await;
    connection.close().await;
    result
}

fn print_request(file: &Path, output: &mut Output<'_>) -> Result<ExitStatus, Failure> {
    let text = read_file(file)
        .map_err(|error| Failure::user(format!("cannot read {}: {error}", file.display())))?;
    let written = from_request(&text).map_err(|error| {
        Failure::of(&error).hint("give it the body of a CreateTask or CreateTriggerTask request")
    })?;
    output.data(&written.yaml)?;
    Ok(ExitStatus::Done)
}

#[expect(clippy::disallowed_methods, reason = "a request is read from the file that was named")]
fn read_file(file: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(file)
}

/// Returns a folder, which need not exist yet, relative to the root of the project.
fn inside(root: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let real = |path: &Path| {
        let there = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
        let rest = path.strip_prefix(there).unwrap_or(Path::new(""));
        let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
        std::fs::canonicalize(there).map(|there| there.join(rest))
    };
    let (Ok(root), Ok(place)) = (real(root), real(folder)) else {
        return Err(Failure::user(format!("cannot use the folder {}", folder.display())));
    };
    place.strip_prefix(&root).map(Path::to_owned).map_err(|_| {
        Failure::usage(format!("{} is outside the project", folder.display()))
            .hint("choose a folder with --into that `manifests:` of taskloom.yaml covers")
    })
}

async fn pass(
    args: &ImportArgs,
    json: bool,
    context: &Context,
    ground: ImportContext<'_>,
    connection: &Connection,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let scope = &connection.scope;
    let mut session = open(context, connection, signals).await?;
    let bundle = ground.loaded.desired.bundle.as_ref().or(ground.request.bundle.as_ref());
    let bundle_id = bundle.map(|bundle| bundle.id.as_str());
    let mut tell = |done: usize, total: usize| {
        if done.is_multiple_of(STEP) || done == total && total >= STEP {
            output.note(&format!("read {done} of {total} tasks\n"));
        }
    };
    let (found, mut skipped) = read(scope, session.recorded(), bundle_id, &args.wish(), &mut tell)
        .await
        .map_err(|error| import_failure(&error))?;
    let SortedResources { drafts, skipped: more } = draft(ground, session.recorded(), found);
    skipped.extend(more);
    print_skipped(&skipped, output);
    check(ground, &drafts).map_err(|error| import_failure(&error))?;
    let proposal = if json {
        Confirmation::Json(to_json(ground, &drafts, &skipped, None))
    } else {
        Confirmation::Text(list(&drafts))
    };
    let question = format!("Import these {} tasks?", drafts.len());
    let question = (!args.yes && !drafts.is_empty()).then_some(question.as_str());
    proposal.agree(question, signals, output).await?;
    let outcome =
        adopt(&mut session, ground, &drafts).await.map_err(|error| import_failure(&error))?;
    report(json, ground, &drafts, &skipped, &outcome, output)
}

fn report(
    json: bool,
    ground: ImportContext<'_>,
    drafts: &[ImportDraft],
    skipped: &[SkippedResource],
    outcome: &ImportOutcome,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let problems = &outcome.loaded.problems;
    if json {
        let json = to_json(ground, drafts, skipped, Some(problems));
        Confirmation::Json(json).print_done(output)?;
    } else {
        print_problems(problems, output);
        let folder = ground.request.root.join(ground.into);
        output.data(&format!("Imported: {} into {}\n", drafts.len(), folder.display()))?;
    }
    for change in &outcome.restless {
        let (address, reasons) = (&change.address, reasons(change).join(", "));
        output.note(&format!("note: the next plan changes {address}: {reasons}\n"));
    }
    if problems.has_errors() {
        output.note("help: the tasks are managed all the same: mend the manifests, then taskloom plan shows what that changes\n");
        return Ok(ExitStatus::Failed);
    }
    Ok(ExitStatus::Done)
}

/// Returns the import as JSON; its problems are known once it is done.
fn to_json(
    ground: ImportContext<'_>,
    drafts: &[ImportDraft],
    skipped: &[SkippedResource],
    problems: Option<&Problems>,
) -> Json {
    json!({
        "format_version": "1.0",
        "imported": drafts.iter().map(|draft| imported(draft, ground)).collect::<Vec<_>>(),
        "skipped": skipped.iter().map(skipped_json).collect::<Vec<_>>(),
        "problems": problems.map(|problems| problems_json(problems).get("problems").cloned()),
    })
}

fn imported(draft: &ImportDraft, ground: ImportContext<'_>) -> Json {
    let label = &ground.request.label;
    let place = |path: &Path| format!("{label}{}", path.display());
    let code = draft.written.as_ref().and_then(|written| written.code.as_ref());
    let code = code.map(|(name, _)| draft.file.with_file_name(name));
    json!({"address": draft.address, "id": draft.seen.id, "file": place(&draft.file),
           "code": code.map(|path| place(&path))})
}

fn skipped_json(skipped: &SkippedResource) -> Json {
    json!({"kind": skipped.kind.name(), "id": skipped.id, "name": skipped.name,
           "reason": skipped.why.text()})
}

fn print_skipped(skipped: &[SkippedResource], output: &mut Output<'_>) {
    for SkippedResource { kind, id, name, why } in skipped {
        let name = if name.is_empty() { String::new() } else { format!(" ({})", printable(name)) };
        output.note(&format!("note: {kind} {id}{name} is left out: {}\n", why.text()));
    }
}

fn list(drafts: &[ImportDraft]) -> String {
    let width = drafts.iter().map(|draft| draft.address.to_string().len()).max().unwrap_or(0);
    let line = |draft: &ImportDraft| {
        let there = if draft.written.is_none() { "  (its manifest is there)" } else { "" };
        format!("» {:width$}  {}{there}\n", draft.address.to_string(), draft.seen.id)
    };
    drafts.iter().map(line).collect()
}

impl ImportArgs {
    fn wish(&self) -> ImportSelection {
        ImportSelection {
            ids: self.ids.0.clone(),
            workflows: self.workflow.clone(),
            all: self.all,
            force: self.force,
        }
    }
}

/// Ids, each with its kind, in the order of kinds.
#[derive(Debug, Default)]
struct KindIds(Vec<(Kind, RemoteId)>);

impl Args for KindIds {
    fn augment_args(command: Command) -> Command {
        ALL.iter().filter(|table| !table.import.is_shared).fold(command, |command, table| {
            let flag = Arg::new(flag_name(table))
                .long(flag_name(table))
                .value_name("ID")
                .action(ArgAction::Append)
                .group(WISH)
                .help(table.import.about);
            command.arg(flag)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        KindIds::augment_args(command)
    }
}

impl FromArgMatches for KindIds {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut ids = KindIds::default();
        ids.update_from_arg_matches(matches)?;
        Ok(ids)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for table in ALL.iter().filter(|table| !table.import.is_shared) {
            let given = matches.get_many::<String>(flag_name(table)).into_iter().flatten();
            self.0.extend(given.map(|id| (table.kind, RemoteId(id.clone()))));
        }
        Ok(())
    }
}

fn flag_name(table: &Table) -> &'static str {
    table.import.flag.trim_start_matches('-')
}
