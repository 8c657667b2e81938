//! How the actions on the folders of workflows and on those of tasks are carried out.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::{FolderNames, FolderReading, FolderTypes};
use super::super::call_context::{CallContext, PROJECT};
use super::super::http::ApiError;
use super::super::paging::ListWindow;
use super::super::parameter::{Given, Parameter};
use super::super::records::{
    FolderOwner, MapView, RecordChange, StoredFolder, StoredTask, is_under, join, plain,
};
use super::super::tasks::response;
use super::super::workflows::WORKFLOW;
use super::folder_type::node_type;
use crate::kinds::{FOLDER_TYPES, Shape, table};

/// What the folders of an action hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderPlace {
    /// Workflows.
    Project,
    /// Tasks.
    Workflow,
}

/// What is done to a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderStep {
    /// Creates one.
    Create,
    /// Reads one.
    Get,
    /// Renames one.
    Rename,
    /// Removes one.
    Delete,
    /// Reads many.
    List,
}

/// The folder of workflows that every project has from the beginning.
const DEFAULT: &str = "/默认文件夹";
const TYPE: Parameter = Parameter::required("TaskFolderType");

/// The parameter names of one sort of folders: the two sorts have different ones.
struct Words {
    id: &'static str,
    name: &'static str,
    parent: &'static str,
    path: &'static str,
}

impl FolderPlace {
    fn words(self) -> Words {
        match self {
            FolderPlace::Project => Words {
                id: "FolderId",
                name: "FolderName",
                parent: "ParentFolderPath",
                path: "FolderPath",
            },
            FolderPlace::Workflow => Words {
                id: "TaskFolderId",
                name: "TaskFolderName",
                parent: "ParentTaskFolderPath",
                path: "TaskFolderPath",
            },
        }
    }
}

impl CallContext<'_> {
    /// Carries out an action about folders.
    pub fn folder_step(
        &mut self,
        place: FolderPlace,
        step: FolderStep,
        body: &Map<String, Json>,
    ) -> Result<Json, ApiError> {
        let words = place.words();
        let required = |name| Parameter::required(name);
        let mut known = vec![PROJECT];
        match step {
            FolderStep::Create => known.extend([required(words.parent), required(words.name)]),
            FolderStep::Get | FolderStep::Delete => known.push(required(words.id)),
            FolderStep::Rename => {
                known.extend([required(words.id), required(words.name)]);
            }
            FolderStep::List => known.extend([
                required(words.parent),
                Parameter::optional("PageNumber", Shape::Integer),
                Parameter::optional("PageSize", Shape::Integer),
            ]),
        }
        if place == FolderPlace::Workflow {
            known.push(WORKFLOW);
            known.extend(matches!(step, FolderStep::Create | FolderStep::List).then_some(TYPE));
        }
        let given = Given::read(body, &known, &[])?;
        check_type(&given)?;
        if place == FolderPlace::Workflow {
            self.check_workflow(given.text(PROJECT.name), given.text(WORKFLOW.name))?;
        }
        match step {
            FolderStep::Create => self.create_folder(place, &given),
            FolderStep::Get => self.get_folder(place, &given),
            FolderStep::Rename => self.rename_folder(place, &given),
            FolderStep::Delete => self.delete_folder(place, &given),
            FolderStep::List => self.list_folders(place, &given),
        }
    }

    fn create_folder(&mut self, place: FolderPlace, given: &Given) -> Result<Json, ApiError> {
        let words = place.words();
        let name = given.text(words.name);
        check_name(words.name, name)?;
        let (project, owner) = (given.text(PROJECT.name), owner(place, given));
        let parent = plain(given.text(words.parent));
        if !self.has_folder(project, &owner, parent) {
            return Err(ApiError::not_found("folder", parent));
        }
        let path = join(parent, name);
        let id = match (self.folder_at(project, &owner, &path), self.behaviour.folder_names) {
            (Some(folder), FolderNames::Same) => folder.id,
            (Some(_), names) => return Err(taken(&path, names)),
            (None, _) => {
                let id = self.new_uuid();
                let creator = self.caller().0;
                let project = project.to_owned();
                let folder = StoredFolder { id: id.clone(), project, owner, path, creator };
                self.change(vec![RecordChange::PutFolder(Box::new(folder))])?;
                id
            }
        };
        Ok(json!({ words.id: id }))
    }

    fn get_folder(&self, place: FolderPlace, given: &Given) -> Result<Json, ApiError> {
        let words = place.words();
        let folder = self.find_folder(place, given)?;
        let mut shown = line(&folder, &words);
        shown.insert(words.parent.to_owned(), json!(folder.parent()));
        shown.insert(words.name.to_owned(), json!(folder.name()));
        if let FolderOwner::Workflow { id, sort } = &folder.owner {
            shown.insert(WORKFLOW.name.to_owned(), json!(id));
            shown.insert(TYPE.name.to_owned(), json!(sort));
        }
        Ok(Json::Object(shown))
    }

    fn list_folders(&self, place: FolderPlace, given: &Given) -> Result<Json, ApiError> {
        let words = place.words();
        let page = ListWindow::read(given)?;
        let (project, owner) = (given.text(PROJECT.name), owner(place, given));
        let parent = plain(given.text(words.parent));
        if !self.has_folder(project, &owner, parent) {
            return Err(ApiError::not_found("folder", parent));
        }
        let mut found: Vec<StoredFolder> =
            self.folders(project, &owner).filter(|folder| folder.parent() == parent).collect();
        found.sort_by_key(|folder| (self.rank(&folder.id), folder.path.clone()));
        Ok(page.answer(&found, |folder| Json::Object(line(folder, &words))))
    }

    /// Renames a folder; what is inside moves with it.
    fn rename_folder(&mut self, place: FolderPlace, given: &Given) -> Result<Json, ApiError> {
        let words = place.words();
        let name = given.text(words.name);
        check_name(words.name, name)?;
        let folder = self.find_folder(place, given)?;
        check_own(&folder)?;
        let path = join(folder.parent(), name);
        if path == folder.path {
            return Ok(json!({"Status": true}));
        }
        if self.folder_at(&folder.project, &folder.owner, &path).is_some() {
            return Err(taken(&path, self.behaviour.folder_names));
        }
        let changes = self.moves(&folder, &path);
        self.change(changes)?;
        Ok(json!({"Status": true}))
    }

    fn moves(&self, folder: &StoredFolder, path: &str) -> Vec<RecordChange> {
        let moved = |old: &str| {
            let rest = old.strip_prefix(folder.path.as_str())?;
            is_under(old, &folder.path).then(|| format!("{path}{rest}"))
        };
        let inside = self.folders(&folder.project, &folder.owner).filter_map(|one| {
            let path = moved(&one.path)?;
            Some(RecordChange::PutFolder(Box::new(StoredFolder { path, ..one })))
        });
        let mut changes: Vec<RecordChange> = inside.collect();
        match &folder.owner {
            FolderOwner::Project => {
                let all = self.store.records().workflows.all(MapView::Present);
                changes.extend(all.filter(|one| one.project == folder.project).filter_map(|one| {
                    let mut one = one.clone();
                    one.folder = moved(&one.folder)?;
                    Some(RecordChange::PutWorkflow(Box::new(one)))
                }));
            }
            FolderOwner::Workflow { id, .. } => {
                changes.extend(self.tasks_of(&folder.project, id).filter_map(|task| {
                    let mut task = task.clone();
                    let base = table(task.kind).base;
                    let path = moved(task.text(base, response::FOLDER))?;
                    task.section_mut(base).insert(response::FOLDER.to_owned(), json!(path));
                    Some(RecordChange::Put(Box::new(task)))
                }));
            }
        }
        changes
    }

    fn delete_folder(&mut self, place: FolderPlace, given: &Given) -> Result<Json, ApiError> {
        let folder = self.find_folder(place, given)?;
        check_own(&folder)?;
        if self.moves(&folder, &folder.path).len() > 1 {
            let message = format!("The folder `{}` is not empty.", folder.path);
            return Err(ApiError::new("ResourceInUse", message));
        }
        self.change(vec![RecordChange::RemoveFolder(folder.id)])?;
        Ok(json!({"Status": true}))
    }

    /// Checks the folder of a new workflow.
    pub fn check_workflow_folder(&self, project: &str, path: &str) -> Result<(), ApiError> {
        if self.behaviour.folders == FolderReading::Any
            || self.has_folder(project, &FolderOwner::Project, path)
        {
            return Ok(());
        }
        Err(ApiError::not_found("folder", path))
    }

    /// Checks the folder of a task.
    pub fn check_task_folder(&self, task: &StoredTask) -> Result<(), ApiError> {
        let base = table(task.kind).base;
        let workflow = task.text(base, WORKFLOW.name);
        let path = plain(task.text(base, response::FOLDER));
        let checked = match self.behaviour.folders {
            FolderReading::Any => false,
            FolderReading::MustExist => true,
            FolderReading::OfMadeWorkflows => self.made_workflow(&task.project, workflow).is_some(),
        };
        let wanted = node_type(task.text(base, "TaskTypeId"));
        let fits = |folder: &StoredFolder| match (&folder.owner, self.behaviour.folder_types) {
            (FolderOwner::Workflow { id, .. }, FolderTypes::Any) => id == workflow,
            (FolderOwner::Workflow { id, sort }, FolderTypes::OfTaskType) => {
                id == workflow && wanted.is_none_or(|wanted| sort == wanted)
            }
            (FolderOwner::Project, _) => false,
        };
        let mut all = self.store.records().folders.all(MapView::Present);
        let exists = path == "/"
            || all.any(|one| one.project == task.project && one.path == path && fits(one));
        if exists || !checked {
            return Ok(());
        }
        Err(ApiError::not_found("task folder", path))
    }

    fn folders(&self, project: &str, owner: &FolderOwner) -> impl Iterator<Item = StoredFolder> {
        let of_start = (*owner == FolderOwner::Project).then(|| default_folder(project));
        let made = self.store.records().folders.all(self.view);
        let made = made.filter(move |one| one.project == project && one.owner == *owner);
        of_start.into_iter().chain(made.cloned())
    }

    /// Returns the folder at a path.
    pub fn folder_at(
        &self,
        project: &str,
        owner: &FolderOwner,
        path: &str,
    ) -> Option<StoredFolder> {
        self.folders(project, owner).find(|folder| folder.path == path)
    }

    fn has_folder(&self, project: &str, owner: &FolderOwner, path: &str) -> bool {
        path == "/" || self.folder_at(project, owner, path).is_some()
    }

    fn find_folder(&self, place: FolderPlace, given: &Given) -> Result<StoredFolder, ApiError> {
        let id = given.text(place.words().id);
        let project = given.text(PROJECT.name);
        let of_start = default_folder(project);
        let found = match place {
            FolderPlace::Project if of_start.id == id => Some(&of_start),
            FolderPlace::Project | FolderPlace::Workflow => {
                self.store.records().folders.get(id, self.view).filter(|folder| {
                    let here = match &folder.owner {
                        FolderOwner::Project => place == FolderPlace::Project,
                        FolderOwner::Workflow { id, .. } => id == given.text(WORKFLOW.name),
                    };
                    here && folder.project == project
                })
            }
        };
        found.cloned().ok_or_else(|| ApiError::not_found("folder", id))
    }
}

fn owner(place: FolderPlace, given: &Given) -> FolderOwner {
    match place {
        FolderPlace::Project => FolderOwner::Project,
        FolderPlace::Workflow => FolderOwner::Workflow {
            id: given.text(WORKFLOW.name).to_owned(),
            sort: given.text(TYPE.name).to_owned(),
        },
    }
}

fn default_folder(project: &str) -> StoredFolder {
    StoredFolder {
        id: format!("default-{project}"),
        project: project.to_owned(),
        owner: FolderOwner::Project,
        path: DEFAULT.to_owned(),
        creator: String::new(),
    }
}

fn line(folder: &StoredFolder, words: &Words) -> Map<String, Json> {
    let creator = Some(&folder.creator).filter(|creator| !creator.is_empty());
    let mut shown = Map::new();
    shown.insert(PROJECT.name.to_owned(), json!(folder.project));
    shown.insert(words.id.to_owned(), json!(folder.id));
    shown.insert(words.path.to_owned(), json!(folder.path));
    shown.insert("CreateUserUin".to_owned(), json!(creator));
    shown
}

fn check_type(given: &Given) -> Result<(), ApiError> {
    let sort = given.text(TYPE.name);
    if sort.is_empty() || FOLDER_TYPES.contains(&sort) {
        return Ok(());
    }
    let why = format!("`{sort}` is not one of {}", FOLDER_TYPES.join(", "));
    Err(ApiError::bad_value(TYPE.name, &why))
}

fn check_name(parameter: &str, name: &str) -> Result<(), ApiError> {
    if name.contains('/') {
        return Err(ApiError::bad_value(parameter, "one call creates one folder"));
    }
    Ok(())
}

fn check_own(folder: &StoredFolder) -> Result<(), ApiError> {
    if folder.path == DEFAULT && folder.owner == FolderOwner::Project {
        let message = "The default folder of a project cannot be changed.";
        return Err(ApiError::new("OperationDenied", message));
    }
    Ok(())
}

fn taken(path: &str, names: FolderNames) -> ApiError {
    let code = match names {
        FolderNames::InUse | FolderNames::Same => "ResourceInUse",
        FolderNames::Duplicate => "InvalidParameter.DuplicateName",
    };
    ApiError::new(code, format!("The folder `{path}` already exists."))
}
