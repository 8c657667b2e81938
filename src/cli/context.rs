//! What a command works on, and what it prints when that is not to be had.

use super::environment::Environment;
use super::failure::Failure;
use super::global_args::GlobalArgs;
use super::hints::observe_failure;
use super::output::Output;
use super::problems::{print_problems, refuse_problems};
use crate::manifest::{LoadOptions, LoadedManifests, load};
use crate::observe::Refresh;
use crate::plan::printable;
use crate::reconcile::PassError;
use crate::setup::{Connection, ResolvedTarget, SetupError, SetupInputs, resolve};
use crate::state::{LockHolder, LockName, OpenState as State, StateError, StateOrigin};

/// So many resources are named in a note.
const HELD_SHOWN: usize = 5;

/// The target of a command, and the environment that its keys come from.
#[derive(Debug)]
pub struct Context {
    /// What the command line, the environment and taskloom.yaml say.
    pub target: ResolvedTarget,
    environment: Environment,
}

impl Context {
    /// Finds the project and chooses its target.
    ///
    /// # Errors
    /// When taskloom.yaml has problems (they are printed), or names no such target.
    pub fn new(
        global: &GlobalArgs,
        environment: &Environment,
        output: &mut Output<'_>,
    ) -> Result<Context, Failure> {
        Context::of(&global.setup_inputs(environment), global.json, environment, output)
    }

    /// Finds the project and chooses its target, by what is said of them.
    ///
    /// # Errors
    /// Those of [`Context::new`].
    pub fn of(
        inputs: &SetupInputs,
        json: bool,
        environment: &Environment,
        output: &mut Output<'_>,
    ) -> Result<Context, Failure> {
        let target = resolve(inputs, &|name| environment.get(name)).map_err(|error| {
            if let SetupError::Project { problems } = &error {
                return refuse_problems(problems, json, output);
            }
            setup_failure(&error)
        })?;
        Ok(Context { target, environment: environment.clone() })
    }

    /// Connects to the service of the target.
    ///
    /// # Errors
    /// When the project, the region or credentials are missing, or the embedded service cannot
    /// start.
    pub async fn connect(
        &self,
        refresh: Refresh,
        parallelism: usize,
    ) -> Result<Connection, Failure> {
        let env = |name: &str| self.environment.get(name);
        let connected = self.target.connect(&env, refresh, parallelism).await;
        connected.map_err(|error| setup_failure(&error))
    }

    /// Returns what the manifests are read by.
    pub fn request(&self) -> &LoadOptions {
        &self.target.load
    }

    /// Reads every manifest.
    pub fn load(&self) -> LoadedManifests {
        load(&self.target.load)
    }

    /// Reads every manifest, and prints what is wrong with them.
    ///
    /// # Errors
    /// When a manifest has an error: nothing is planned from half of git.
    pub fn load_or_print(
        &self,
        json: bool,
        output: &mut Output<'_>,
    ) -> Result<LoadedManifests, Failure> {
        let loaded = self.load();
        if loaded.problems.has_errors() {
            let failure = refuse_problems(&loaded.problems, json, output);
            self.print_bare(output);
            return Err(failure);
        }
        print_problems(&loaded.problems, output);
        self.print_held(&loaded, output);
        Ok(loaded)
    }

    /// Says so when manifests ask for more than a development target does.
    fn print_held(&self, loaded: &LoadedManifests, output: &mut Output<'_>) {
        let names: Vec<_> =
            loaded.forced_drafts.iter().take(HELD_SHOWN).map(ToString::to_string).collect();
        let more = loaded.forced_drafts.len().saturating_sub(HELD_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if !names.is_empty() {
            output.note(&format!(
                "note: the target {} is for development: nothing is submitted or started, so these stay drafts: {}{more}\n",
                self.target.name,
                names.join(", ")
            ));
        }
    }

    /// Says so when no taskloom.yaml was found: that may be what is wrong.
    pub fn print_bare(&self, output: &mut Output<'_>) {
        if let Some(folder) = &self.target.without_project {
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
        self.target.project_id().map_err(|error| setup_failure(&error))
    }

    /// Returns what the state must belong to.
    ///
    /// # Errors
    /// When nothing names the project.
    pub fn origin(&self) -> Result<StateOrigin, Failure> {
        self.target.origin().map_err(|error| setup_failure(&error))
    }

    /// Says so when another run is at work on the state: what is read may be about to change.
    /// Without one, what an earlier run left open is told: it is for the next apply to settle.
    async fn print_others(&self, state: &State, output: &mut Output<'_>) {
        if let Some(holder) = self.target.store.holder(LockName::Run).await {
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
    pub async fn peek(&self, output: &mut Output<'_>) -> Result<State, Failure> {
        let loading = self.target.store.load(&self.origin()?).await;
        let state = loading.map_err(|error| self.state_failure(&error))?;
        self.print_others(&state, output).await;
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

/// Returns the failure of a run that cannot begin.
fn setup_failure(error: &SetupError) -> Failure {
    let failure = match error {
        SetupError::NoFolder { .. }
        | SetupError::Endpoint(_)
        | SetupError::Rate { .. }
        | SetupError::Assignment { .. }
        | SetupError::Variable(_)
        | SetupError::NoProjectId
        | SetupError::NoRegion => Failure::usage(error.to_string()),
        SetupError::Project { .. }
        | SetupError::NoDeveloper
        | SetupError::Developer { .. }
        | SetupError::Credentials(_)
        | SetupError::Transport(_)
        | SetupError::Emulator(_)
        | SetupError::State(_) => Failure::of(error),
    };
    failure.maybe_hint(error.way_out())
}
