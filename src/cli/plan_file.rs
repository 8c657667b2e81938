//! Saved plans: apply does exactly what was reviewed, or nothing.
#![expect(clippy::disallowed_methods, reason = "this file reads and writes saved plans")]

use std::io::{self, Write as _};
use std::path::Path;

use serde::Deserialize;

use super::failure::Failure;
use super::plan_common::{ShownPlan, shown_json};
use crate::manifest::LoadedManifests;
use crate::model::{Desired, Seal, SealKey, Value};
use crate::observe::Refresh;
use crate::plan::{Pattern, PatternError, Plan, Selection, changes_digest};
use crate::state::StateHeader;

/// What a saved plan depends on.
#[derive(Debug, Deserialize)]
pub struct SavedPlan {
    target: String,
    project_id: String,
    state: SavedState,
    #[serde(default)]
    refresh_full: bool,
    #[serde(default)]
    selection: SavedSelection,
    digests: Digests,
    /// The keyed digest of all sensitive values of the manifests; None when there are none.
    #[serde(default)]
    sensitive: Option<String>,
}

/// Which part of the resources the plan is about.
#[derive(Debug, Default, Deserialize)]
struct SavedSelection {
    select: Vec<String>,
    exclude: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Version {
    format_version: String,
}

#[derive(Debug, Deserialize)]
struct SavedState {
    /// None when the state had not been written yet.
    lineage: Option<String>,
    serial: u64,
}

#[derive(Debug, Deserialize)]
struct Digests {
    manifests: String,
    changes: String,
}

/// Saves a plan.
pub fn write(
    path: &Path,
    shown: &ShownPlan<'_>,
    selection: &Selection,
    refresh: Refresh,
    desired: &Desired,
) -> Result<(), Failure> {
    let mut json = shown_json(shown)?;
    json.insert("refresh_full".to_owned(), (refresh == Refresh::Full).into());
    let texts = |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    json.insert(
        "selection".to_owned(),
        serde_json::json!({"select": texts(&selection.select),
                           "exclude": texts(&selection.exclude)}),
    );
    json.insert(
        "digests".to_owned(),
        serde_json::json!({"manifests": shown.digest, "changes": changes_digest(shown.plan)}),
    );
    if let Some(secrets) = secrets(desired) {
        // A key for this file alone: it reveals nothing about the contents of states.
        let key = SealKey::of(&uuid::Uuid::new_v4().to_string());
        json.insert("sensitive".to_owned(), Seal::of(&key, &secrets.spelled()).text().into());
    }
    let mut text = serde_json::to_string_pretty(&json).map_err(|error| Failure::of(&error))?;
    text.push('\n');
    write_whole(path, &text).map_err(|error| {
        Failure::user(format!("cannot write the plan to {}: {error}", path.display()))
    })
}

/// Writes a plan so that only its owner can read it, since it shows the contents of the state; the
/// file is never incomplete.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    // A device or a folder must not be replaced by a file.
    if path.exists() && !path.is_file() {
        return Err(io::Error::other("it is there and not a file"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Reads a saved plan.
pub fn read(path: &Path) -> Result<SavedPlan, Failure> {
    let wrong = |error: &dyn std::error::Error| {
        Failure::user(format!("cannot read {} as a saved plan: {error}", path.display()))
            .hint("make one with: taskloom plan --out FILE")
    };
    let text = std::fs::read(path).map_err(|error| wrong(&error))?;
    let version: Version = serde_json::from_slice(&text).map_err(|error| wrong(&error))?;
    if version.format_version != "1.0" {
        return Err(Failure::user(format!(
            "{} has format_version {}, and this taskloom reads 1.0",
            path.display(),
            version.format_version
        ))
        .hint("plan again with this taskloom, or apply with the one that made it"));
    }
    serde_json::from_slice(&text).map_err(|error| wrong(&error))
}

impl SavedPlan {
    /// Returns whether every resource was read for it.
    pub fn is_full(&self) -> bool {
        self.refresh_full
    }

    /// Returns which part of the resources the plan is about.
    pub fn selection(&self) -> Result<Selection, Failure> {
        let parse = |texts: &[String]| -> Result<Vec<Pattern>, Failure> {
            let patterns: Result<_, PatternError> = texts.iter().map(|text| text.parse()).collect();
            patterns.map_err(|error| Failure::of(&error))
        };
        let SavedSelection { select, exclude } = &self.selection;
        Ok(Selection { select: parse(select)?, exclude: parse(exclude)? })
    }

    /// Refuses when the target, the state or the manifests are not those of the plan.
    pub fn check_origin(
        &self,
        target: &str,
        project_id: &str,
        header: &StateHeader,
        manifests: &LoadedManifests,
    ) -> Result<(), Failure> {
        let refuse = |what: String| {
            Err(Failure::user(format!("the saved plan is stale: {what}")).hint("plan again"))
        };
        if self.target != target || self.project_id != project_id {
            return refuse(format!(
                "it is for target {} of project {}, not for {target} of {project_id}",
                self.target, self.project_id
            ));
        }
        // Before its first write a state has no lineage; then the serials alone must agree.
        if self.state.lineage.as_ref().is_some_and(|lineage| *lineage != header.lineage) {
            return refuse("the state is another one".to_owned());
        }
        if self.state.serial != header.serial {
            return refuse(format!(
                "the state has moved from serial {} to {}",
                self.state.serial, header.serial
            ));
        }
        if self.digests.manifests != manifests.digest {
            return refuse("the manifests have changed".to_owned());
        }
        let seal = self.sensitive.as_deref().and_then(Seal::parse);
        let holds = match (seal, secrets(&manifests.desired)) {
            (None, None) => true,
            (Some(seal), Some(secrets)) => seal.holds(&secrets.spelled()),
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !holds {
            return refuse("a sensitive variable has changed".to_owned());
        }
        Ok(())
    }

    /// Refuses when what would be done now is not what was saved.
    pub fn check_changes(&self, plan: &Plan) -> Result<(), Failure> {
        if self.digests.changes == changes_digest(plan) {
            return Ok(());
        }
        Err(Failure::user("the saved plan is stale: the service has moved since")
            .hint("plan again"))
    }
}

/// Returns all sensitive values of the manifests, in order; None when there are none.
fn secrets(desired: &Desired) -> Option<Value> {
    let texts = desired.resources.iter().map(|(address, resource)| {
        let mut found = Vec::new();
        resource.spec.secrets(&mut found);
        resource.extra.secrets(&mut found);
        (address, found)
    });
    let texts: Vec<_> = texts.filter(|(_, found)| !found.is_empty()).collect();
    (!texts.is_empty()).then(|| Value::from(serde_json::json!(texts)))
}
