//! What a command works on: the project, its target, its state, its manifests.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::environment::Environment;
use super::failure::Failure;
use super::global_args::GlobalArgs;
use super::hints::observe_failure;
use super::output::Output;
use super::problems::{refuse_problems, tell_problems};
use crate::cloud::{Endpoint, EndpointError, KeySource, Rate};
use crate::manifest::{LoadOptions, LoadedManifests, load};
use crate::plan::{Guards, printable};
use crate::project::{Limits, Project, TargetMode, TargetSettings, VariableValue, find_project};
use crate::reconcile::{PassError, read_state};
use crate::state::{LockHolder, OpenState as State, StateError, StateOrigin, holder};
use crate::support::{SystemClock, error_chain};
use crate::yaml::Problems;

/// So many resources are named in a note.
const HELD_SHOWN: usize = 5;

/// A target with everything that the command line and the environment say of it.
#[derive(Debug)]
pub struct Context {
    /// The target's name; `default` without a taskloom.yaml.
    pub target: String,
    /// The state file.
    pub state: PathBuf,
    /// Where the service is.
    pub service: ServiceAt,
    /// The region, if any is named.
    pub region: Option<String>,
    /// Requests a second for each action.
    pub rate: Rate,
    /// The project's guards.
    pub guards: Guards,
    /// Whether a delete spares downstream instances.
    pub spare_downstream: bool,
    /// How long things may take.
    pub limits: Limits,
    project_id: Option<String>,
    request: LoadOptions,
    command: String,
    user: String,
    /// Where a taskloom.yaml was looked for in vain.
    bare: Option<PathBuf>,
    /// Where the keys are, or why there are none: that matters only once a call is made.
    pub(super) credentials: Result<KeySource, String>,
}

/// Where the service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceAt {
    /// Inside this process.
    Embedded,
    /// Behind a URL.
    Remote(Endpoint),
}

impl Context {
    /// Finds the project and chooses its target.
    ///
    /// # Errors
    /// When taskloom.yaml has problems (they are told), or names no such target.
    pub fn new(
        global: &GlobalArgs,
        environment: &Environment,
        output: &mut Output<'_>,
    ) -> Result<Context, Failure> {
        let folder = global.folder();
        if !folder.is_dir() {
            let folder = folder.display();
            return Err(Failure::usage(format!("there is no folder {folder} to work in")));
        }
        let mut told = |problems: &Problems| refuse_problems(problems, global.json, output);
        let found = find_project(folder, &|name| environment.get(name)).map_err(|p| told(&p))?;
        let bare = found.is_none().then(|| folder.to_owned());
        let project = found.unwrap_or_else(|| bare_project(folder.to_owned()));
        let target = match project.targets.is_empty() && global.target.is_none() {
            true => TargetSettings { name: "default".to_owned(), ..TargetSettings::default() },
            false => project.target(global.target.as_deref()).map_err(|p| told(&p))?.clone(),
        };
        let context = Context::of(global, environment, &project, target)?;
        Ok(Context { bare, ..context })
    }

    fn of(
        global: &GlobalArgs,
        environment: &Environment,
        project: &Project,
        mut target: TargetSettings,
    ) -> Result<Context, Failure> {
        if let Some(project_id) = &global.project_id {
            target.project_id = Some(project_id.clone());
        }
        let service = service_at(global.endpoint.as_ref().or(target.endpoint.as_ref()))?;
        let region = global
            .region
            .clone()
            .or_else(|| target.region.clone())
            .or_else(|| environment.get("TENCENTCLOUD_REGION"));
        let user = environment.get("USER").or_else(|| environment.get("USERNAME"));
        let user = user.unwrap_or_else(|| "unknown".to_owned());
        let developer = match target.mode {
            Some(TargetMode::Development) => developer(global, environment)?,
            None => String::new(),
        };
        let mut request = LoadOptions::of(project, &target, &developer);
        request.international =
            matches!(&service, ServiceAt::Remote(endpoint) if endpoint.site() == "intl");
        let given = given(global, environment, project)?;
        request.variables.extend(given.into_iter().map(|(name, value)| (name, Some(value))));
        if let Some(folder) = &global.manifests {
            request.root = global.place(folder);
            request.folders = vec![".".to_owned()];
            request.label = String::new();
        }
        let state = match &global.state {
            Some(state) => global.place(state),
            None => project.root.join(".taskloom").join(&target.name).join("state.json"),
        };
        let rate = Rate::try_from(global.rate)
            .map_err(|error| Failure::usage(format!("--rate {}: {error}", global.rate)))?;
        let guards = Guards {
            deletes_max: project.guards.deletes_max,
            deletes_max_percent: project.guards.deletes_max_percent,
            empty_allowed: false,
            force: false,
        };
        let lookup = |name: &str| environment.get(name);
        let credentials = KeySource::find(&lookup, &SystemClock::new());
        Ok(Context {
            target: target.name,
            state,
            service,
            region,
            rate,
            guards,
            spare_downstream: project.guards.spare_downstream,
            limits: limits(global, project),
            project_id: target.project_id.filter(|id| !id.trim().is_empty()),
            request,
            command: environment.command.clone(),
            user,
            bare: None,
            credentials: credentials.map_err(|error| error_chain(&error)),
        })
    }

    /// Returns what the manifests are read by.
    pub fn request(&self) -> &LoadOptions {
        &self.request
    }

    /// Reads every manifest.
    pub fn load(&self) -> LoadedManifests {
        load(&self.request)
    }

    /// Reads every manifest, and tells what is wrong with them.
    ///
    /// # Errors
    /// When a manifest has an error: nothing is planned from half of git.
    pub fn load_or_tell(
        &self,
        json: bool,
        output: &mut Output<'_>,
    ) -> Result<LoadedManifests, Failure> {
        let loaded = self.load();
        if loaded.problems.has_errors() {
            let failure = refuse_problems(&loaded.problems, json, output);
            self.tell_bare(output);
            return Err(failure);
        }
        tell_problems(&loaded.problems, output);
        self.tell_held(&loaded, output);
        Ok(loaded)
    }

    /// Says so when manifests ask for more than a development target does.
    fn tell_held(&self, loaded: &LoadedManifests, output: &mut Output<'_>) {
        let names: Vec<_> =
            loaded.forced_drafts.iter().take(HELD_SHOWN).map(ToString::to_string).collect();
        let more = loaded.forced_drafts.len().saturating_sub(HELD_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if !names.is_empty() {
            output.note(&format!(
                "note: the target {} is for development: nothing is submitted or started, so these stay drafts: {}{more}\n",
                self.target,
                names.join(", ")
            ));
        }
    }

    /// Says so when no taskloom.yaml was found: that may be what is wrong.
    pub fn tell_bare(&self, output: &mut Output<'_>) {
        if let Some(folder) = &self.bare {
            let (here, below) = (folder.display(), folder.join("manifests"));
            output.note(&format!(
                "help: there is no taskloom.yaml in {here} or {}; `taskloom init` starts a project, -C names the folder of one\n",
                below.display()
            ));
        }
    }

    /// Returns the project's id.
    ///
    /// # Errors
    /// When nothing names it.
    pub fn project_id(&self) -> Result<String, Failure> {
        self.project_id.clone().ok_or_else(|| {
            Failure::usage("the WeData project is not known")
                .hint("set project_id of the target in taskloom.yaml, --project-id or TASKLOOM_PROJECT_ID")
        })
    }

    /// Returns what the state must belong to.
    ///
    /// # Errors
    /// When nothing names the project.
    pub fn origin(&self) -> Result<StateOrigin, Failure> {
        let site = match &self.service {
            ServiceAt::Embedded => "embedded".to_owned(),
            ServiceAt::Remote(endpoint) if endpoint.is_loopback() => "loopback".to_owned(),
            // One service answers on regional, internal and proxy hosts; the project tells sites
            // apart, since no two have the same id.
            ServiceAt::Remote(_) => "cloud".to_owned(),
        };
        Ok(StateOrigin { target: self.target.clone(), project_id: self.project_id()?, site })
    }

    /// Returns who this process is, for the lock.
    pub fn holder(&self, now: &str) -> LockHolder {
        this_process(&self.command, now)
    }

    /// Returns on whose behalf things are changed, for the state: user@host.
    pub fn by(&self) -> String {
        format!("{}@{}", self.user, host_name())
    }

    /// Says so when another run is at work on the state: what is read may be about to change.
    /// Without one, what an earlier run left open is told: it is for the next apply to settle.
    fn tell_others(&self, state: &State, output: &mut Output<'_>) {
        if let Some(holder) = holder(&self.state) {
            let LockHolder { pid, host, command, .. } = holder;
            let text = format!("process {pid} on {host} is at work on this state (`{command}`)");
            return output.note(&format!("note: {}; this may be outdated\n", printable(&text)));
        }
        for doubt in &state.doubts {
            output.note(&format!(
                "note: an earlier run was cut off while it created {}; apply will look for it first\n",
                printable(&doubt.address.to_string())
            ));
        }
    }

    /// Reads the state without the right to change it.
    ///
    /// # Errors
    /// When it cannot be used.
    pub fn peek(&self, output: &mut Output<'_>) -> Result<State, Failure> {
        let state =
            read_state(&self.state, &self.origin()?).map_err(|error| self.state_failure(&error))?;
        self.tell_others(&state, output);
        Ok(state)
    }

    /// Returns the failure of a state that cannot be used.
    pub fn state_failure(&self, error: &StateError) -> Failure {
        Failure::of(error).hint(error.way_out())
    }

    /// Returns the failure of a pass that ended early.
    pub fn pass_failure(&self, error: &PassError) -> Failure {
        match error {
            PassError::State(error) => self.state_failure(error),
            PassError::Observe(error) => observe_failure(error),
        }
    }
}

/// Returns who this process is, for a lock.
pub fn this_process(command: &str, now: &str) -> LockHolder {
    LockHolder {
        pid: std::process::id(),
        host: host_name(),
        command: command.to_owned(),
        since: now.to_owned(),
    }
}

/// Returns the values of variables that the command line and the environment give.
fn given(
    global: &GlobalArgs,
    environment: &Environment,
    project: &Project,
) -> Result<BTreeMap<String, VariableValue>, Failure> {
    let mut flags = Vec::new();
    for (place, text) in global.var.iter().enumerate() {
        // What is not understood may be sensitive, so it is not repeated.
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--var number {} has no `=`", place + 1))
                .hint("write --var NAME=VALUE")
        })?;
        flags.push((name.to_owned(), value.to_owned()));
    }
    let lookup = |name: &str| environment.get(name);
    project
        .given(&flags, &lookup)
        .map_err(|error| Failure::usage(error.to_string()).hint(error.help()))
}

/// Returns whose development target this is: two people must not work on the same tasks.
fn developer(global: &GlobalArgs, environment: &Environment) -> Result<String, Failure> {
    let user = || ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| environment.get(name));
    let name = global.developer.clone().or_else(user).ok_or_else(|| {
        Failure::user("nothing says whose development target this is")
            .hint("set TASKLOOM_DEVELOPER, or pass --developer NAME")
    })?;
    if name.contains([']', '[']) || name.chars().any(char::is_control) || name.trim() != name {
        return Err(Failure::user(format!("{name:?} cannot stand in front of a TaskName"))
            .hint("set TASKLOOM_DEVELOPER to a name without brackets"));
    }
    Ok(name)
}

/// A folder without a taskloom.yaml: the flags say it all.
fn bare_project(root: PathBuf) -> Project {
    Project {
        file: root.join("taskloom.yaml"),
        root,
        label: String::new(),
        bundle_name: None,
        bundle_id: None,
        manifests: vec!["manifests".to_owned()],
        variables: BTreeMap::new(),
        targets: BTreeMap::new(),
        guards: crate::project::ProjectGuards::default(),
        limits: Limits::default(),
    }
}

/// What the command line says, else what the project says.
fn limits(global: &GlobalArgs, project: &Project) -> Limits {
    Limits {
        timeout: global.timeout.or(project.limits.timeout),
        call_timeout: global.call_timeout.or(project.limits.call_timeout),
        lock_timeout: global.lock_timeout.or(project.limits.lock_timeout),
    }
}

fn service_at(endpoint: Option<&String>) -> Result<ServiceAt, Failure> {
    match endpoint.map(String::as_str) {
        None => Ok(ServiceAt::Remote(Endpoint::default())),
        Some("embedded") => Ok(ServiceAt::Embedded),
        Some(url) => url
            .parse()
            .map(ServiceAt::Remote)
            .map_err(|error: EndpointError| Failure::usage(error.to_string())),
    }
}

#[expect(clippy::disallowed_methods, reason = "the name of the machine is read for the lock")]
fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .or_else(|_| std::env::var("HOSTNAME"))
        .or_else(|_| std::env::var("COMPUTERNAME"))
        .unwrap_or_else(|_| "this machine".to_owned())
}
