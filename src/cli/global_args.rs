//! Options that every command takes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{ArgAction, Args, ValueEnum};

use super::environment::Environment;
use super::failure::Failure;
use crate::project::Limits;
use crate::setup::SetupInputs;
use crate::support::duration;

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// Work in this folder; the paths of other options are relative to it
    #[arg(short = 'C', long = "chdir", value_name = "DIR", global = true, env = "TASKLOOM_CHDIR")]
    pub chdir: Option<PathBuf>,
    /// The target of taskloom.yaml [default: the one marked default]
    #[arg(short, long, value_name = "TARGET", global = true, env = "TASKLOOM_TARGET", value_parser = NonEmptyStringValueParser::new())]
    pub target: Option<String>,
    /// The service: a URL, or `embedded` for the one inside this program
    #[arg(long, value_name = "URL", global = true, env = "TASKLOOM_ENDPOINT", value_parser = NonEmptyStringValueParser::new())]
    pub endpoint: Option<String>,
    /// The WeData project
    #[arg(long, value_name = "ID", global = true, env = "TASKLOOM_PROJECT_ID", value_parser = NonEmptyStringValueParser::new())]
    pub project_id: Option<String>,
    /// The region, for instance ap-guangzhou [also: TENCENTCLOUD_REGION]
    #[arg(long, value_name = "REGION", global = true, env = "TASKLOOM_REGION", value_parser = NonEmptyStringValueParser::new())]
    pub region: Option<String>,
    /// The state file [default: .taskloom/TARGET/state.json beside taskloom.yaml]
    #[arg(long, value_name = "FILE", global = true, env = "TASKLOOM_STATE")]
    pub state: Option<PathBuf>,
    /// The folder with the manifests [default: `manifests` of taskloom.yaml]
    #[arg(long, value_name = "DIR", global = true, env = "TASKLOOM_MANIFESTS")]
    pub manifests: Option<PathBuf>,
    /// The value of a variable of taskloom.yaml; may be repeated [also: TASKLOOM_VAR_NAME]
    #[arg(long, value_name = "NAME=TEXT", global = true)]
    pub var: Vec<String>,
    /// Whose development target this is: TaskName begins with `[dev WHO] ` [default: the user]
    #[arg(long, value_name = "WHO", global = true, env = "TASKLOOM_DEVELOPER", value_parser = NonEmptyStringValueParser::new())]
    pub developer: Option<String>,
    /// Requests a second for each API action
    #[arg(long, value_name = "N", global = true, env = "TASKLOOM_RATE", default_value_t = 20.0)]
    pub rate: f64,
    /// How long a run may take: then nothing new starts, and what is in flight ends [default: no limit]
    #[arg(long, value_name = "TIME", global = true, env = "TASKLOOM_TIMEOUT", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// How long one request may take [default: 60s]
    #[arg(long, value_name = "TIME", global = true, env = "TASKLOOM_CALL_TIMEOUT", value_parser = duration)]
    pub call_timeout: Option<Duration>,
    /// How long to wait when another run is at work on the state [default: not at all]
    #[arg(long, value_name = "TIME", global = true, env = "TASKLOOM_LOCK_TIMEOUT", value_parser = duration)]
    pub lock_timeout: Option<Duration>,
    /// Print JSON on standard output
    #[arg(long, global = true, env = "TASKLOOM_JSON", value_parser = BoolishValueParser::new())]
    pub json: bool,
    /// Use colours: auto, always or never
    #[arg(long, value_enum, value_name = "WHEN", global = true, env = "TASKLOOM_COLOR", default_value_t = ColorChoice::Auto, hide_possible_values = true)]
    pub color: ColorChoice,
    /// Say more on standard error; twice for every request
    #[arg(short, long, action = ArgAction::Count, global = true, env = "TASKLOOM_VERBOSE")]
    pub verbose: u8,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl GlobalArgs {
    /// Returns how to print; `--json` is another spelling of one format.
    ///
    /// # Errors
    /// When another format is given at the same time.
    pub fn format<F: Copy + PartialEq>(
        &self,
        asked: Option<F>,
        json: F,
        usual: F,
    ) -> Result<F, Failure> {
        match asked {
            Some(other) if self.json && other != json => {
                Err(Failure::usage("--json and another --format exclude each other"))
            }
            None if self.json => Ok(json),
            asked => Ok(asked.unwrap_or(usual)),
        }
    }

    /// Returns the settings of the project and its target.
    pub fn setup_inputs(&self, environment: &Environment) -> SetupInputs {
        SetupInputs {
            folder: self.chdir.clone(),
            target: self.target.clone(),
            endpoint: self.endpoint.clone(),
            project_id: self.project_id.clone(),
            region: self.region.clone(),
            state: self.state.clone(),
            manifests: self.manifests.clone(),
            variables: self.var.clone(),
            developer: self.developer.clone(),
            rate: self.rate,
            limits: Limits {
                timeout: self.timeout,
                call_timeout: self.call_timeout,
                lock_timeout: self.lock_timeout,
            },
            command: environment.command.clone(),
        }
    }

    /// Returns the folder to work in.
    pub fn folder(&self) -> &Path {
        self.chdir.as_deref().unwrap_or(Path::new("."))
    }

    /// Returns a path of the command line relative to the folder that the process runs in.
    pub fn place(&self, path: &Path) -> PathBuf {
        match &self.chdir {
            Some(folder) => folder.join(path),
            None => path.to_owned(),
        }
    }
}
